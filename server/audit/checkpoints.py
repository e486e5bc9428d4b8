"""Checkpoints: what the record was at a moment, signed, so that nobody can later make it have been something else.

Made by the scheduler whenever there is something new. What does not follow from the last checkpoint is not signed.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import chain
from server.audit.note import AuditKey, Checkpoint, NoteInvalid, Verifier
from server.audit.tree import Frontier
from server.models import AuditCheckpoint, AuditEvent, AuditHead

ROWS = 20_000  # in one checkpoint, about 0.2 s of work; the rest waits for the next


class RecordBroken(Exception):
    """The record does not follow from its last checkpoint; the text names the row."""


def last(session: Session) -> AuditCheckpoint | None:
    """The newest checkpoint."""
    return session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)).first()


def make(session: Session, key: AuditKey, *, now: datetime) -> AuditCheckpoint | None:
    """Sign the rows there are, ``ROWS`` new ones at most; None when nothing is new. Raises RecordBroken."""
    before = last(session)
    tree = _tree(before, key) if before else Frontier()
    previous = _hash_at(session, tree.size)
    columns = (AuditEvent.seq, AuditEvent.previous_hash, AuditEvent.hash)
    for row in session.execute(select(*columns).where(AuditEvent.seq > tree.size).order_by(AuditEvent.seq).limit(ROWS)):
        if row.seq != tree.size + 1 or row.previous_hash != previous:
            raise RecordBroken(f"seq {tree.size + 1}: it is missing, or does not follow the row before")
        tree.append(row.hash)
        previous = row.hash
    if before and tree.size == before.size:
        _nothing_was_cut(session, tree.size)
        return None
    if not tree.size:
        return None
    signed = Checkpoint(tree.size, tree.root(), now)
    made = AuditCheckpoint(size=tree.size, at=now, root=signed.root.hex(), frontier=tree.hex(), note=key.sign(signed))
    session.add(made)
    return made


def _tree(before: AuditCheckpoint, key: AuditKey) -> Frontier:
    try:
        signed, tree = Verifier(key.public).open(before.note), Frontier.of_hex(before.size, before.frontier)
    except (NoteInvalid, ValueError) as error:
        raise RecordBroken(f"checkpoint {before.size}: {error}") from error
    if (signed.size, signed.root) != (tree.size, tree.root()):
        raise RecordBroken(f"checkpoint {before.size}: it was changed after it was signed")
    return tree


def _hash_at(session: Session, seq: int) -> str:
    if seq == 0:
        return chain.START
    found = session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == seq))
    if found is None:
        raise RecordBroken(f"seq {seq}: it was signed and is missing")
    return found


def _nothing_was_cut(session: Session, size: int) -> None:
    head = session.scalar(select(AuditHead.seq))
    if head != size:
        raise RecordBroken(f"seq {size}: the record ends here, its head says {head}")
