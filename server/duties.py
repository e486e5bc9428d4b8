"""의무: what the law wants done after an incident, as a task with a due date that a person must close.

Another service opens one with ``duties.open(session, wanted, now=now)`` in the transaction that makes it due, such as
the closing of a disaster: ``Wanted(DutyKind.DESTROY, incident.id, incident.agency_id, since=now)``. ``server.due`` says
when each kind is due. The agency's dispatchers and supervisors hear of it (event ``duty``) when it opens, when it is
overdue and when it is done. Invariants: one of a kind for each incident and agency, however often it is opened; only a
person of the agency closes it, once; whether it is overdue is asked of the clock, the job only tells.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload, lazyload

from server import due, outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import DutyClosed, DutyMeansInvalid, DutyUnknown
from server.models import Duty, DutyKind, DutyMeans, DutyStatus, Incident
from server.models.base import new_id

OF_INCIDENT = (  # all that is shown of it: a list must not read the cameras of each
    joinedload(Duty.incident)
    .load_only(Incident.service, Incident.external_id)
    .options(lazyload(Incident.cameras), lazyload(Incident.dispatches), lazyload(Incident.rooms))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an agency has to do. ``since`` is when the time the law gives begins to run."""

    kind: DutyKind
    incident_id: str
    agency_id: str
    since: datetime
    subject: str | None = None  # who has to be told, by a pseudonym of the agency's


@dataclass(frozen=True, slots=True)
class Completion:
    """How it was done."""

    means: DutyMeans
    note: str | None = None


def open(session: Session, by: log.Actor, wanted: Wanted, *, now: datetime) -> Duty:  # noqa: A001 — the word for it
    """The agency's duty of that kind for that incident; it is opened, recorded and told once."""
    due_at = due.due_at(wanted.kind, wanted.since)
    ids = {"kind": wanted.kind, "incident_id": wanted.incident_id, "agency_id": wanted.agency_id}
    row = {"id": new_id(), **ids, "subject": wanted.subject, "opened_at": now, "due_at": due_at}
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Duty)
    session.flush()
    is_new = session.scalar(insert.values(row).on_conflict_do_nothing().returning(Duty.id)) is not None
    duty = session.scalars(select(Duty).filter_by(**ids)).one()
    if is_new:
        named = {"duty": duty.id, "kind": duty.kind, "incident": duty.incident_id, "agency": duty.agency_id}
        log.record(session, log.Tag.DUTY_OPENED, by, now=now, **named, due_at=due_at.isoformat())
        _tell(session, duty, now=now)
    return duty


def complete(session: Session, caller: Caller, duty_id: str, done: Completion, *, now: datetime) -> Duty:
    """The duty, done by the caller, in time or late. Saying the same again changes nothing.

    Raises:
        DutyUnknown: the caller's agency has no such duty.
        DutyMeansInvalid: a duty of that kind is not done like that.
        DutyClosed: it was done already, and something else was said of it.
    """
    mine = concerning(caller.viewer).where(Duty.id == duty_id)
    duty = session.scalar(mine.with_for_update(of=Duty).execution_options(populate_existing=True))
    if duty is None:
        raise DutyUnknown("there is no such duty for this caller", duty_id=duty_id)
    if done.means not in due.MEANS[duty.kind]:
        one_of = ", ".join(sorted(due.MEANS[duty.kind]))
        raise DutyMeansInvalid(f"a {duty.kind} is done by one of: {one_of}", field="means")
    if duty.closed_at is not None:
        if (duty.means, duty.note) != (done.means, done.note):
            raise DutyClosed("it was done already, and that stands", duty_id=duty_id)
        return duty
    late = is_overdue(duty, now)
    duty.closed_at, duty.closed_by, duty.subject = now, caller.viewer.id, None
    duty.means, duty.note = done.means, done.note
    ids = {"duty": duty.id, "kind": duty.kind, "incident": duty.incident_id}
    log.record(session, log.Tag.DUTY_DONE, caller.actor, now=now, **ids, means=done.means, late=late)
    _tell(session, duty, now=now)
    return duty


def remind(session: Session, *, now: datetime) -> None:
    """Tell of each duty that has become overdue, once."""
    untold = (
        select(Duty)
        .options(lazyload(Duty.incident))
        .where(with_status(DutyStatus.OVERDUE, now), Duty.told_overdue_at.is_(None))
    )
    for duty in session.scalars(untold.order_by(Duty.id).with_for_update(of=Duty)).all():
        duty.told_overdue_at = now
        ids = {"duty": duty.id, "kind": duty.kind, "incident": duty.incident_id, "agency": duty.agency_id}
        log.record(session, log.Tag.DUTY_OVERDUE, log.SYSTEM, now=now, **ids)
        _tell(session, duty, now=now)


def concerning(viewer: Viewer) -> Select[Duty]:
    """The duties of the viewer's agency."""
    return select(Duty).where(Duty.agency_id == viewer.agency_id).options(OF_INCIDENT)


def status(duty: Duty, now: datetime) -> DutyStatus:
    """How it stands at that moment."""
    if duty.closed_at is not None:
        return DutyStatus.DONE
    return DutyStatus.OVERDUE if is_overdue(duty, now) else DutyStatus.OPEN


def is_overdue(duty: Duty, now: datetime) -> bool:
    """Whether its time is over, done or not."""
    return now >= duty.due_at


def with_status(wanted: DutyStatus, now: datetime) -> ColumnElement[bool]:
    """The rows that stand like that."""
    undone = Duty.closed_at.is_(None)
    return {
        DutyStatus.DONE: Duty.closed_at.is_not(None),
        DutyStatus.OVERDUE: and_(undone, Duty.due_at <= now),
        DutyStatus.OPEN: and_(undone, Duty.due_at > now),
    }[wanted]


def _tell(session: Session, duty: Duty, *, now: datetime) -> None:
    data = {"duty_id": duty.id, "incident_id": duty.incident_id, "kind": duty.kind, "status": status(duty, now)}
    outbox.append(session, f"agency:{duty.agency_id}", "duty", data, now=now)
