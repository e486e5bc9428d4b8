"""What a centre does not let anybody see: one of its cameras, or all of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, exists, or_
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, new_id
from server.models.camera import Camera


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


BLACKED_OUT = exists().where(  # of the camera of the surrounding query
    Blackout.centre_id == Camera.centre_id,
    Blackout.ended_at.is_(None),
    or_(Blackout.camera_id.is_(None), Blackout.camera_id == Camera.id),
)
