"""Whether the record still is what it was: the rows of a time against each other and against their checkpoints.

It reads the database alone, so it finds what was changed in there. That the checkpoints are those which were signed is
proved far from the database, with an exported bundle and the public key: ``proof``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import bundle, chain
from server.audit.tree import Frontier
from server.models import AuditCheckpoint, AuditEvent

MOST = 20_000  # rows of one check, less than a second of work
PAGE = 1000


@dataclass(slots=True)
class Checked:
    """How far was checked. ``wrong_seq``: the first row that is not as it was recorded; ``complete``: none is left."""

    first_seq: int
    last_seq: int
    rows: int = 0
    checkpoints: int = 0
    wrong_seq: int | None = None
    complete: bool = True


def check(session: Session, since: datetime, until: datetime, *, most: int = MOST) -> Checked:
    """Check the rows in [``since``, ``until``), and those around them from one checkpoint to another."""
    try:
        start, end = bundle.span(session, since, until)
    except LookupError:
        return Checked(0, 0)
    found = Checked(start + 1, start)
    found.wrong_seq = _follow(session, found, end, most)
    return found


def _follow(session: Session, found: Checked, end: int | None, most: int) -> int | None:
    """The first row that does not fit, or None; counts in ``found`` what fits."""
    try:
        tree, previous = _before(session, found.last_seq)
    except ValueError:
        return found.last_seq
    signed = select(AuditCheckpoint.size, AuditCheckpoint.root).where(AuditCheckpoint.size > found.last_seq)
    roots: dict[int, str] = dict(list(session.execute(signed)))
    for row in _rows(session, found.last_seq, end):
        if found.rows == most:
            found.complete = False
            return None
        if row.seq != tree.size + 1 or row.previous_hash != previous or not chain.fits(chain.entry(row)):
            return tree.size + 1
        tree.append(row.hash)
        if row.seq in roots:
            if roots[row.seq] != tree.root().hex():
                return row.seq
            found.checkpoints += 1
        previous, found.last_seq, found.rows = row.hash, row.seq, found.rows + 1
    return tree.size + 1 if end is not None and tree.size < end else None


def _before(session: Session, size: int) -> tuple[Frontier, str]:
    """The tree and the last hash as the checkpoint there tells. Raises ValueError when it does not fit itself."""
    if not size:
        return Frontier(), chain.START
    made = session.get_one(AuditCheckpoint, size)
    tree = Frontier.of_hex(size, made.frontier)
    previous = session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == size))
    if tree.root().hex() != made.root or previous is None:
        raise ValueError("the checkpoint is not of this record")
    return tree, previous


def _rows(session: Session, seq: int, end: int | None) -> Iterator[AuditEvent]:
    """The rows after ``seq``, page by page; a page is forgotten when the next one is read."""
    upto = [AuditEvent.seq <= end] if end is not None else []
    page = select(AuditEvent).where(*upto).order_by(AuditEvent.seq).limit(PAGE)
    while rows := list(session.scalars(page.where(AuditEvent.seq > seq))):
        yield from rows
        seq = rows[-1].seq
        session.expunge_all()
