"""Which months of which agency are to be reviewed, and signing one.

A month becomes due when it is over and overdue when nobody has signed it in time. Months begin at Korean midnight.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.audit.table import KOREA
from server.errors import ReviewChanged, ReviewTooEarly, ReviewUnknown
from server.models import Agency, AuditEvent, Client, MonthlyReview, Officer
from server.reviews import monthly
from server.reviews.monthly import Report
from server.thresholds import Thresholds

BACK = 24  # months; what is older has no views any more


class ReviewStatus(StrEnum):
    """How a month stands."""

    RUNNING = "running"
    DUE = "due"
    OVERDUE = "overdue"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Signature:
    """What was read, made with which thresholds, and what the auditor makes of it."""

    digest: str
    note: str
    limits: Thresholds


def begin(session: Session, limits: Thresholds, *, now: datetime) -> None:
    """Have a row for each month of each agency with people or machines, since the record began. Repeatable."""
    first = session.scalar(select(func.min(AuditEvent.at)))
    months = _months(first or now, now)
    used = or_(
        Agency.id.in_(select(Officer.agency_id).where(Officer.enabled)),
        Agency.id.in_(select(Client.agency_id).where(Client.enabled)),
    )
    agencies = session.scalars(select(Agency.id).where(used).order_by(Agency.id)).all()
    wanted = {f"{agency}_{start:%Y-%m}": (agency, start) for agency in agencies for start in months}
    known = set(session.scalars(select(MonthlyReview.id).where(MonthlyReview.starts_at >= months[0])))
    rows = [_row(id_, *wanted[id_], limits) for id_ in sorted(wanted.keys() - known)]
    if rows:
        insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(MonthlyReview)
        session.execute(insert.on_conflict_do_nothing(), rows)


def _months(first: datetime, now: datetime) -> list[datetime]:
    """The beginnings of the months from ``first`` to ``now``, the newest ``BACK`` and the running one, in order."""
    start, found = _month_of(now), list[datetime]()
    while len(found) <= BACK and (not found or start >= _month_of(first)):
        found.append(start)
        start = _month_of(start - timedelta(days=1))
    return found[::-1]


def _month_of(at: datetime) -> datetime:
    return at.astimezone(KOREA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _row(review_id: str, agency_id: str, start: datetime, limits: Thresholds) -> dict[str, Any]:
    end = _month_of(start + timedelta(days=31))
    due_at = end + timedelta(days=limits.review_days)
    times = {"starts_at": start, "ends_at": end, "due_at": due_at}
    return {"id": review_id, "agency_id": agency_id, "month": f"{start:%Y-%m}", **times}


def status(row: MonthlyReview, now: datetime) -> ReviewStatus:
    """How it stands at that moment."""
    if row.signed_at is not None:
        return ReviewStatus.SIGNED
    if now < row.ends_at:
        return ReviewStatus.RUNNING
    return ReviewStatus.OVERDUE if now >= row.due_at else ReviewStatus.DUE


def with_status(wanted: ReviewStatus, now: datetime) -> ColumnElement[bool]:
    """The rows that stand like that."""
    unsigned = MonthlyReview.signed_at.is_(None)
    return {
        ReviewStatus.SIGNED: MonthlyReview.signed_at.is_not(None),
        ReviewStatus.RUNNING: and_(unsigned, MonthlyReview.ends_at > now),
        ReviewStatus.DUE: and_(unsigned, MonthlyReview.ends_at <= now, MonthlyReview.due_at > now),
        ReviewStatus.OVERDUE: and_(unsigned, MonthlyReview.due_at <= now),
    }[wanted]


def concerning(viewer: Viewer) -> Select[MonthlyReview]:
    """What an auditor reviews."""
    agency = viewer.scope.agency_id
    return select(MonthlyReview).where(true() if agency is None else MonthlyReview.agency_id == agency)


def find(session: Session, viewer: Viewer, review_id: str, *, hold: bool = False) -> MonthlyReview:
    """One of them; with ``hold`` it is signed by nobody else meanwhile. Raises ReviewUnknown."""
    found = concerning(viewer).where(MonthlyReview.id == review_id)
    row = session.scalar(found.with_for_update() if hold else found)
    if row is None:
        raise ReviewUnknown("there is no such review for this caller", review_id=review_id)
    return row


def report(session: Session, row: MonthlyReview, limits: Thresholds) -> Report:
    """As it was signed, else as the record has it now."""
    return row.report if row.report is not None else monthly.report(session, row, limits)


def sign(session: Session, caller: Caller, review_id: str, signature: Signature, *, now: datetime) -> MonthlyReview:
    """The auditor has read the report with this digest, and says so. The first signature stands.

    Raises ReviewUnknown, ReviewTooEarly, and ReviewChanged when the report is not the one that was read.
    """
    row = find(session, caller.viewer, review_id, hold=True)
    if row.signed_at is not None:
        return row
    if now < row.ends_at:
        raise ReviewTooEarly("the month is not over", review_id=review_id)
    read = monthly.report(session, row, signature.limits)
    if read["digest"] != signature.digest:
        raise ReviewChanged("read the report again, and sign its digest", review_id=review_id, field="digest")
    row.signed_by, row.signed_at, row.note = caller.viewer.id, now, signature.note
    row.digest, row.report = signature.digest, read
    log.record(session, log.Tag.REVIEW_SIGNED, caller.actor, now=now, review=row.id, digest=signature.digest)
    return row
