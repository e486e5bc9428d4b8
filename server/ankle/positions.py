"""The cameras follow a wearer while the violation is open. Only the newest position is kept, and none afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.ankle import fixes, violations
from server.ankle.fixes import Fix
from server.ankle.follow import REACH_M, Bounds, Motion, follow, motion
from server.cameras import near
from server.cameras.rank import distance_m
from server.errors import IncidentClosed, Refusal
from server.incidents import camera_set, changes, dispatches, find, selection
from server.incidents.changes import Place
from server.models import Incident, IncidentStatus, Violation, WearerPosition

MOVED_M = 10.0  # what is less is the receiver's noise
FORGOTTEN_S = 120.0  # nobody goes on for longer as they did


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one position: ``accepted``, or why it was refused."""

    refusal: Refusal | None = None

    @property
    def status(self) -> str:
        """In a word."""
        return "refused" if self.refusal else "accepted"


def take(
    session: Session, caller: Caller, incident_id: str, sent: Sequence[Fix | Refusal], *, now: datetime
) -> list[Outcome]:
    """Take what can be taken, in the order it was sent, and have the cameras follow to the newest place.

    Raises:
        ServiceNotAllowed: the caller is not the location centre's machine.
        IncidentUnknown: the caller's centre reported no such violation.
        IncidentClosed: it has ended; no position is kept.
    """
    violations.must_be_location_centre(caller.viewer)
    incident = find.steerable(session, caller.viewer, incident_id)
    violations.must_be_one(incident)
    if incident.status != IncidentStatus.OPEN:
        raise IncidentClosed("the violation has ended; send no positions any more", incident_id=incident_id)
    known = session.get(WearerPosition, incident.id) or _start(session, incident)
    newest, outcomes = None, list[Outcome]()
    for one in sent:
        outcome = Outcome(one) if isinstance(one, Refusal) else _judge(one, known, now)
        if isinstance(one, Fix) and outcome.refusal is None:
            newest, known.at = one, one.at
        outcomes.append(outcome)
    if newest is not None:
        known.lat, known.lon, known.accuracy_m = newest.lat, newest.lon, newest.accuracy_m
        if distance_m((known.followed_lat, known.followed_lon), (newest.lat, newest.lon)) >= MOVED_M:
            _follow(session, caller, incident, known, now=now)
    return outcomes


def _judge(fix: Fix, known: WearerPosition, now: datetime) -> Outcome:
    try:
        fixes.check(fix, known.at, now)
    except Refusal as refusal:
        return Outcome(refusal)
    return Outcome()


def _start(session: Session, incident: Incident) -> WearerPosition:
    found = session.get_one(Violation, incident.id)
    place = {"lat": found.lat, "lon": found.lon, "followed_lat": found.lat, "followed_lon": found.lon}
    times = {"at": incident.reported_at, "followed_at": incident.reported_at}
    start = WearerPosition(incident_id=incident.id, **place, **times)
    session.add(start)
    return start


def _follow(session: Session, caller: Caller, incident: Incident, known: WearerPosition, *, now: datetime) -> None:
    here, seconds = (known.lat, known.lon), (known.at - known.followed_at).total_seconds()
    lately = 0 < seconds <= FORGOTTEN_S
    going = motion((known.followed_lat, known.followed_lon), here, seconds) if lately else Motion(here)
    candidates = near.around(session, *here, radius_m=REACH_M)
    current = incident.cameras[0].camera_id if incident.cameras else None
    policy = selection.of(session, incident.service)
    bounds = Bounds(policy.radius_m, policy.most)
    outlook = camera_set.looked_for(incident, now=now, heading_deg=going.course_deg)
    chosen = follow(going, candidates, current, bounds, outlook)
    changes.move(session, caller, incident, Place(*here, known.accuracy_m, None, cameras=chosen), now=now)
    dispatches.warm(session, incident, now=now)
    known.followed_lat, known.followed_lon, known.followed_at = *here, known.at
