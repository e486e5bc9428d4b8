"""Signing in at the agency's own service: what is stored of it, and whose account an identity opens.

An administrator says which identity is which officer. A sign-in never makes an account, and an agency's service opens
that agency's accounts alone. A state is used once, within ten minutes, by the key it was begun with; what is secret
about a sign-in is derived from its state and stored nowhere.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, false, select
from sqlalchemy.orm import Session

from server.access import administered, playback, shifts
from server.access.provider import Secrets, Service
from server.access.viewer import Caller
from server.audit import log
from server.errors import IdentityTaken, ProviderUnknown
from server.models import Officer, Provider, ProviderSignIn, Shift

ON_THE_WAY = timedelta(minutes=10)

Digest = Callable[..., str]
Open = Callable[[bytes], str]


def secrets_of(state: str, digest: Digest) -> Secrets:
    """What a sign-in is tied together with, the same each time it is asked for."""
    nonce, verifier = (digest(b"oidc", what, state.encode()) for what in (b"nonce", b"verifier"))
    return Secrets(state, nonce, verifier)


def service(session: Session, agency_id: str, *, opened: Open, redirect_uri: str) -> Service:
    """The agency's service. Raises ProviderUnknown."""
    found = session.get(Provider, agency_id)
    if found is None:
        raise ProviderUnknown("this agency's officers sign in with a password", agency_id=agency_id)
    owner, _, secret = opened(found.sealed_secret).partition(" ")
    if owner != agency_id:
        raise ValueError("the sealed secret is another agency's")
    return Service(found.issuer, found.client_id, secret, found.claim, redirect_uri)


def begin(session: Session, agency_id: str, *, state: str, jkt: str, now: datetime) -> datetime:
    """Remember a sign-in; until when it can be finished."""
    until = now + ON_THE_WAY
    session.add(ProviderSignIn(state_hash=_hash(state), jkt=jkt, agency_id=agency_id, expires_at=until))
    return until


def finish(session: Session, *, state: str, jkt: str, now: datetime) -> tuple[str, datetime] | None:
    """The agency whose sign-in this is and when it was begun.

    None when this key did not begin it, it is over, or was finished already.
    """
    found = session.get(ProviderSignIn, _hash(state), with_for_update=True)
    if found is None or found.jkt != jkt or now >= found.expires_at:
        return None
    session.delete(found)
    return found.agency_id, found.expires_at - ON_THE_WAY


def purge(session: Session, *, now: datetime) -> None:
    """Delete the sign-ins that nobody came back from."""
    old = delete(ProviderSignIn).where(ProviderSignIn.expires_at < now)
    session.execute(old.execution_options(synchronize_session=False))


def put_provider(session: Session, caller: Caller, provider: Provider, *, now: datetime) -> None:
    """Say where an agency's officers sign in from now on. Raises AgencyUnknown."""
    administered.agency(session, caller.viewer, provider.agency_id)
    session.merge(provider)
    subject = {"agency": provider.agency_id, "issuer": provider.issuer, "claim": provider.claim}
    log.record(session, log.Tag.PROVIDER_CHANGED, caller.actor, now=now, **subject)


def remove_provider(session: Session, caller: Caller, agency_id: str, *, now: datetime) -> None:
    """Have an agency's officers sign in with passwords alone. Repeating it changes nothing. Raises AgencyUnknown."""
    administered.agency(session, caller.viewer, agency_id)
    found = session.get(Provider, agency_id, with_for_update=True)
    if found is not None:
        session.delete(found)
        log.record(session, log.Tag.PROVIDER_REMOVED, caller.actor, now=now, agency=agency_id)


def identify(session: Session, caller: Caller, officer_id: str, external_id: str | None, *, now: datetime) -> Officer:
    """Say which identity of the agency's service is this officer, or none; who had it before is logged out.

    Raises OfficerUnknown, IdentityTaken.
    """
    officer = administered.officer(session, caller.viewer, officer_id, hold=True)
    same = select(Officer.id).where(Officer.agency_id == officer.agency_id, Officer.external_id == external_id)
    if external_id is not None and (session.scalar(same) or officer_id) != officer_id:
        raise IdentityTaken("another officer of the agency has it; take it away there first", field="external_id")
    if officer.external_id != external_id:
        theirs = Shift.officer_id == officer_id if officer.external_id is not None else false()
        logins, sessions = shifts.end(session, theirs, playback.LOGGED_OUT, now=now)
        officer.external_id = external_id
        ids = {"officer": officer_id, "given": external_id is not None}
        ended = {"logins_ended": logins, "sessions_ended": sessions}
        log.record(session, log.Tag.IDENTITY_SET, caller.actor, now=now, **ids, **ended)
    return officer


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
