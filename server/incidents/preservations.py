"""보존 요청: a crew asks the centre that records a camera to keep some minutes. Nothing is recorded here.

Invariants: only for a camera of an incident that the crew was sent to, and ``MOST`` times by an officer. The centre's
agency is told, and decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import CameraNotListed, IncidentUnknown, InvalidRequest, PreservationsTooMany
from server.incidents import reserved
from server.models import Agency, Camera, CameraRole, Dispatch, Incident, IncidentCamera, PreservationRequest, Role
from server.models.base import new_id

EARLIEST, LATEST = timedelta(days=1), timedelta(hours=2)  # who fled was there before; a request is sent ahead at most
MOST = 20  # of one officer for one incident, each an hour either way at most


@dataclass(frozen=True, slots=True)
class Wish:
    """Which minutes of which camera, for which incident, and why."""

    incident_id: str
    camera_id: str
    from_at: datetime
    until_at: datetime
    reason: str


def ask(session: Session, caller: Caller, wish: Wish, *, now: datetime) -> PreservationRequest:
    """The request, told to who runs the camera's centre.

    Raises:
        IncidentUnknown, CameraNotListed: the caller was not sent there, or the camera is another one.
        IncidentReserved: the centre must not learn of the incident; its room asks on paper.
        InvalidRequest: the minutes have nothing to do with the incident.
        PreservationsTooMany: the caller asked MOST times for the incident.
    """
    sent = exists().where(Dispatch.incident_id == wish.incident_id, Dispatch.unit_id == caller.viewer.unit_id)
    if caller.viewer.unit_id is None or not session.scalar(select(sent)):
        raise IncidentUnknown("there is no such incident for this caller", incident_id=wish.incident_id)
    incident = session.get_one(Incident, wish.incident_id)
    reserved.must_not_be(incident)
    if wish.from_at < incident.reported_at - EARLIEST or wish.until_at > now + LATEST:
        raise InvalidRequest("ask for minutes of the day before the report, up to two hours from now", field="at")
    listed = session.get(IncidentCamera, (wish.incident_id, wish.camera_id))
    if listed is None or listed.role is CameraRole.CALLER:
        raise CameraNotListed("the camera is not one of that incident's", camera_id=wish.camera_id)
    asked = select(func.count(PreservationRequest.id))
    if (session.scalar(asked.filter_by(officer_id=caller.viewer.id, incident_id=wish.incident_id)) or 0) >= MOST:
        raise PreservationsTooMany(f"an officer asks {MOST} times for an incident; a colleague may go on")
    camera = session.get_one(Camera, wish.camera_id)
    made = PreservationRequest(
        id=new_id(),
        officer_id=caller.viewer.id,
        incident_id=wish.incident_id,
        camera_id=camera.id,
        centre_id=camera.centre_id,
        from_at=wish.from_at,
        until_at=wish.until_at,
        reason=wish.reason,
        created_at=now,
    )
    session.add(made)
    for agency_id in session.scalars(select(Agency.id).where(Agency.centre_id == camera.centre_id)):
        outbox.append(session, f"agency:{agency_id}", "preservation", {"preservation_request_id": made.id}, now=now)
    ids = {"request": made.id, "incident": made.incident_id, "camera": made.camera_id, "centre": made.centre_id}
    log.record(session, log.Tag.PRESERVATION_ASKED, caller.actor, now=now, **ids)
    return made


def concerning(viewer: Viewer) -> Select[PreservationRequest]:
    """The viewer's own, and for a centre's supervisors those to their centre."""
    asked_of = viewer.role == Role.SUPERVISOR and viewer.centre_id is not None
    own = PreservationRequest.officer_id == viewer.id
    found = or_(own, PreservationRequest.centre_id == viewer.centre_id) if asked_of else own
    return select(PreservationRequest).where(found)
