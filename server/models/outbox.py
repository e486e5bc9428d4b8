"""What the pages must hear of, written in the transaction that made it true and read by the events process."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import SERIAL, Base, UTCDateTime


class OutboxEvent(Base):
    """One event for one audience: ``unit:<id>``, ``officer:<id>`` or ``agency:<id>``."""

    __tablename__ = "outbox_events"
    __table_args__ = (
        Index("ix_outbox_events_at", "at"),
        {"sqlite_autoincrement": True},  # an id is never given twice, though old rows are purged
    )

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    audience: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))  # dispatch incident cameras grant revoked stream
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
