"""Taking what a centre's analytics report: each message taken or refused by itself, the same again changes nothing.

Messages of the same camera and kind within ``WINDOW`` of each other are one event with a count; what a camera says of
its own health is one event until it ends. An event is gone at ``keep_until``: queries refuse it by the clock, a job
deletes it, and a message that would be gone already is refused, so that none is ever taken twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller
from server.errors import CameraUnknown, CentreNotYours, Refusal, SensorEventFromFuture, SensorEventTooOld
from server.models import Agency, Camera, Centre, SensorEvent, SensorKind, SensorReport, SensorRule
from server.models.base import new_id
from server.sensing import health, raising, rules
from server.sensing.kind import HEALTH

AHEAD = timedelta(seconds=5)  # as far as a sensor's clock may be wrong
WINDOW = timedelta(seconds=60)
DROPPED = 20_000  # in one transaction; a later one goes on


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as the analytics sent it; ``active`` false: what it tells of is over."""

    camera_id: str
    kind: SensorKind
    at: datetime
    external_id: str
    active: bool
    confidence: float | None
    box: list[float] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: ``accepted`` as a new event, ``joined`` or ended one, ``repeated``, or refused."""

    status: str
    event_id: str | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is at hand while a batch is taken."""

    session: Session
    caller: Caller
    kept: timedelta
    cameras: dict[str, Camera]  # the centre's in service that the batch names
    rules: dict[SensorKind, SensorRule]
    now: datetime


def accept(
    session: Session, caller: Caller, kept: timedelta, batch: Sequence[Seen | Refusal], *, now: datetime
) -> list[Outcome]:
    """Take what can be taken of a batch, the oldest first, and say of each what became of it, in the batch's order.

    Raises CentreNotYours when the caller's agency runs no centre.
    """
    centre_id = centre_of(session, caller)
    session.get(Centre, centre_id, with_for_update={"key_share": True})  # one batch of a centre at a time, others go on
    found_rules = {rule.kind: rule for rule in rules.of_centre(session, centre_id)}
    desk = _Desk(session, caller, kept, _cameras(session, centre_id, batch), found_rules, now)
    checked = [_checked(desk, one) for one in batch]
    named: dict[str, tuple[int, Seen]] = {}
    for position, one in enumerate(checked):
        if isinstance(one, Seen):
            named.setdefault(one.external_id, (position, one))
    new = _insert(session, centre_id, [one for _, one in named.values()], kept)
    outcomes = [Outcome("refused", refusal=one) if isinstance(one, Refusal) else Outcome("repeated") for one in checked]
    for position, one in sorted(named.values(), key=lambda each: each[1].at):
        if one.external_id in new:
            outcomes[position] = _take(desk, one)
    return outcomes


def centre_of(session: Session, caller: Caller) -> str:
    """The centre that the caller's agency runs. Raises CentreNotYours."""
    agency = session.get_one(Agency, caller.viewer.agency_id)
    if agency.centre_id is None:
        raise CentreNotYours("a centre's sensors are its own")
    return agency.centre_id


def is_kept(now: datetime) -> ColumnElement[bool]:
    """Whether an event is still there for those who ask, whether or not the job ran."""
    return or_(SensorEvent.keep_until.is_(None), SensorEvent.keep_until > now)


def is_of_camera() -> ColumnElement[bool]:
    """Whether an event tells of the camera's own health, and not of what is before it."""
    return SensorEvent.kind.in_(sorted(HEALTH))


def drop(session: Session, *, now: datetime) -> None:
    """Delete events and messages whose time is over."""
    for kind, key in ((SensorEvent, SensorEvent.number), (SensorReport, SensorReport.external_id)):
        old = select(key).where(kind.keep_until <= now).limit(DROPPED)
        gone = delete(kind).where(key.in_(old), kind.keep_until <= now)
        session.execute(gone.execution_options(synchronize_session=False))


def _cameras(session: Session, centre_id: str, batch: Sequence[Seen | Refusal]) -> dict[str, Camera]:
    named = {one.camera_id for one in batch if isinstance(one, Seen)}
    found = select(Camera).where(Camera.id.in_(named), Camera.centre_id == centre_id, Camera.enabled)
    return {camera.id: camera for camera in session.scalars(found)}


