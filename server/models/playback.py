"""열람 세션: one viewer watching one camera, on a stated basis."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice


class BasisKind(StrEnum):
    """Why a viewer may watch."""

    DISPATCH = "dispatch"
    ROOM = "room"


class PlaybackSession(Base):
    """The id is the ``sid`` of the media URL: 128 random bits, state-checked on every request."""

    __tablename__ = "playback_sessions"
    __table_args__ = (
        Index("ix_playback_sessions_camera_id", "camera_id"),
        Index("ix_playback_sessions_incident_id", "incident_id"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"))
    viewer_kind: Mapped[str] = mapped_column(String(16))  # officer | client
    viewer_id: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    basis_kind: Mapped[BasisKind] = mapped_column(choice(BasisKind))
    basis_id: Mapped[str] = mapped_column(String(22))
    purpose: Mapped[str | None] = mapped_column(String(200))
    remote_address: Mapped[str | None] = mapped_column(String(45))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)  # last media request, to about 5 s
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))
