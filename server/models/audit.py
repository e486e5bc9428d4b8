"""접속기록: what was done, by whom, to what. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import SERIAL, Base, UTCDateTime


class AuditHead(Base):
    """The end of the chain, one row: writers lock it, so that two rows never follow the same one."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(SERIAL)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEvent(Base):
    """One act or refusal. ``hash`` covers the row and ``previous_hash``, so a changed row breaks the chain.

    When its time is over, who, what and from where are emptied and ``salt`` is taken away; the hashes stay.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_at", "at"),
        Index(
            "ix_audit_events_kept",  # those whose content is still there
            "at",
            sqlite_where=text("salt IS NOT NULL"),
            postgresql_where=text("salt IS NOT NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    tag: Mapped[str] = mapped_column(String(60))  # source:subject:action, past tense
    actor_kind: Mapped[str] = mapped_column(String(16))  # officer | client | system
    actor_id: Mapped[str] = mapped_column(String(64))
    subject: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids only, never names or summaries
    request_id: Mapped[str | None] = mapped_column(String(40))
    remote_address: Mapped[str | None] = mapped_column(String(45))
    salt: Mapped[str | None] = mapped_column(String(32))
    content_hash: Mapped[str | None] = mapped_column(String(64))  # none: from before there were checkpoints
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class RefusalTally(Base):
    """How often a caller was refused a call with one code since ``since``; what is over becomes a row of the record."""

    __tablename__ = "refusal_tallies"
    __table_args__ = (Index("ix_refusal_tallies_since", "since"),)

    actor_kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    actor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    call: Mapped[str] = mapped_column(String(160), primary_key=True)  # method and route
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    times: Mapped[int]  # beside the first, which is recorded
    ids: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # some of what was asked for
    remote_address: Mapped[str | None] = mapped_column(String(45))


class AuditCheckpoint(Base):
    """What the first ``size`` rows were at a moment, signed. Only ``sent_at`` changes."""

    __tablename__ = "audit_checkpoints"
    __table_args__ = (
        Index("ix_audit_checkpoints_at", "at"),
        Index(
            "ix_audit_checkpoints_unsent",
            "size",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    size: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    root: Mapped[str] = mapped_column(String(64))
    frontier: Mapped[list[str]] = mapped_column(JSON)  # the roots of the complete subtrees, to go on from
    note: Mapped[str] = mapped_column(Text)  # size, root and time with the signature
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when its copy was in the store
