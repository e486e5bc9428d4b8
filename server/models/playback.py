"""열람 세션: one viewer watching one camera, on a stated basis."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.purpose import Purpose

LAWFUL = "lawful"  # in the place of a kind of basis, to whom the basis is not told


class BasisKind(StrEnum):
    """Why a viewer may watch."""

    DISPATCH = "dispatch"
    ROOM = "room"
    GRANT = "grant"
    CENTRE = "centre"


class PlaybackSession(Base):
    """One viewer watching one camera. The id is no secret: events, logs and supervisors name the session by it.

    The secret is the ``sid`` of the media URL, kept only as its SHA-256, so that neither a supervisor's list nor a copy
    of the database opens a stream.
    """

    __tablename__ = "playback_sessions"
    __table_args__ = (
        Index("ix_playback_sessions_camera_id", "camera_id"),
        Index("ix_playback_sessions_incident_id", "incident_id"),
        Index("ix_playback_sessions_grant_id", "grant_id"),
        Index("ix_playback_sessions_ended_at", "ended_at", "expires_at"),
        Index("ix_playback_sessions_login_id", "login_id"),
        Index("ix_playback_sessions_started_at", "started_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    sid_hash: Mapped[str] = mapped_column(String(64), unique=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"))
    viewer_kind: Mapped[str] = mapped_column(String(16))  # officer | client
    viewer_id: Mapped[str] = mapped_column(String(64))
    login_id: Mapped[str | None] = mapped_column(String(22))  # the refresh family it was opened under
    device_id: Mapped[str | None] = mapped_column(String(22))  # of the login, when its key is enrolled
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"))
    basis_kind: Mapped[BasisKind] = mapped_column(choice(BasisKind))
    basis_id: Mapped[str] = mapped_column(String(22))
    purpose_code: Mapped[Purpose | None] = mapped_column(choice(Purpose))  # none: from before it was stored
    purpose: Mapped[str | None] = mapped_column(String(200))  # in the viewer's words
    legal_basis: Mapped[str | None] = mapped_column(String(32))  # a LegalBasis, or purpose.OWN_CENTRE
    remote_address: Mapped[str | None] = mapped_column(String(45))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)  # last media request, to about 5 s
    grace_until: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the incident closed, and this may go on
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    end_note: Mapped[str | None] = mapped_column(String(200))  # why a supervisor cut it
