"""Asking a camera what it is by ONVIF: a border between server and transcoder like that of steering.

``discovery_wishes`` (what is wanted) is written by the server only, ``discoveries`` (what was found) by the transcoder.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime

WISH_LASTS = timedelta(minutes=5)  # an older wish is not carried out: nobody waits for it any more


class DiscoveryWish(Base):
    """Somebody wants a camera asked; the newest wish counts."""

    __tablename__ = "discovery_wishes"

    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=1)  # of the newest wish
    wanted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    wanted_by: Mapped[str] = mapped_column(String(22))  # an administrator


class Discovery(Base):
    """What a camera said of itself last. It changes nothing that is registered."""

    __tablename__ = "discoveries"

    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    host_id: Mapped[str] = mapped_column(String(32))
    claimed_until: Mapped[datetime] = mapped_column(UTCDateTime)  # no other host asks a camera of its centre before
    seq: Mapped[int] = mapped_column(default=0)  # the wish that was answered last
    outcome: Mapped[str | None] = mapped_column(String(40))  # found, or a stable code of why not
    found_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # profiles, position, heading_deg, ptz, presets
