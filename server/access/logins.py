"""Logins: a password opens a shift of twelve hours, a chain of refresh tokens carries it, reuse of one ends it.

Refusals are returned, not raised: what they change (a family ended) must be committed. Source: RFC 9700 §4.14.2.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import devices, playback, shifts
from server.access import viewer as viewers
from server.access.viewer import Viewer
from server.audit import log
from server.errors import Refusal
from server.models import Client, Officer, Pin, RefreshToken, Shift


@dataclass(frozen=True, slots=True)
class Login:
    """A viewer who proved who they are; ``refresh_token`` is an officer's, shown once, 43 characters."""

    viewer: Viewer
    refresh_token: str | None = None
    ends_at: datetime | None = None
    jkt: str | None = None  # the key it is bound to; none for clients
    locked: bool | None = None
    pin_set: bool | None = None


@dataclass(frozen=True, slots=True)
class Knock:
    """Who is at the door, while they are only a request and the key that signed it."""

    by: log.Actor
    jkt: str
    access_token: str | None = None  # the last one, if it is still at hand


Answer = Login | Refusal | None  # None: what is not said to strangers


def password_hash(session: Session, username: str) -> str | None:
    """What the password must fit, or None for an unknown name."""
    return session.scalar(select(Officer.password_hash).where(Officer.username == username))


def officer(session: Session, username: str) -> Officer | None:
    """The officer of this name."""
    return session.scalar(select(Officer).where(Officer.username == username))


def acting(officer: Officer, by: log.Actor) -> log.Actor:
    """The officer as the record names who acts, in the request of ``by``."""
    return _as(officer, by)


def secret_hash(session: Session, client_id: str) -> str | None:
    """What the secret must fit, or None for an unknown client."""
    return session.scalar(select(Client.secret_hash).where(Client.id == client_id))


def by_password(session: Session, username: str, *, proven: str | None, knock: Knock, now: datetime) -> Answer:
    """A new shift, or None for an unknown name, a wrong password or a disabled account: the caller cannot tell.

    ``proven``: the hash that the password fits, which must still be the officer's; the row is held, so that another
    password ends this shift or refuses it. Only then it is said that the device will not do.
    """
    held = select(Officer).where(Officer.username == username).with_for_update(read=True, of=Officer)
    officer = session.scalar(held)
    if officer is None:
        return None
    fits = proven == officer.password_hash
    if not fits or not officer.enabled:
        reason = "disabled" if fits else "password"
        log.record(session, log.Tag.LOGIN_REFUSED, _as(officer, knock.by), now=now, reason=reason)
        return None
    return _opened(session, officer, "password", knock, now)


def by_identity(session: Session, agency_id: str, external_id: str, *, knock: Knock, now: datetime) -> Answer:
    """A new shift of the officer whom the agency's service vouches for; None when there is none, or it is shut."""
    same = select(Officer).where(Officer.agency_id == agency_id, Officer.external_id == external_id)
    officer = session.scalar(same.with_for_update(read=True, of=Officer))
    if officer is None or not officer.enabled:
        by, reason = (_as(officer, knock.by), "disabled") if officer else (knock.by, "identity")
        log.record(session, log.Tag.LOGIN_REFUSED, by, now=now, reason=reason, agency=agency_id)
        return None
    return _opened(session, officer, "oidc", knock, now)


def by_refresh_token(session: Session, token: str, *, knock: Knock, now: datetime) -> Answer:
    """The shift continued with a new token; the old one is used up, and using it again ends the shift.

    Unless the new one has not been used: then its answer was lost on the way, as happens in tunnels, and it gives way
    to another. Whoever has got it all the same ends the shift by using it, so that two holders are found out as before.
    Only the shift's own key can do either: with another one a token is unknown, so that who stole it can end nothing.
    """
    device = devices.of_key(session, knock.jkt)  # held before the shift, in the order in which losing it goes
    found = session.scalar(select(RefreshToken).where(RefreshToken.token_hash == _hash(token)).with_for_update())
    shift = session.scalar(select(Shift).where(Shift.id == found.shift_id).with_for_update()) if found else None
    if found is None or shift is None or shift.ended_at or now >= shift.ends_at:
        return devices.lost(device)  # so that who holds it hears why
    officer = session.get_one(Officer, shift.officer_id)
    by, reason = _as(officer, knock.by), _reason(officer, shift, knock)
    refusal = None if reason else devices.refused(officer, device)
    if refusal:
        end(session, shift.id, now=now)
    if reason or refusal:
        log.record(session, log.Tag.LOGIN_REFUSED, by, now=now, reason=reason or (refusal and refusal.code))
        return refusal
    if found.used_at and not _gave_way(session, found, now):
        end(session, shift.id, now=now)
        log.record(session, log.Tag.REFRESH_REUSED, by, now=now, login=shift.id)
        return None
    found.used_at = now
    if not shifts.awake(found, knock.access_token, now=now) and not _locked(session, shift, by, now):
        return None
    return _issue(session, officer, shift, now, came_of=found.token_hash)


