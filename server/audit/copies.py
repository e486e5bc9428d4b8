"""Copies of the record outside the database: each checkpoint, and the rows it covers as a bundle.

``rows/<size>-<hash>.jsonl`` and ``checkpoints/<size>.note``, in this order, so that a checkpoint in the store says that
its rows are there. A checkpoint is unsent until both are kept, whatever happens in between.
"""

import hashlib
from datetime import datetime

from sqlalchemy import func, select, update

from server.audit import bundle
from server.audit.bundle import Read
from server.audit.store import Store
from server.clock import Clock
from server.models import AuditCheckpoint

Write = Read


def send(read: Read, write: Write, keys: list[str], store: Store, *, now: Clock) -> int:
    """Copy every checkpoint that is unsent, the oldest first; returns how many. Raises what the store raises."""
    sent = 0
    while (found := _oldest(read)) is not None:
        start, size, note = found
        rows = "".join(bundle.lines(read, keys, start, size)).encode()
        store.put(f"rows/{size:015}-{hashlib.sha256(rows).hexdigest()[:16]}.jsonl", rows)
        store.put(f"checkpoints/{size:015}.note", note.encode())
        _mark(write, size, now=now())
        sent += 1
    return sent


def _oldest(read: Read) -> tuple[int, int, str] | None:
    column = AuditCheckpoint.size
    with read() as session:
        oldest = select(AuditCheckpoint).where(AuditCheckpoint.sent_at.is_(None)).order_by(column).limit(1)
        found = session.scalars(oldest).first()
        if found is None:
            return None
        return session.scalar(select(func.max(column)).where(column < found.size)) or 0, found.size, found.note


def _mark(write: Write, size: int, *, now: datetime) -> None:
    with write() as session:
        session.execute(update(AuditCheckpoint).where(AuditCheckpoint.size == size).values(sent_at=now))
