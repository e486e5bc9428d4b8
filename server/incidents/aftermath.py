"""What the law still wants of the rooms when an incident is closed, by its service's policy."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import duties
from server.access import playback
from server.access.viewer import Caller
from server.incidents.services import POLICIES
from server.models import Incident, Part, PlaybackSession


def begin(session: Session, caller: Caller, incident: Incident, *, now: datetime) -> None:
    """Open the duties of an incident that has just been closed, for each room that owned it to the end.

    Nobody has a duty for what nobody watched. Time runs from the end of viewing, or of the grace that goes on.
    """
    kinds = POLICIES[incident.service].duties
    ended_at = _viewing_ended(session, incident, now) if kinds else None
    if ended_at is None:
        return
    owners = [one for one in incident.rooms if one.part is Part.OWNS and one.end_reason == playback.INCIDENT_CLOSED]
    for room in owners:
        for kind in kinds:
            wanted = duties.Wanted(kind, incident.id, room.agency_id, ended_at)
            duties.open(session, caller.actor, wanted, now=now)


def _viewing_ended(session: Session, incident: Incident, now: datetime) -> datetime | None:
    session.flush()
    of_incident = PlaybackSession.incident_id == incident.id
    rows = session.execute(select(PlaybackSession.ended_at, PlaybackSession.grace_until).where(of_incident))
    return max((row.ended_at or row.grace_until or now for row in rows), default=None)