def _gave_way(session: Session, used: RefreshToken, now: datetime) -> bool:
    """Whether what came of the used token was never used, and now cannot be."""
    came_of_it = RefreshToken.shift_id == used.shift_id, RefreshToken.came_of == used.token_hash
    heir = session.scalar(select(RefreshToken).where(*came_of_it, RefreshToken.used_at.is_(None)))
    if heir is None:
        return False
    heir.used_at = now
    return True


def _locked(session: Session, shift: Shift, by: log.Actor, now: datetime) -> bool:
    """Lock the shift after a restart; without a PIN nothing could open it, so it ends."""
    if session.get(Pin, (shift.officer_id, shift.jkt)) is None:
        end(session, shift.id, now=now)
        log.record(session, log.Tag.LOGIN_REFUSED, by, now=now, reason="restarted", login=shift.id)
        return False
    ended = shifts.lock(session, shift, now=now)
    log.record(session, log.Tag.LOGIN_LOCKED, by, now=now, login=shift.id, sessions_ended=ended)
    return True


def _reason(officer: Officer, shift: Shift, knock: Knock) -> str | None:
    if shift.jkt != knock.jkt:
        return "key"
    return None if officer.enabled else "disabled"


def by_client_secret(session: Session, client_id: str, *, proven: bool, by: log.Actor, now: datetime) -> Login | None:
    """A client of a room, or None. ``proven``: whether the secret fits the client's hash."""
    client = session.get(Client, client_id)
    if client is None:
        return None
    if not proven or not client.enabled:
        actor = log.Actor("client", client.id, by.request_id, by.remote_address)
        reason = "disabled" if proven else "secret"
        log.record(session, log.Tag.LOGIN_REFUSED, actor, now=now, reason=reason)
        return None
    return Login(viewers.of_client(client))


def issued(session: Session, refresh_token: str, access_token: str) -> None:
    """Note the access token that is given with it: who still has that has not been restarted since."""
    session.get_one(RefreshToken, _hash(refresh_token)).access_hash = shifts.hashed(access_token)


def revoke(session: Session, token: str, *, by: log.Actor, now: datetime) -> None:
    """End the shift this refresh token belongs to; an unknown token is not an error (RFC 7009 §2.2)."""
    found = session.get(RefreshToken, _hash(token))
    if found is not None and end(session, found.shift_id, now=now):
        shift = session.get_one(Shift, found.shift_id)
        officer = session.get_one(Officer, shift.officer_id)
        log.record(session, log.Tag.TOKEN_REVOKED, _as(officer, by), now=now, login=shift.id)


def end(session: Session, login_id: str, *, now: datetime) -> bool:
    """End a shift with its tokens and what it watches; whether it went on until now."""
    ended, _ = shifts.end(session, Shift.id == login_id, playback.LOGGED_OUT, now=now)
    return bool(ended)


def _opened(session: Session, officer: Officer, grant: str, knock: Knock, now: datetime) -> Answer:
    """A new shift, on a device that will do."""
    device = devices.of_key(session, knock.jkt)
    if refusal := devices.refused(officer, device):
        log.record(session, log.Tag.LOGIN_REFUSED, _as(officer, knock.by), now=now, reason=refusal.code)
        return refusal
    shift = shifts.begin(session, officer.id, jkt=knock.jkt, device_id=device.id if device else None, now=now)
    log.record(
        session,
        log.Tag.TOKEN_ISSUED,
        _as(officer, knock.by),
        now=now,
        login=shift.id,
        grant=grant,
        device=shift.device_id,
    )
    return _issue(session, officer, shift, now)


def _issue(session: Session, officer: Officer, shift: Shift, now: datetime, came_of: str | None = None) -> Login:
    token = secrets.token_urlsafe(32)
    session.add(RefreshToken(token_hash=_hash(token), shift_id=shift.id, issued_at=now, came_of=came_of))
    pin_set = session.get(Pin, (officer.id, shift.jkt)) is not None
    viewer = viewers.of_officer(officer, shift.id)
    return Login(viewer, token, shift.ends_at, shift.jkt, locked=shift.locked, pin_set=pin_set)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _as(officer: Officer, by: log.Actor) -> log.Actor:
    return log.Actor("officer", officer.id, by.request_id, by.remote_address)
