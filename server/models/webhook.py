"""Where control rooms' systems want to hear of their incidents, and what is on its way there."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import SERIAL, Base, UTCDateTime, choice, new_id


class WebhookEvent(StrEnum):
    """What can be heard of."""

    REPORTED = "incident.reported"
    CHANGED = "incident.changed"  # its place or its rooms
    CLOSED = "incident.closed"  # or the room's part in it
    DISPATCH = "dispatch.changed"


class DeliveryStatus(StrEnum):
    """How a delivery stands. A dead one is not tried again."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Webhook(Base):
    """An address of an agency's system. Until ``resume_at`` it is left alone, because it did not answer."""

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_agency_id", "agency_id"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)  # of WebhookEvent
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[str] = mapped_column(String(90))  # kind:id
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    resume_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class WebhookDelivery(Base):
    """One message to one address, in the order of ``number``; ``id`` is the same at every try."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("id", name="uq_webhook_deliveries_id"),
        Index("ix_webhook_deliveries_webhook_id", "webhook_id", "status", "number"),
        Index("ix_webhook_deliveries_at", "at"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(22), default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"))
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    event: Mapped[WebhookEvent] = mapped_column(choice(WebhookEvent))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[DeliveryStatus] = mapped_column(choice(DeliveryStatus), default=DeliveryStatus.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered: Mapped[int | None]  # the newest try's HTTP status
    failure: Mapped[str | None] = mapped_column(String(40))  # why the newest try failed
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    webhook: Mapped[Webhook] = relationship(lazy="joined")
