"""Following the units that are under way: the cameras on their way come and go as they move.

What a unit passed leaves the set, and so does the whole way when it has arrived, was called back or is done. Positions
come every second; the way is looked for anew only when the unit has gone ``STEP_M``.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import outbox, streams
from server.access import playback
from server.access.viewer import Caller
from server.audit import log
from server.cameras.rank import distance_m
from server.incidents import camera_set, find, on_the_way, rooms
from server.incidents.services import POLICIES
from server.models import Dispatch, DispatchStatus, Incident, IncidentStatus, UnitPosition

STEP_M = 100.0
FOLLOWED = frozenset(service for service, policy in POLICIES.items() if policy.corridor)


def moved(session: Session, caller: Caller, unit: UnitPosition, *, now: datetime) -> None:
    """The unit has a new position: look anew for its way to each incident, if it has gone far enough since."""
    if unit.ranked_lat is not None and unit.ranked_lon is not None:
        before = (unit.ranked_lat, unit.ranked_lon)
        if distance_m(before, (unit.lat, unit.lon)) < STEP_M:
            return
    under_way = (
        select(Dispatch.incident_id)
        .join(Incident, Incident.id == Dispatch.incident_id)
        .where(Dispatch.unit_id == unit.unit_id, Dispatch.ended_at.is_(None))
        .where(Dispatch.status != DispatchStatus.ON_SCENE, Incident.service.in_(FOLLOWED))
    )
    for incident_id in sorted(session.scalars(under_way)):
        incident = session.scalar(find.held(incident_id))
        if incident is not None and follow(session, caller, incident, now=now):
            following = [row.camera_id for row in camera_set.along(incident, unit.unit_id)[:1]]
            streams.want(session, following, until=now + streams.PREWARMED, priority=incident.priority, now=now)
    unit.ranked_lat, unit.ranked_lon = unit.lat, unit.lon


def follow(session: Session, caller: Caller, incident: Incident, *, now: datetime) -> bool:
    """Have the set hold what the units under way will pass now, and end what they have passed. Whether it changed.

    The incident is held still by the caller. Nothing changes, and nothing is recorded, while the ways are the same.
    """
    if incident.service not in FOLLOWED or incident.status == IncidentStatus.CLOSED:
        return False
    session.flush()
    before = {row.camera_id: row.on_the_way for row in incident.cameras}
    outlook = camera_set.looked_for(incident, now=now)
    camera_set.lay(incident, on_the_way.found(session, incident, outlook, now=now))
    after = {row.camera_id: row.on_the_way for row in incident.cameras}
    if after == before:
        return False
    camera_set.with_cameras(session, incident)
    session.flush()
    passed = before.keys() - after.keys()
    ended = camera_set.lose(session, incident, passed, playback.CAMERA_PASSED, now=now) if passed else []
    for audience in rooms.audiences(incident):
        outbox.append(session, audience, "cameras", {"incident_id": incident.id}, now=now)
    if after.keys() != before.keys():
        gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
        sets = {"cameras_added": come, "cameras_removed": gone, "sessions_ended": ended}
        log.record(session, log.Tag.WAY_FOLLOWED, caller.actor, now=now, incident=incident.id, **sets)
    return True
