"""What a centre does not let anybody see: one of its cameras, or all of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, new_id


class Blackout(Base):
    """In force until ``ended_at`` is set. Without a camera it holds for the whole centre."""

    __tablename__ = "blackouts"
    __table_args__ = (Index("ix_blackouts_centre_id", "centre_id", "ended_at"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"))
    camera_id: Mapped[str | None] = mapped_column(ForeignKey("cameras.id"))
    reason: Mapped[str] = mapped_column(String(200))
    ordered_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
