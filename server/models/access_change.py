"""What the gates must read again: a row for each change of what ``may`` decides on, written by the database's triggers.

No writer can forget it, and what was rolled back leaves none. Columns that decide nothing (``seen_at``, positions,
heartbeats) write none.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import SERIAL, Base, UTCDateTime


class AccessChange(Base):
    """``kind`` and ``key`` name what changed, as sessions are found by it: an incident, an officer."""

    __tablename__ = "access_changes"
    __table_args__ = (
        Index("ix_access_changes_at", "at"),
        Index("ix_access_changes_xid", "xid"),
        {"sqlite_autoincrement": True},  # an id is never given twice, though old rows are purged
    )

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    xid: Mapped[int | None] = mapped_column(BigInteger)  # PostgreSQL's transaction: ids are not in the order of commits
    at: Mapped[datetime] = mapped_column(UTCDateTime)