def _checked(desk: _Desk, seen: Seen | Refusal) -> Seen | Refusal:
    """The message, or why it is refused."""
    if isinstance(seen, Refusal):
        return seen
    if seen.camera_id not in desk.cameras:
        return CameraUnknown("the centre has no such camera in service", field="camera_id")
    if seen.at > desk.now + AHEAD:
        return SensorEventFromFuture("set the sensor's clock", field="at")
    if seen.at + desk.kept <= desk.now:
        return SensorEventTooOld(f"events are kept for {int(desk.kept.total_seconds())} s", field="at")
    return seen


def _insert(session: Session, centre_id: str, batch: Sequence[Seen], kept: timedelta) -> set[str]:
    """Remember the messages; the names of those that were not known."""
    rows: list[dict[str, Any]] = [
        {"centre_id": centre_id, "external_id": one.external_id, "keep_until": one.at + kept} for one in batch
    ]
    if not rows:
        return set()
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(
        SensorReport.__table__
    )
    same = [SensorReport.centre_id, SensorReport.external_id]
    added = insert.on_conflict_do_nothing(index_elements=same).returning(SensorReport.external_id)
    return set(session.scalars(added, rows))


def _take(desk: _Desk, seen: Seen) -> Outcome:
    """Put the message into the event it belongs to, or a new one, and see to what comes of it."""
    last = _last(desk.session, seen)
    if seen.active:
        event, is_new = (_join(desk, last, seen), False) if last else (_begin(desk, seen), True)
    elif last is not None and last.ended_at is None and seen.at >= last.last_at:
        last.ended_at, last.keep_until = seen.at, seen.at + desk.kept
        event, is_new = last, False
    else:  # the end of nothing
        return Outcome("repeated")
    if event.kind in HEALTH and (is_new or not seen.active):
        health.settle(desk.session, event.camera)
    raised = event.incident_id
    raising.by_rule(desk.session, desk.caller, event, desk.rules.get(event.kind), now=desk.now)
    if is_new or not seen.active or event.incident_id != raised:
        tell(desk.session, event, now=desk.now)
    return Outcome("accepted" if is_new else "joined", event.id)


def _last(session: Session, seen: Seen) -> SensorEvent | None:
    """The event that the message tells of, if it is one that is known."""
    same = SensorEvent.camera_id == seen.camera_id, SensorEvent.kind == seen.kind
    last = session.scalar(select(SensorEvent).where(*same).order_by(SensorEvent.last_at.desc()).limit(1))
    return last if last is not None and _belongs(seen, last) else None


def _belongs(seen: Seen, last: SensorEvent) -> bool:
    if last.ended_at is not None:
        return last.first_at - WINDOW <= seen.at <= last.ended_at
    return seen.kind in HEALTH or last.first_at - WINDOW <= seen.at <= last.last_at + WINDOW


def _begin(desk: _Desk, seen: Seen) -> SensorEvent:
    camera = desk.cameras[seen.camera_id]
    event = SensorEvent(
        id=new_id(),
        centre_id=camera.centre_id,
        camera=camera,
        kind=seen.kind,
        first_at=seen.at,
        last_at=seen.at,
        count=1,
        confidence=seen.confidence,
        box=seen.box,
        received_at=desk.now,
        keep_until=None if seen.kind in HEALTH else seen.at + desk.kept,
    )
    desk.session.add(event)
    desk.session.flush()
    return event


def _join(desk: _Desk, event: SensorEvent, seen: Seen) -> SensorEvent:
    event.count += 1
    event.first_at = min(event.first_at, seen.at)
    if seen.at >= event.last_at:
        event.last_at, event.box = seen.at, seen.box
    event.confidence = max((one for one in (event.confidence, seen.confidence) if one is not None), default=None)
    if event.keep_until is not None:
        event.keep_until = max(event.keep_until, seen.at + desk.kept)
    return event


def tell(session: Session, event: SensorEvent, *, now: datetime) -> None:
    """Have the people and machines of the centre read the event."""
    ids = {"event_id": event.id, "camera_id": event.camera_id, "incident_id": event.incident_id}
    for agency_id in session.scalars(select(Agency.id).where(Agency.centre_id == event.centre_id)):
        outbox.append(session, f"members:{agency_id}", "sensor", ids | {"kind": event.kind.value}, now=now)
