"""소명: what the rules found, the demand to explain it, the officer's answer, and what the auditor makes of it.

What was found stays as it was from the moment an explanation is demanded.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.audit.log import Tag
from server.db import Transaction
from server.errors import AnomalyDecided, AnomalyUnknown
from server.models import Anomaly, AnomalyStatus, Officer
from server.models.base import new_id
from server.reviews import read as reading
from server.reviews import rules, stays
from server.reviews.rules import Finding
from server.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Question:
    """What the officer is to explain, and until when."""

    text: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Accepted as explained, or passed on; why."""

    accepted: bool
    note: str


DECIDED = (AnomalyStatus.ACCEPTED, AnomalyStatus.ESCALATED)


def look(read: Transaction, transaction: Transaction, limits: Thresholds, *, now: datetime) -> int:
    """Look for anomalies and keep the new ones; returns how many. Nothing is locked while the record is read."""
    with transaction() as session:
        stays.follow(session, now=now)
    with read() as session:
        found = rules.find(reading.facts(session, now=now), limits)
    with transaction() as session:
        remind(session, now=now)
        return keep(session, found, now=now)


def look_at_once(session: Session, limits: Thresholds, *, now: datetime) -> int:
    """The same in one transaction, for who waits for it."""
    stays.follow(session, now=now)
    session.flush()
    remind(session, now=now)
    return keep(session, rules.find(reading.facts(session, now=now), limits), now=now)


def keep(session: Session, found: list[Finding], *, now: datetime) -> int:
    """Add what is not known yet, and bring what nobody has asked about to the newest evidence."""
    facts = [one.fact for one in found]
    known = {row.fact: row for row in session.scalars(select(Anomaly).where(Anomaly.fact.in_(facts)).with_for_update())}
    new = [one for one in found if one.fact not in known]
    of_whom = select(Officer.id, Officer.agency_id).where(Officer.id.in_({one.officer_id for one in new}))
    agencies = {row.id: row.agency_id for row in session.execute(of_whom)}
    added = sum(_add(session, one, agencies[one.officer_id], now=now) for one in new)
    for one in found:
        old = known.get(one.fact)
        if old is not None and old.status is AnomalyStatus.OPEN and len(one.evidence) >= len(old.evidence):
            old.severity, old.reason, old.evidence, old.last_at = one.severity, one.reason, one.evidence, one.last_at
    return added


def _add(session: Session, one: Finding, agency_id: str, *, now: datetime) -> bool:
    """Whether it was new: who looks at the same moment may have been first."""
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Anomaly)
    row = {"id": new_id(), "agency_id": agency_id, "found_at": now, "status": AnomalyStatus.OPEN, **asdict(one)}
    statement = insert.values(row).on_conflict_do_nothing(index_elements=["fact"]).returning(Anomaly.id)
    if session.scalar(statement) is None:
        return False
    ids = {"anomaly": row["id"], "kind": one.kind, "officer": one.officer_id}
    log.record(session, Tag.ANOMALY_FOUND, log.SYSTEM, now=now, **ids)
    return True


def concerning(viewer: Viewer) -> Select[Anomaly]:
    """What an auditor sees: of other people, as far as the auditor's scope goes."""
    agency = viewer.scope.agency_id
    mine = true() if agency is None else Anomaly.agency_id == agency
    return select(Anomaly).where(mine, Anomaly.officer_id != viewer.id)


def asked_of(viewer: Viewer) -> Select[Anomaly]:
    """What an officer sees: what the officer was asked to explain, and no other's."""
    return select(Anomaly).where(Anomaly.officer_id == viewer.id, Anomaly.demanded_at.is_not(None))


