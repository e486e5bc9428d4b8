"""What pages are sent, as it goes over the wire: made once for all pages that hear of it."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from server.stream_state import StreamState

PING = b"event: ping\ndata: {}\n\n"


class Item(NamedTuple):
    """One event. Without an id it is not replayed, and leaves the page's Last-Event-ID as it was."""

    id: int | None
    wire: bytes


def event(kind: str, data: dict[str, Any], id_: int | None = None) -> Item:
    """The event on the wire (HTML Living Standard §9.2.6)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    head = "" if id_ is None else f"id: {id_}\n"
    return Item(id_, f"{head}event: {kind}\ndata: {text}\n\n".encode())


def stream(camera_id: str, told: StreamState, at: datetime) -> Item:
    """How the stream of a camera fares, told by a clock that says ``at``."""
    picture_at = told.picture_at and _rfc3339(told.picture_at)
    data = {"camera_id": camera_id, **asdict(told), "picture_at": picture_at, "at": _rfc3339(at)}
    return event("stream", data)


def _rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
