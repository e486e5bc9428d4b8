"""The border between server and transcoder: what is wanted, and what is.

``streams`` is written by the server only; ``leases`` and ``hosts`` by the transcoder only.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice


class LeaseState(StrEnum):
    """How the stream of a camera fares at the host that holds it."""

    STARTING = "starting"
    LIVE = "live"
    DELAYED = "delayed"  # the newest picture is older than it should be
    STALE = "stale"  # the picture does not move any more, though it may still flow
    STILLS = "stills"  # single pictures only
    BACKOFF = "backoff"
    FAILED = "failed"


class Stream(Base):
    """A camera somebody wants to see until ``wanted_until``; a row in the past is not wanted."""

    __tablename__ = "streams"
    __table_args__ = (Index("ix_streams_wanted_until", "wanted_until"),)

    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    wanted_until: Mapped[datetime] = mapped_column(UTCDateTime)
    priority: Mapped[int] = mapped_column(default=4)  # of the most urgent open incident, 0..4


class Lease(Base):
    """The host that transcodes a camera now. ``fence`` grows by one with every change of holder."""

    __tablename__ = "leases"

    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    host_id: Mapped[str] = mapped_column(ForeignKey("hosts.id"))
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[LeaseState] = mapped_column(choice(LeaseState), default=LeaseState.STARTING)
    state_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(String(80))  # a stable code when it is not live
    picture_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the newest picture was taken
    still_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the newest still was taken
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the host wrote this row
    frozen: Mapped[bool] = mapped_column(default=False)  # pictures flow, and are all the same
    pulls: Mapped[int] = mapped_column(default=0, server_default="0")  # connections to the camera
    kbps: Mapped[int | None]  # what it sent when it last did
    step: Mapped[str] = mapped_column(
        String(16), default="full"
    )  # what the host can afford: full no_top slow key_frames


class Host(Base):
    """A transcoder host; nginx has an upstream of the same name."""

    __tablename__ = "hosts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