def demand(session: Session, caller: Caller, anomaly_id: str, asked: Question, *, now: datetime) -> Anomaly:
    """Demand an explanation of the officer, who hears of it at once. The first demand stands.

    Raises AnomalyUnknown, and AnomalyDecided when it was answered or decided.
    """
    row = _held(session, concerning(caller.viewer), anomaly_id)
    if row.status is AnomalyStatus.DEMANDED:
        return row
    if row.status is not AnomalyStatus.OPEN:
        raise AnomalyDecided("it was explained or decided; POST …/decision decides", anomaly_id=anomaly_id)
    row.status, row.question, row.due_at = AnomalyStatus.DEMANDED, asked.text, asked.due_at
    row.demanded_by, row.demanded_at = caller.viewer.id, now
    ids = {"anomaly": row.id, "officer": row.officer_id, "due_at": asked.due_at.isoformat()}
    log.record(session, Tag.EXPLANATION_DEMANDED, caller.actor, now=now, **ids)
    _tell(session, row, now=now)
    return row


def explain(session: Session, caller: Caller, anomaly_id: str, text: str, *, now: datetime) -> Anomaly:
    """The officer's answer, in time or late; the first stands. Raises AnomalyUnknown and AnomalyDecided."""
    row = _held(session, asked_of(caller.viewer), anomaly_id)
    if row.status in DECIDED:
        raise AnomalyDecided("it was decided; write to the auditor", anomaly_id=anomaly_id)
    if row.status is AnomalyStatus.DEMANDED:
        row.status, row.explanation, row.explained_at = AnomalyStatus.EXPLAINED, text, now
        late = row.due_at is not None and now > row.due_at
        log.record(session, Tag.EXPLANATION_GIVEN, caller.actor, now=now, anomaly=row.id, late=late)
    return row


def decide(session: Session, caller: Caller, anomaly_id: str, verdict: Verdict, *, now: datetime) -> Anomaly:
    """Accept it, or pass it on; both with a note. A decision stands. Raises AnomalyUnknown and AnomalyDecided."""
    row = _held(session, concerning(caller.viewer), anomaly_id)
    status = AnomalyStatus.ACCEPTED if verdict.accepted else AnomalyStatus.ESCALATED
    if row.status in DECIDED:
        if row.status is status:
            return row
        raise AnomalyDecided("it was decided otherwise", anomaly_id=anomaly_id)
    row.status, row.note = status, verdict.note
    row.decided_by, row.decided_at = caller.viewer.id, now
    tag = Tag.ANOMALY_ACCEPTED if verdict.accepted else Tag.ANOMALY_ESCALATED
    log.record(session, tag, caller.actor, now=now, anomaly=row.id, officer=row.officer_id)
    if row.demanded_at is not None:
        _tell(session, row, now=now)
    return row


def remind(session: Session, *, now: datetime) -> None:
    """Record once that a demand was not answered in time."""
    late = and_(Anomaly.status == AnomalyStatus.DEMANDED, Anomaly.due_at < now, Anomaly.overdue_at.is_(None))
    for row in session.scalars(select(Anomaly).where(late).with_for_update()):
        row.overdue_at = now
        ids = {"anomaly": row.id, "officer": row.officer_id}
        log.record(session, Tag.EXPLANATION_OVERDUE, log.SYSTEM, now=now, **ids)
        _tell(session, row, now=now)


def due_at(limits: Thresholds, *, now: datetime) -> datetime:
    """Until when an explanation is to be given, if the auditor says nothing else."""
    return now + timedelta(days=limits.explain_days)


def _held(session: Session, found: Select[Anomaly], anomaly_id: str) -> Anomaly:
    row = session.scalar(found.where(Anomaly.id == anomaly_id).with_for_update())
    if row is None:
        raise AnomalyUnknown("there is no such anomaly for this caller", anomaly_id=anomaly_id)
    return row


def _tell(session: Session, row: Anomaly, *, now: datetime) -> None:
    data = {"anomaly_id": row.id, "status": row.status.value}
    outbox.append(session, f"officer:{row.officer_id}", "explanation", data, now=now)
