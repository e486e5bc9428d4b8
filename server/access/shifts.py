"""Shifts: an officer's login on one key, opened once, ended once, with everything that hangs on it.

A shift is held (``viewer.hold``) while something is opened under it, and ended under a lock, so that nothing is opened
while it ends and left behind.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.access import playback
from server.models import PlaybackSession, Shift
from server.models.base import new_id

LENGTH = timedelta(hours=12)


def begin(session: Session, officer_id: str, *, jkt: str, device_id: str | None, now: datetime) -> Shift:
    """A new shift on the key of that thumbprint, which may be an enrolled device's."""
    shift = Shift(
        id=new_id(), officer_id=officer_id, jkt=jkt, device_id=device_id, started_at=now, ends_at=now + LENGTH
    )
    session.add(shift)
    session.flush()
    return shift


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
