"""An event becomes an incident of a room: by a rule, marked as a machine's opinion, or by a person who has looked.

A machine sends nobody: units are the room's to send. What is seen on at the same camera while its incident is open
belongs to that incident.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller
from server.audit import log
from server.errors import SensorEventUnknown
from server.incidents import intake
from server.incidents.intake import Finding, Report
from server.models import Incident, IncidentStatus, LegalBasis, SensorEvent, SensorRule, Service
from server.sensing import rules
from server.sensing.kind import HEALTH, WORDS

RULE = "rule"


@dataclass(frozen=True, slots=True)
class Wish:
    """To which room an event goes, and as what."""

    agency_id: str
    service: Service
    priority: int
    legal_basis: LegalBasis
    summary: str | None = None
    by: str = RULE


def by_rule(session: Session, caller: Caller, event: SensorEvent, rule: SensorRule | None, *, now: datetime) -> None:
    """Make an incident of the event if its centre's rule says so and nobody has yet."""
    if rule is None or event.incident_id is not None or (event.confidence or 0.0) < rule.least_confidence:
        return
    known = _open_of(session, event)
    if known is not None:
        event.incident_id, event.raised_by = known.id, RULE
        return
    wish = Wish(rule.agency_id, rule.service, rule.priority, rule.legal_basis)
    _raise(session, caller, event, wish, now=now)


def by_person(session: Session, caller: Caller, event: SensorEvent, wish: Wish, *, now: datetime) -> bool:
    """Report the event to a room, after having looked; whether it was not reported before. Raises RoomUnknown."""
    if event.incident_id is not None:
        return False
    rules.must_take(session, wish.agency_id, wish.service, field="agency_id")
    _raise(session, caller, event, replace(wish, by=caller.viewer.subject), now=now)
    return True


def of_centre(session: Session, centre_id: str, event_id: str, *, now: datetime) -> SensorEvent:
    """An event of the centre that is still kept, held. Raises SensorEventUnknown."""
    found = select(SensorEvent).where(SensorEvent.id == event_id, SensorEvent.centre_id == centre_id)
    event = session.scalar(found.with_for_update(of=SensorEvent))
    if event is None or (event.keep_until is not None and event.keep_until <= now):
        raise SensorEventUnknown("there is no such event for this caller, or it is over", sensor_event_id=event_id)
    return event


def _open_of(session: Session, event: SensorEvent) -> Incident | None:
    """The open incident that the same camera's events of the same kind became by rule, if there is one."""
    same = SensorEvent.camera_id == event.camera_id, SensorEvent.kind == event.kind, SensorEvent.raised_by == RULE
    found = select(Incident).join(SensorEvent, SensorEvent.incident_id == Incident.id).where(*same)
    return session.scalar(found.where(Incident.status == IncidentStatus.OPEN).limit(1))


def _raise(session: Session, caller: Caller, event: SensorEvent, wish: Wish, *, now: datetime) -> None:
    camera, seen = event.camera, WORDS[event.kind]
    label = "AI 탐지, 확인 필요" if wish.by == RULE and event.kind not in HEALTH else "관제센터"
    report = Report(
        service=wish.service,
        external_id=f"sensor-{event.id}",
        type=event.kind.value,
        priority=wish.priority,
        lat=camera.lat,
        lon=camera.lon,
        accuracy_m=None,
        address=camera.name,
        polygon=None,
        summary=f"[{label}] {wish.summary or f'{camera.name}: {seen}'}",
        legal_basis=wish.legal_basis,
        reported_at=event.first_at,
        units=[],
    )
    incident, _ = intake.enter(session, caller, Finding(report, wish.agency_id), now=now)
    event.incident_id, event.raised_by = incident.id, wish.by
    known = {"sensor_event": event.id, "camera": event.camera_id, "incident": incident.id}
    log.record(session, log.Tag.SENSOR_RAISED, caller.actor, now=now, **known, by=wish.by)
    data = {"event_id": event.id, "incident_id": incident.id, "kind": event.kind.value, "camera_id": event.camera_id}
    outbox.append(session, f"agency:{wish.agency_id}", "sensor", data, now=now)
