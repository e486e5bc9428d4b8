"""Who steers a camera, and what it was told to do: the second border between server and transcoder.

``ptz_holds`` (what is wanted) is written by the server only, ``ptz_states`` (what is) by the transcoder only.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, and_, exists, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, new_id
from server.models.blackout import BLACKED_OUT
from server.models.camera import Camera
from server.models.incident import Incident, IncidentStatus
from server.models.playback import PlaybackSession


class PtzHold(Base):
    """One person steers one camera for one incident, until then at most; see ``in_force``."""

    __tablename__ = "ptz_holds"
    __table_args__ = (Index("ix_ptz_holds_until", "until"), Index("ix_ptz_holds_camera_id", "camera_id"))

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"))
    session_id: Mapped[str] = mapped_column(String(22))  # the playback session it hangs on
    incident_id: Mapped[str] = mapped_column(String(22))
    viewer_id: Mapped[str] = mapped_column(String(22))  # an officer
    reason: Mapped[str] = mapped_column(String(200))
    begins_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    given_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # as the record has it
    seq: Mapped[int] = mapped_column(default=0)  # of the newest move; 0: none yet
    move: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # {preset} or {pan, tilt, zoom, duration_ms}
    move_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PtzState(Base):
    """What a host did to a camera. ``away`` is written before the first move, so that no crash forgets to return."""

    __tablename__ = "ptz_states"
    __table_args__ = (
        Index("ix_ptz_states_away", "camera_id", sqlite_where=text("away = 1"), postgresql_where=text("away")),
    )

    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    hold_id: Mapped[str] = mapped_column(String(22))  # for which it was moved last
    host_id: Mapped[str] = mapped_column(String(32))
    claimed_until: Mapped[datetime] = mapped_column(UTCDateTime)  # no other host touches it before
    seq: Mapped[int] = mapped_column(default=0)  # the move that was done last
    away: Mapped[bool] = mapped_column(default=False, server_default=false())  # not at its preset any more
    outcome: Mapped[str | None] = mapped_column(String(16))  # of the last call; stable code
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def in_force(now: datetime) -> ColumnElement[bool]:
    """Whether a hold gives the camera now: its time, its session, its incident and the camera all go on.

    A session in its grace after closing is for looking only.
    """
    session = exists().where(
        PlaybackSession.id == PtzHold.session_id,
        PlaybackSession.ended_at.is_(None),
        PlaybackSession.grace_until.is_(None),
        PlaybackSession.expires_at > now,
    )
    incident = exists().where(Incident.id == PtzHold.incident_id, Incident.status == IncidentStatus.OPEN)
    camera = exists().where(Camera.id == PtzHold.camera_id, Camera.enabled, Camera.ptz, ~BLACKED_OUT)
    goes_on = [one.correlate(PtzHold) for one in (session, incident, camera)]  # whatever surrounds it
    return and_(PtzHold.ended_at.is_(None), PtzHold.until > now, *goes_on)
