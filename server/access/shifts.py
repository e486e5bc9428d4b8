"""Shifts: an officer's login on one key, opened once, ended once, with everything that hangs on it.

A shift is held (``viewer.hold``) while something is opened under it, and ended under a lock, so that nothing is opened
while it ends and left behind.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.access import compact, playback
from server.access.tokens import LIFETIME
from server.models import PlaybackSession, RefreshToken, Shift
from server.models.base import new_id

LENGTH = timedelta(hours=12)
SLEEP = timedelta(minutes=15)  # NIST SP 800-63B-4 has as much for inactivity; a tunnel is shorter


def begin(session: Session, officer_id: str, *, jkt: str, device_id: str | None, now: datetime) -> Shift:
    """A new shift on the key of that thumbprint, which may be an enrolled device's."""
    shift = Shift(
        id=new_id(), officer_id=officer_id, jkt=jkt, device_id=device_id, started_at=now, ends_at=now + LENGTH
    )
    session.add(shift)
    session.flush()
    return shift


def awake(refresh: RefreshToken, access_token: str | None, *, now: datetime) -> bool:
    """Whether the shift has been going on without a restart or a long sleep. Pure.

    ``access_token``: what the device has in memory, where nothing survives a restart; it came with ``refresh``.
    """
    if access_token is None or refresh.access_hash is None:
        return False
    same = hmac.compare_digest(hashed(access_token), refresh.access_hash)
    return same and now < refresh.issued_at + LIFETIME + SLEEP


def lock(session: Session, shift: Shift, *, now: datetime) -> list[str]:
    """Nothing but a PIN opens it again; what it watches ends. Returns the ids of the sessions ended."""
    shift.locked = True
    session.flush()
    return playback.end(session, PlaybackSession.login_id == shift.id, playback.LOGIN_LOCKED, now=now)


def hashed(access_token: str) -> str:
    """What is stored of it, 43 characters."""
    return compact.encoded(hashlib.sha256(access_token.encode()).digest())


def end(session: Session, which: ColumnElement[bool], reason: str, *, now: datetime) -> tuple[list[str], list[str]]:
    """End the shifts that fit ``which`` and what they watch. Their tokens name them and end with them.

    Returns the ids of the shifts and of the sessions ended. Repeating it ends nothing more.
    """
    open_ones = select(Shift).where(Shift.ended_at.is_(None), which).order_by(Shift.id).with_for_update()
    ended = list(session.scalars(open_ones))
    for shift in ended:
        shift.ended_at, shift.end_reason = now, reason
    ids = [shift.id for shift in ended]
    session.flush()
    return ids, playback.end(session, PlaybackSession.login_id.in_(ids), reason, now=now) if ids else []
