"""What the pages must hear of, written in the transaction that makes it true. The events pool reads it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.models import OutboxEvent


def append(session: Session, audience: str, kind: str, data: dict[str, Any], *, now: datetime) -> None:
    """Tell ``unit:<id>``, ``officer:<id>``, ``client:<id>`` or ``agency:<id>``; ``data`` holds ids and codes only."""
    session.add(OutboxEvent(at=now, audience=audience, kind=kind, data=data))
