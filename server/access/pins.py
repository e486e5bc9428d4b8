"""PINs: after a restart the officer shows with four to eight digits that it is still them.

A PIN belongs to an officer and a key, so it is worth nothing elsewhere. Five wrong ones end the shift: then it takes
the password. It is chosen while the password is fresh, so that who finds a tablet open cannot choose one.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import playback, shifts
from server.access.viewer import Caller
from server.audit import log
from server.errors import PasswordNeeded, PinWrong, Refusal, TokenInvalid
from server.models import Pin, Shift

FRESH = timedelta(minutes=10)
TRIES = 5


def stored(session: Session, caller: Caller) -> str | None:
    """What the PIN of this officer on this key must fit."""
    shift = session.get(Shift, caller.viewer.login_id)
    pin = session.get(Pin, (caller.viewer.id, shift.jkt)) if shift else None
    return pin.pin_hash if pin else None


def choose(session: Session, caller: Caller, pin_hash: str, *, now: datetime) -> None:
    """The PIN from now on. Raises PasswordNeeded when the password was given too long ago."""
    shift = _held(session, caller)
    if now >= shift.started_at + FRESH:
        raise PasswordNeeded("log in with the password again; the PIN can be chosen for ten minutes then")
    session.merge(Pin(officer_id=shift.officer_id, jkt=shift.jkt, pin_hash=pin_hash, set_at=now))
    log.record(session, log.Tag.PIN_CHOSEN, caller.actor, now=now, login=shift.id)


def unlock(session: Session, caller: Caller, *, proven: bool, now: datetime) -> Refusal | None:
    """Open a locked login, or count a wrong PIN and return why not; the fifth ends the shift. ``proven``: it fits."""
    shift = _held(session, caller)
    if proven:
        if shift.locked:
            log.record(session, log.Tag.LOGIN_UNLOCKED, caller.actor, now=now, login=shift.id)
        shift.locked, shift.wrong_pins = False, 0
        return None
    shift.wrong_pins += 1
    left = TRIES - shift.wrong_pins
    log.record(session, log.Tag.PIN_REFUSED, caller.actor, now=now, login=shift.id, tries_left=left)
    if left <= 0:
        shifts.end(session, Shift.id == shift.id, playback.LOGGED_OUT, now=now)
        return PinWrong("the PIN was wrong five times; log in with the password", tries_left=0)
    return PinWrong("the PIN is wrong", tries_left=left)


def _held(session: Session, caller: Caller) -> Shift:
    found = select(Shift).where(Shift.id == caller.viewer.login_id, Shift.ended_at.is_(None)).with_for_update()
    shift = session.scalar(found)
    if shift is None:  # ended by a guess that came first
        raise TokenInvalid("the login has ended; log in again")
    return shift
