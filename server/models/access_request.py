"""An officer asks an agency's supervisors for access that nobody has given yet."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice, new_id


class RequestStatus(StrEnum):
    """Open until it is answered, or until nobody has for too long."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    EXPIRED = "expired"


class AccessRequest(Base):
    """What is asked for is looked at when it is answered: asking tells nobody which ids exist."""

    __tablename__ = "access_requests"
    __table_args__ = (
        Index("ix_access_requests_officer_id", "officer_id"),
        Index("ix_access_requests_agency_id", "agency_id"),
        Index("ix_access_requests_status", "status", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # that is asked
    incident_id: Mapped[str | None] = mapped_column(String(64))
    camera_ids: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    status: Mapped[RequestStatus] = mapped_column(choice(RequestStatus), default=RequestStatus.OPEN)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"))
