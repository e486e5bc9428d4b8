"""By which code and name a centre goes on a day. Days are Korea's; the centre's id never changes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import combinations

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from server.errors import CentreCodeInvalid, CentreExists
from server.models import Centre, CentreCode

KOREA = timezone(timedelta(hours=9))


def day(now: datetime) -> date:
    """The day in Korea."""
    return now.astimezone(KOREA).date()


def at(session: Session, code: str, on: date) -> Centre | None:
    """The centre that goes by the code on that day; one without dated codes goes by its own on every day."""
    dated = exists().where(CentreCode.centre_id == Centre.id)
    goes_by = exists().where(
        CentreCode.centre_id == Centre.id,
        CentreCode.code == code,
        or_(CentreCode.valid_from.is_(None), CentreCode.valid_from <= on),
        or_(CentreCode.valid_until.is_(None), CentreCode.valid_until >= on),
    )
    return session.scalar(select(Centre).where(or_(goes_by, and_(Centre.code == code, ~dated))))


def of(session: Session, centre_ids: Sequence[str]) -> dict[str, list[CentreCode]]:
    """The dated codes of these centres, the earliest first."""
    found: dict[str, list[CentreCode]] = {id_: [] for id_ in centre_ids}
    for row in session.scalars(select(CentreCode).where(CentreCode.centre_id.in_(centre_ids))):
        found[row.centre_id].append(row)
    return {id_: sorted(rows, key=lambda row: (row.valid_from or date.min, row.code)) for id_, rows in found.items()}


def current(centre: Centre, codes: Sequence[CentreCode], on: date) -> tuple[str, str, str]:
    """Code, name and English name on that day; those it was registered with where no row says otherwise."""
    row = next((row for row in codes if _holds(row, on)), None)
    return (row.code, row.name, row.name_en) if row else (centre.code, centre.name, centre.name_en)


def replace(session: Session, centre: Centre, codes: Sequence[CentreCode]) -> None:
    """Have these dated codes and no others.

    Raises:
        CentreCodeInvalid: one ends before it begins, or two hold on one day.
        CentreExists: another centre goes by one of them on one of these days.
    """
    for row in codes:
        if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
            raise CentreCodeInvalid(f"{row.code} ends before it begins", field="codes")
    if both := next((pair for pair in combinations(codes, 2) if _overlap(*pair)), None):
        raise CentreCodeInvalid(f"{both[0].code} and {both[1].code} hold on one day; end the earlier", field="codes")
    wanted = {row.code for row in codes}
    others = select(CentreCode).where(CentreCode.code.in_(wanted), CentreCode.centre_id != centre.id)
    for other in session.scalars(others):
        if any(row.code == other.code and _overlap(row, other) for row in codes):
            raise CentreExists(f"another centre goes by {other.code} on these days", field="codes")
    dated = exists().where(CentreCode.centre_id == Centre.id)
    undated = select(Centre.code).where(Centre.code.in_(wanted), Centre.id != centre.id, ~dated)
    if (taken := session.scalar(undated)) is not None:
        raise CentreExists(f"another centre goes by {taken}", field="codes")
    for old in session.scalars(select(CentreCode).where(CentreCode.centre_id == centre.id)).all():
        session.delete(old)
    session.flush()
    session.add_all(codes)


def _holds(row: CentreCode, on: date) -> bool:
    return (row.valid_from or date.min) <= on <= (row.valid_until or date.max)


def _overlap(a: CentreCode, b: CentreCode) -> bool:
    return (a.valid_from or date.min) <= (b.valid_until or date.max) and (b.valid_from or date.min) <= (
        a.valid_until or date.max
    )
