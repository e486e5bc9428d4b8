"""What of the tablet's face is access that was given: by whom, why, until when, and which cameras it shows now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field
from sqlalchemy.orm import Session

from server.access import names
from server.access.viewer import Viewer
from server.api.fields import Shown, ShownTime
from server.api.map_camera import MapCamera
from server.grants import find
from server.grants.accept import accepted
from server.models import Agency, Camera, Grant, GrantCovers, IncidentCamera, Officer


class MyGrantCamera(MapCamera):
    """A camera of a grant."""

    id: str
    rank: Annotated[int, Field(description="1 is the best of an incident's set, else the first")]
    distance_m: Annotated[float | None, Field(description="from the incident, of whose set it is")]
    bearing_deg: float | None
    reasons: list[str]

    @classmethod
    def of(cls, camera: Camera, rank: int, listed: IncidentCamera | None = None) -> Self:
        """The row as it is shown to a recipient."""
        return cls(
            **cls.seen(camera),
            id=camera.id,
            rank=rank,
            distance_m=listed.distance_m if listed else None,
            bearing_deg=listed.bearing_deg if listed else None,
            reasons=listed.reasons if listed else [],
        )


class MyGrant(Shown):
    """A grant to the caller, the unit or the agency that has not ended and waits for no second person."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    id: str
    status: Literal["pending", "active"]
    incident_id: str | None
    starts_at: Annotated[ShownTime, Field(alias="from")]
    until: ShownTime
    reason: str
    conditions: Annotated[str, Field(description="what the caller accepts")]
    accepted: Annotated[bool, Field(description="by the caller; before that it shows nothing")]
    given_by_name: str
    agency_name: Annotated[str, Field(description="of who gave it")]
    cameras: list[MyGrantCamera]


def of(session: Session, viewer: Viewer, *, now: datetime) -> list[MyGrant]:
    """What the viewer may accept or watch by, the newest first."""
    rows = session.scalars(find.usable(viewer, now=now)).all()
    if not rows:
        return []
    mine = accepted(session, viewer, [row.id for row in rows])
    givers = names.of(session, Officer, (row.given_by for row in rows))
    agencies = names.of(session, Agency, (row.agency_id for row in rows))
    sets = find.cameras_of(session, [row.incident_id for row in rows if row.covers is GrantCovers.INCIDENT])
    return [
        MyGrant(
            id=row.id,
            status="active" if now >= row.starts_at else "pending",
            incident_id=row.incident_id,
            starts_at=row.starts_at,
            until=row.until,
            reason=row.reason,
            conditions=row.conditions,
            accepted=row.id in mine,
            given_by_name=givers[row.given_by],
            agency_name=agencies[row.agency_id],
            cameras=_cameras(row, sets),
        )
        for row in rows
    ]


def _cameras(row: Grant, sets: Sequence[IncidentCamera]) -> list[MyGrantCamera]:
    if row.covers is not GrantCovers.INCIDENT:
        return [MyGrantCamera.of(one.camera, rank) for rank, one in enumerate(row.cameras, start=1)]
    listed = (one for one in sets if one.incident_id == row.incident_id)
    return [MyGrantCamera.of(one.camera, one.rank, one) for one in listed]
