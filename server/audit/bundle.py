"""A part of the record in one file, with its checkpoints and public keys, to be checked far from the database.

JSON lines in canonical form. The first one is the head: ``{bundle, keys[], start{size, frontier[], hash}}``; then come
``{"row": …}`` in their order and, after the last row that it covers, each ``{"checkpoint": note}``. ``start`` is the
checkpoint before the first row, so that a part can be checked without what was before it; a part therefore begins and
ends at checkpoints, a few seconds around what was asked for.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.audit import chain
from server.models import AuditCheckpoint, AuditEvent

FORM = "goldentime-audit-1"
PAGE = 1000
Read = Callable[[], AbstractContextManager[Session]]


def span(session: Session, since: datetime | None, until: datetime | None) -> tuple[int, int | None]:
    """The checkpoints around the rows in [``since``, ``until``): the size before the first row, and that of the end.

    None: from the first row, to the last. Raises LookupError when there is no row in that time.
    """
    at, size = AuditEvent.at, AuditCheckpoint.size
    first = session.scalar(select(func.min(AuditEvent.seq)).where(*[at >= since] if since else []))
    last = session.scalar(select(func.max(AuditEvent.seq)).where(*[at < until] if until else []))
    if first is None or last is None or first > last:
        raise LookupError("nothing was recorded in that time")
    start = session.scalar(select(func.max(size)).where(size < first)) if since else 0
    end = session.scalar(select(func.min(size)).where(size >= last)) if until else None
    return start or 0, end


def lines(read: Read, keys: list[str], start: int, end: int | None) -> Iterator[str]:
    """The lines of the bundle of the rows after ``start``, a checkpoint's size or 0, up to ``end``. Streams."""
    with read() as session:
        before = session.get(AuditCheckpoint, start) if start else None
        previous = session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == start)) if start else chain.START
    head = {"size": start, "frontier": before.frontier if before else [], "hash": previous}
    yield _line({"bundle": FORM, "keys": keys, "start": head})
    seq, more = start, True
    while more:
        with read() as session:
            rows = _after(session, AuditEvent, seq, end)
            more = len(rows) == PAGE
            last = rows[-1].seq if more else end
            notes = {made.size: made.note for made in _after(session, AuditCheckpoint, seq, last)}
        for row in rows:
            yield from _notes(notes, before=row.seq)
            yield _line({"row": chain.entry(row)})
            seq = row.seq
        yield from _notes(notes, before=None)


def _after(session: Session, model: Any, key: int, end: int | None) -> list[Any]:
    column = model.__mapper__.primary_key[0]
    bounds = [column > key, *([column <= end] if end is not None else [])]
    page = PAGE if model is AuditEvent else None
    return list(session.scalars(select(model).where(*bounds).order_by(column).limit(page)))


def _notes(notes: dict[int, str], *, before: int | None) -> Iterator[str]:
    for size in sorted(size for size in notes if before is None or size < before):
        yield _line({"checkpoint": notes.pop(size)})


def _line(value: dict[str, Any]) -> str:
    return chain.canonical(value) + "\n"
