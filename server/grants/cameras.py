"""Which cameras a supervisor may grant: those the agency answers for, and none that its centre has switched off.

A centre answers for its own. Any other agency for those of the centres in its jurisdiction, and for those of an open
incident that it owns, in a grant that ends with that incident.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Viewer
from server.cameras import area, drawn
from server.models import BLACKED_OUT, AgencyCentre, Camera, CameraRole, Grant, GrantCamera, IncidentCamera


def grantable(viewer: Viewer, incident_id: str | None) -> ColumnElement[bool]:
    """Of the cameras in service; ``incident_id`` is of an open incident that the viewer's room owns."""
    if viewer.centre_id is not None:
        return Camera.centre_id == viewer.centre_id
    answers_for = select(AgencyCentre.centre_id).where(AgencyCentre.agency_id == viewer.agency_id)
    listed = select(IncidentCamera.camera_id).where(
        IncidentCamera.incident_id == incident_id, IncidentCamera.role != CameraRole.CALLER
    )
    return or_(Camera.centre_id.in_(answers_for), Camera.id.in_(listed))


def named(session: Session, viewer: Viewer, camera_ids: Sequence[str], incident_id: str | None) -> list[str]:
    """These cameras, sorted. Raises GrantCameraUnknown for the first that is not the viewer's to grant."""
    mine = select(Camera.id, BLACKED_OUT).where(Camera.id.in_(sorted(set(camera_ids))), Camera.enabled)
    known = {row[0]: row[1] for row in session.execute(mine.where(grantable(viewer, incident_id)))}
    for position, camera_id in enumerate(camera_ids):
        if camera_id not in known:
            raise errors.GrantCameraUnknown(
                "there is no such camera in service in the agency's jurisdiction; name the incident_id of an incident"
                " of the room whose camera it is, or ask a supervisor of the camera's centre",
                field=f"camera_ids.{position}",
            )
        if known[camera_id]:
            why = "its centre has stopped showing the camera; choose another one, or ask the centre"
            raise errors.GrantCameraUnknown(why, field=f"camera_ids.{position}")
    return sorted(known)


def must_still_answer_for(session: Session, viewer: Viewer, grant: Grant) -> None:
    """For the cameras that a grant names. Raises GrantCameraUnknown for one that is not the viewer's to grant now.

    One that is out of service or switched off is shown to nobody meanwhile, and hinders nothing.
    """
    named = select(Camera.id).join(GrantCamera, GrantCamera.camera_id == Camera.id)
    others = named.where(GrantCamera.grant_id == grant.id, ~grantable(viewer, grant.incident_id))
    camera_id = session.scalar(others.order_by(Camera.id).limit(1))
    if camera_id is not None:
        why = "the agency does not answer for this camera any more; give a new grant without it"
        raise errors.GrantCameraUnknown(why, camera_id=camera_id)


def inside(session: Session, viewer: Viewer, ring: list[tuple[float, float]], incident_id: str | None) -> list[str]:
    """The cameras of an area that are the viewer's to grant, sorted. Raises GrantAreaInvalid."""
    if why := drawn.fault(ring):
        raise errors.GrantAreaInvalid(why, field="area")
    found = area.cameras_in(session, ring)
    if found is None:
        raise errors.GrantAreaInvalid("the area reaches further than 3 km from its middle", field="area")
    mine = select(Camera.id).where(Camera.id.in_(found), Camera.enabled, ~BLACKED_OUT)
    known = session.scalars(mine.where(grantable(viewer, incident_id)).order_by(Camera.id)).all()
    if not known:
        raise errors.GrantAreaInvalid("the area holds no camera in service that the caller may grant", field="area")
    return list(known)
