"""What the law wants when an incident is closed: that a wearer's position is forgotten, and duties of the rooms."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import duties
from server.access import playback
from server.access.viewer import Caller
from server.incidents.services import POLICIES
from server.models import Incident, Part, PlaybackSession, Violation, WearerPosition


def begin(session: Session, caller: Caller, incident: Incident, *, now: datetime) -> None:
    """Forget where a wearer is, and open the duties of an incident just closed, for each room that owned it to the end.

    Nobody has a duty for what nobody watched. Time runs from the end of viewing, or of the grace that goes on.
    """
    wearer_ref = _forget_wearer(session, incident)
    kinds = POLICIES[incident.service].duties
    ended_at = _viewing_ended(session, incident, now) if kinds else None
    if ended_at is None:
        return
    owners = [one for one in incident.rooms if one.part is Part.OWNS and one.end_reason == playback.INCIDENT_CLOSED]
    for room in owners:
        for kind in kinds:
            wanted = duties.Wanted(kind, incident.id, room.agency_id, ended_at, subject=wearer_ref)
            duties.open(session, caller.actor, wanted, now=now)


def _forget_wearer(session: Session, incident: Incident) -> str | None:
    """Their pseudonym, which only a duty keeps. The incident is again where the violation was found.

    Its cameras go too: how far the wearer was from each would tell where.
    """
    violation = session.get(Violation, incident.id)
    if violation is None:
        return None
    session.execute(delete(WearerPosition).where(WearerPosition.incident_id == incident.id))
    incident.lat, incident.lon, incident.accuracy_m = violation.lat, violation.lon, None
    incident.cameras = []
    wearer_ref, violation.wearer_ref = violation.wearer_ref, None
    return wearer_ref


def _viewing_ended(session: Session, incident: Incident, now: datetime) -> datetime | None:
    session.flush()
    of_incident = PlaybackSession.incident_id == incident.id
    rows = session.execute(select(PlaybackSession.ended_at, PlaybackSession.grace_until).where(of_incident))
    return max((row.ended_at or row.grace_until or now for row in rows), default=None)
