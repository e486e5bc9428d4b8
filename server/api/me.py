"""The tablet's face: everything it needs to show its unit's dispatches, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from apiflask import APIBlueprint
from pydantic import Field

from server.access import names
from server.access.viewer import Caller
from server.api import my_grants
from server.api.attachment_body import ShownAttachment
from server.api.call import needs
from server.api.deps import deps
from server.api.fields import Shown, ShownTime
from server.api.incident_body import ShownLocation
from server.api.map_camera import MapCamera
from server.incidents import attachments, dispatches
from server.models import Agency, Attachment, CameraRole, Dispatch, Incident, IncidentCamera, Officer, Unit
from server.persons import seen

me = APIBlueprint("me", __name__)


class MyCamera(MapCamera):
    """A camera of the incident."""

    id: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]
    role: CameraRole
    comes_as: int | None = Field(description="as which camera on its way the unit comes to it: 1 is its next")

    @classmethod
    def of(cls, listed: IncidentCamera, unit_id: str) -> Self:
        """The row as it is shown to a unit."""
        return cls(
            **cls.seen(listed.camera),
            id=listed.camera_id,
            rank=listed.rank,
            distance_m=listed.distance_m,
            bearing_deg=listed.bearing_deg,
            reasons=listed.reasons,
            role=listed.role,
            comes_as=(listed.on_the_way or {}).get(unit_id),
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to an incident beside it."""

    attached: Sequence[Attachment]
    alert_id: str | None


class MyIncident(Shown):
    """What happened and where, with the cameras, best first (on ways only on its own), and what is attached."""

    id: str
    agency_id: Annotated[str, Field(description="whose supervisors are asked for more")]
    service: str
    type: str
    priority: int
    status: str
    location: ShownLocation
    summary: str
    reported_at: ShownTime
    cameras: list[MyCamera]
    attachments: list[ShownAttachment]
    alert_id: Annotated[str | None, Field(description="of the vulnerable person it is about")] = None

    @classmethod
    def of(cls, incident: Incident, unit_id: str, beside: Beside) -> Self:
        """The row as it is shown to a unit."""
        shown = [one for one in incident.cameras if _is_for(unit_id, one)]
        return cls(
            id=incident.id,
            agency_id=incident.agency_id,
            service=incident.service,
            type=incident.type,
            priority=incident.priority,
            status=incident.status,
            location=ShownLocation.model_validate(incident),
            summary=incident.summary,
            reported_at=incident.reported_at,
            cameras=[MyCamera.of(listed, unit_id) for listed in shown],
            attachments=[ShownAttachment.of(row) for row in beside.attached],
            alert_id=beside.alert_id,
        )


def _is_for(unit_id: str, listed: IncidentCamera) -> bool:
    if listed.role is CameraRole.CORRIDOR:
        return unit_id in (listed.on_the_way or {})
    return listed.role is not CameraRole.CALLER


class MyDispatch(Shown):
    """An order to this unit that has not ended."""

    id: str
    status: str
    created_at: ShownTime
    delivered_at: ShownTime | None
    shown_at: ShownTime | None
    incident: MyIncident

    @classmethod
    def of(cls, dispatch: Dispatch, beside: Beside) -> Self:
        """The row as it is shown."""
        incident = MyIncident.of(dispatch.incident, dispatch.unit_id, beside)
        return cls(
            id=dispatch.id,
            status=dispatch.status,
            created_at=dispatch.created_at,
            delivered_at=dispatch.delivered_at,
            shown_at=dispatch.shown_at,
            incident=incident,
        )


class MyUnit(Shown):
    """The unit of this shift."""

    id: str
    call_sign: str
    kind: str


class ShownMap(Shown):
    """The base map under the schematic one; pages fetch its tiles from there."""

    url: Annotated[str, Field(description="with {z}, {x} and {y}")]
    attribution: Annotated[str, Field(description="to be shown with it")]
    max_zoom: int


class MyDispatches(Shown):
    """The unit, and its dispatches: the most urgent first, then the newest; access given; the base map, if any."""

    unit: MyUnit | None
    dispatches: list[MyDispatch]
    grants: list[my_grants.MyGrant]
    map: ShownMap | None


class Me(Shown):
    """The caller: what a page needs to know to show what this person may do."""

    id: str
    name: str
    role: str
    agency_id: str
    agency_name: str
    agency_kind: str
    centre_id: str | None
    unit: MyUnit | None


@me.get("/v1/me")
@needs()
@me.output(Me)
def who(caller: Caller) -> Me:
    """Read who calls, in which agency, in which role and in which unit."""
    viewer = caller.viewer
    with deps().read() as session:
        unit = session.get(Unit, viewer.unit_id) if viewer.unit_id else None
        return Me(
            id=viewer.id,
            name=names.of(session, Officer, [viewer.id])[viewer.id],
            role=viewer.role or "",
            agency_id=viewer.agency_id,
            agency_name=names.of(session, Agency, [viewer.agency_id])[viewer.agency_id],
            agency_kind=viewer.agency_kind,
            centre_id=viewer.centre_id,
            unit=MyUnit.model_validate(unit) if unit else None,
        )


@me.get("/v1/me/dispatches")
@needs()
@me.output(MyDispatches)
def mine(caller: Caller) -> MyDispatches:
    """Read the dispatches of the caller's unit that have not ended, and what supervisors have given."""
    now = deps().now()
    with deps().read() as session:
        given = my_grants.of(session, caller.viewer, now=now)
        if caller.viewer.unit_id is None:
            return MyDispatches(unit=None, dispatches=[], grants=given, map=_map())
        unit = MyUnit.model_validate(session.get_one(Unit, caller.viewer.unit_id))
        orders = dispatches.underway(session, unit.id, now=now)
        incidents = [one.incident_id for one in orders]
        attached, alerts = attachments.of(session, incidents), seen.of_incidents(session, incidents)
        beside = {
            id_: Beside([one for one in attached if one.incident_id == id_], alerts.get(id_)) for id_ in incidents
        }
        shown = [MyDispatch.of(one, beside[one.incident_id]) for one in orders]
        return MyDispatches(unit=unit, dispatches=shown, grants=given, map=_map())


def _map() -> ShownMap | None:
    return ShownMap.model_validate(deps().base_map) if deps().base_map else None
