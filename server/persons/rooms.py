"""An alert becomes a room's, and ends: each by one act of a person.

A centre's alert becomes an incident of the room that is asked, because minutes count and a centre has no part in
incidents. A police room's alert is its incident already: the fire room is asked to join (공동대응), as for any other.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.audit import log
from server.errors import AlertEscalated, AlertOver, RoomUnknown
from server.incidents import changes, dispatches, intake, sharing
from server.incidents import rooms as parts
from server.incidents.intake import Finding, Report
from server.models import (
    Agency,
    AgencyCentre,
    AgencyKind,
    AlertKind,
    AlertOutcome,
    LegalBasis,
    PersonAlert,
    Service,
    Verb,
)
from server.persons import tell

PRIORITY = {AlertKind.PANIC: 1, AlertKind.ZONE_EXIT: 2}
WORDS = {AlertKind.PANIC: "비상호출", AlertKind.ZONE_EXIT: "안전구역 이탈"}
BASIS = {
    Service.VULNERABLE_PERSON: LegalBasis.PIPA_18_2_3,
    Service.FIRE_119: LegalBasis.FIRE119_11_2_1,
}


class To(StrEnum):
    """Which kind of room."""

    POLICE = "112"
    FIRE = "119"


KINDS = {To.POLICE: AgencyKind.POLICE_112, To.FIRE: AgencyKind.FIRE_119}
SERVICES = {To.POLICE: Service.VULNERABLE_PERSON, To.FIRE: Service.FIRE_119}


@dataclass(frozen=True, slots=True)
class Wish:
    """The kind of room, and which where there are several."""

    to: To
    agency_id: str | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The room that gets an alert's incident, and as what."""

    agency_id: str
    service: Service


def report(session: Session, caller: Caller, alert: PersonAlert, whose: Whose, *, now: datetime) -> None:
    """Open the alert's incident in that room. Nothing personal is in it."""
    owner = session.get_one(Agency, alert.agency_id)
    assert alert.lat is not None
    assert alert.lon is not None
    said = Report(
        service=whose.service,
        external_id=f"alert-{alert.id}",
        type=alert.kind.value,
        priority=PRIORITY[alert.kind],
        lat=alert.lat,
        lon=alert.lon,
        accuracy_m=alert.accuracy_m,
        address=None,
        polygon=None,
        summary=f"[사회적 약자] {WORDS[alert.kind]} ({owner.name}). 사진과 보호자 연락처는 경보에서 확인.",
        legal_basis=BASIS[whose.service],
        reported_at=alert.at,
        units=[],
    )
    alert.incident, _ = intake.enter(session, caller, Finding(said, whose.agency_id), now=now)
    session.flush()
    dispatches.warm(session, alert.incident, now=now)


def escalate(session: Session, caller: Caller, alert: PersonAlert, wish: Wish, *, now: datetime) -> None:
    """Make it a room's. ``alert`` is held; saying the same again changes nothing.

    Raises:
        AlertOver, AlertEscalated: it is over, or another room's already, which shares it itself.
        RoomUnknown: there is no such room, or several and none is named.
        IncidentClosed, IncidentNotOwned, SharingConflict: the caller's room cannot ask the other one.
    """
    if alert.over_at is not None:
        raise AlertOver("the alert is over", alert_id=alert.id)
    room = _room(session, alert, wish)
    if alert.incident is None:
        report(session, caller, alert, Whose(room.id, SERVICES[wish.to]), now=now)
    elif alert.escalated_to == room.id:
        return
    elif caller.viewer.agency_id != alert.agency_id or parts.of(alert.incident, caller.viewer.agency_id) is None:
        raise AlertEscalated("it is a room's already; that room shares its incident", incident_id=alert.incident_id)
    elif room.id == alert.agency_id:
        raise AlertEscalated("it is this room's already", field="to", incident_id=alert.incident_id)
    else:
        asked = sharing.Offer(Verb.JOINT_RESPONSE, room.id, WORDS[alert.kind], [], BASIS[SERVICES[wish.to]])
        sharing.offer(session, caller, alert.incident, asked, now=now)
    alert.escalated_to, alert.escalated_by, alert.escalated_at = room.id, caller.viewer.subject, now
    known = {"alert": alert.id, "incident": alert.incident_id, "to_agency": room.id}
    log.record(session, log.Tag.ALERT_ESCALATED, caller.actor, now=now, **known)
    tell.those_at_work(session, alert, "escalated", now=now)


def end(session: Session, caller: Caller, alert: PersonAlert, outcome: AlertOutcome, *, now: datetime) -> None:
    """Found, or a false alarm: what the alert gave ends with it. ``alert`` is held; ending it again changes nothing.

    Where it is an incident, a room at work closes its part; the last one ends the alert. Raises AlertEscalated.
    """
    if alert.over_at is not None:
        return
    at_work = tell.audiences(session, alert)
    if alert.incident is not None:
        if not caller.viewer.speaks_for_room or parts.of(alert.incident, caller.viewer.agency_id) is None:
            raise AlertEscalated("a dispatcher of the room whose incident it is ends it", incident_id=alert.incident_id)
        changes.close(session, caller, alert.incident, outcome.value, now=now)
        if alert.over_at is None:
            return
    alert.ended_at, alert.ended_by, alert.outcome = now, caller.viewer.subject, outcome
    tell.of(session, at_work, alert, "ended", now=now)
    log.record(session, log.Tag.ALERT_ENDED, caller.actor, now=now, alert=alert.id, outcome=outcome)


def _room(session: Session, alert: PersonAlert, wish: Wish) -> Agency:
    """The room that is named, or the one of its kind: of a centre's alert the one that answers for the centre."""
    found = select(Agency).where(Agency.kind == KINDS[wish.to])
    centre_id = session.get_one(Agency, alert.agency_id).centre_id
    if wish.agency_id is not None:
        found = found.where(Agency.id == wish.agency_id)
    elif centre_id is not None:
        answering = select(AgencyCentre.agency_id).where(AgencyCentre.centre_id == centre_id)
        found = found.where(Agency.id.in_(answering))
    rooms = session.scalars(found.limit(2)).all()
    if len(rooms) != 1:
        raise RoomUnknown(f"name the agency that is the {wish.to} room, by its id", field="agency_id")
    return rooms[0]
