"""Whose alerts are taken, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, new_id


class CapSender(Base):
    """A ``sender`` whose alerts an agency sends. Until ``ended_at``; registered again it goes on."""

    __tablename__ = "cap_senders"
    __table_args__ = (UniqueConstraint("agency_id", "sender", name="uq_cap_senders_agency_id_sender"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    sender: Mapped[str] = mapped_column(String(200))
    invites: Mapped[list[str]] = mapped_column(JSON)  # agencies that each of its incidents asks to join, by id
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CapMessage(Base):
    """A message as it was taken. ``digest`` tells a repeated one from one that contradicts it.

    ``infos`` is what became of its blocks, with the geocodes they gave; ``signature`` is absent or unverified.
    """

    __tablename__ = "cap_messages"
    __table_args__ = (
        UniqueConstraint("sender_id", "identifier", name="uq_cap_messages_sender_id_identifier"),
        Index("ix_cap_messages_incident_id", "incident_id"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    sender_id: Mapped[str] = mapped_column(ForeignKey("cap_senders.id"))
    identifier: Mapped[str] = mapped_column(String(200))
    sent: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(String(16))
    msg_type: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    done: Mapped[str] = mapped_column(String(16))  # server.cap.intake.Done
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    infos: Mapped[list[Any]] = mapped_column(JSON)

    sender: Mapped[CapSender] = relationship(lazy="joined")
