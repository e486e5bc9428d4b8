"""An officer asks a centre to keep what its own recorder has of a camera: this product records nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, new_id


class PreservationRequest(Base):
    """보존 요청: whose cameras, which minutes, for which incident, and why."""

    __tablename__ = "preservation_requests"
    __table_args__ = (
        Index("ix_preservation_requests_centre_id", "centre_id"),
        Index("ix_preservation_requests_officer_id", "officer_id"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"))
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"))  # that is asked
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
