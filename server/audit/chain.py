"""The hash that ties each audit row to the one before. Pure.

A row's hash covers its content only through ``content_hash``, which is salted: content and salt can be removed when
their time is over, and the row still proves when what kind of act was recorded, and its place among the others.
A changed, removed or inserted row is found by ``verify``; rows cut off at the end are found only against a checkpoint.
Rows from before there were checkpoints have no ``content_hash``; theirs is the hash of everything.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from server.models import AuditEvent

START = "0" * 64  # what the first row follows
CONTENT = ("actor_kind", "actor_id", "subject", "request_id", "remote_address", "salt")
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))  # made once: a record has many rows
Entry = dict[str, Any]


def canonical(value: Any) -> str:
    """JSON with sorted names, without spaces, in ASCII: one value has one form."""
    return ENCODER.encode(value)


def entry(event: AuditEvent) -> Entry:
    """The row as it is exported: ``content`` is None when it was removed."""
    removed = event.content_hash is not None and event.salt is None
    return {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(),
        "tag": event.tag,
        "content": None if removed else {name: getattr(event, name) for name in CONTENT},
        "content_hash": event.content_hash,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


def content_digest(content: Entry) -> str:
    """SHA-256, in hex, of the canonical JSON of who, what and from where, with the salt."""
    return _sha256(content)


def digest(row: Entry) -> str:
    """SHA-256, in hex, of what an entry says, ``previous_hash`` included."""
    covered = {name: row[name] for name in ("seq", "at", "tag", "previous_hash")}
    if row["content_hash"] is not None:
        return _sha256(covered | {"content_hash": row["content_hash"]})
    return _sha256(covered | {name: value for name, value in row["content"].items() if name != "salt"})


def fits(row: Entry) -> bool:
    """Whether an entry is as it was written, or is that without its content."""
    content, content_hash = row["content"], row["content_hash"]
    if content_hash is not None and content is not None and content_digest(content) != content_hash:
        return False
    return (content_hash is not None or content is not None) and digest(row) == row["hash"]


def verify(events: Iterable[AuditEvent]) -> int | None:
    """The ``seq`` of the first row that does not fit, or None when the chain from the first row on is whole."""
    previous = START
    for seq, event in enumerate(events, start=1):
        if event.seq != seq or event.previous_hash != previous or not fits(entry(event)):
            return seq
        previous = event.hash
    return None


def _sha256(value: Entry) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()
