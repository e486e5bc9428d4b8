"""Logins: a password opens a shift of twelve hours, a chain of refresh tokens carries it, reuse of one ends it.

Refusals are returned, not raised: what they change (a family ended) must be committed. Source: RFC 9700 §4.14.2.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.access import playback
from server.access import viewer as viewers
from server.access.viewer import Viewer
from server.audit import log
from server.models import Client, Officer, PlaybackSession, RefreshToken
from server.models.base import new_id

SHIFT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Login:
    """A viewer who proved who they are; ``refresh_token`` is an officer's, shown once, 43 characters."""

    viewer: Viewer
    refresh_token: str | None = None
    ends_at: datetime | None = None


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


def by_password(session: Session, username: str, *, proven: bool, by: log.Actor, now: datetime) -> Login | None:
    """A new shift, or None for an unknown name, a wrong password or a disabled account: the caller cannot tell.

    ``proven``: whether the password fits the name's hash.
    """
    officer = session.scalar(select(Officer).where(Officer.username == username))
    if officer is None:
        return None
    if not proven or not officer.enabled:
        reason = "disabled" if proven else "password"
        log.record(session, log.Tag.LOGIN_REFUSED, _as(officer, by), now=now, reason=reason)
        return None
    login_id = new_id()
    log.record(session, log.Tag.TOKEN_ISSUED, _as(officer, by), now=now, login=login_id, grant="password")
    return _issue(session, viewers.of_officer(officer, login_id), ends_at=now + SHIFT, now=now)


def by_refresh_token(session: Session, token: str, *, by: log.Actor, now: datetime) -> Login | None:
    """The shift continued with a new token; the old one is used up. A used one ends the shift for whoever holds it."""
    found = session.scalar(select(RefreshToken).where(RefreshToken.token_hash == _hash(token)).with_for_update())
    if found is None or found.revoked_at or now >= found.expires_at:
        return None
    officer = session.get_one(Officer, found.officer_id)
    if found.used_at:
        end(session, found.family_id, now=now)
        log.record(session, log.Tag.REFRESH_REUSED, _as(officer, by), now=now, login=found.family_id)
        return None
    if not officer.enabled:
        log.record(session, log.Tag.LOGIN_REFUSED, _as(officer, by), now=now, reason="disabled")
        return None
    found.used_at = now
    return _issue(session, viewers.of_officer(officer, found.family_id), ends_at=found.expires_at, now=now)


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


def revoke(session: Session, token: str, *, by: log.Actor, now: datetime) -> None:
    """End the shift this refresh token belongs to; an unknown token is not an error (RFC 7009 §2.2)."""
    found = session.get(RefreshToken, _hash(token))
    if found is not None and found.revoked_at is None:
        end(session, found.family_id, now=now)
        officer = session.get_one(Officer, found.officer_id)
        log.record(session, log.Tag.TOKEN_REVOKED, _as(officer, by), now=now, login=found.family_id)


def end(session: Session, login_id: str, *, now: datetime) -> None:
    """End a shift: its refresh tokens, its access tokens (they name it) and what it watches."""
    family = update(RefreshToken).where(RefreshToken.family_id == login_id, RefreshToken.revoked_at.is_(None))
    session.execute(family.values(revoked_at=now))
    playback.end(session, PlaybackSession.login_id == login_id, playback.LOGGED_OUT, now=now)


def _issue(session: Session, viewer: Viewer, *, ends_at: datetime, now: datetime) -> Login:
    token = secrets.token_urlsafe(32)
    session.add(
        RefreshToken(
            token_hash=_hash(token),
            family_id=viewer.login_id,
            officer_id=viewer.id,
            issued_at=now,
            expires_at=ends_at,
        )
    )
    return Login(viewer, token, ends_at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _as(officer: Officer, by: log.Actor) -> log.Actor:
    return log.Actor("officer", officer.id, by.request_id, by.remote_address)
