"""The hash that ties each audit row to the one before. Pure.

A changed, removed or inserted row is found by ``verify``; rows cut off at the end are found only against a copy of
the newest hash kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from server.models import AuditEvent

START = "0" * 64  # what the first row follows


def digest(event: AuditEvent) -> str:
    """SHA-256, in hex, of the row's canonical JSON (sorted names, no spaces, UTF-8), ``previous_hash`` included."""
    content = {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(),
        "tag": event.tag,
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "subject": event.subject,
        "request_id": event.request_id,
        "remote_address": event.remote_address,
        "previous_hash": event.previous_hash,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(events: Iterable[AuditEvent]) -> int | None:
    """The ``seq`` of the first row that does not fit, or None when the chain from the first row on is whole."""
    previous = START
    for seq, event in enumerate(events, start=1):
        if event.seq != seq or event.previous_hash != previous or event.hash != digest(event):
            return seq
        previous = event.hash
    return None
