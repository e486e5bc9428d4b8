"""Guessing passwords is slow for strangers, and nobody is locked out by one.

Failures are counted for an account from one source, and for an account from all sources it does not know. A source is
where an attempt comes from: a device's key that the account has signed in with before, else the address (of IPv6 the
site). Five wrong ones close that source to that account for a quarter of an hour, and no other. Many sources together
make an account slow for sources it does not know; those it knows stay as they are. Names that do not exist are counted
alike, by keyed digests: no table holds what was typed.
Source: NIST SP 800-63B-4 §3.2.2 (rate limiting), OWASP ASVS 5.0 §6.3.1.
"""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from server.audit import log
from server.models import SignInTally

Digest = Callable[..., str]

TRIES = 5
CLOSED_FOR = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)  # how long a failure from an unknown source slows its account
FREE = 10  # failures an hour that make nothing slower: a whole shift mistyping on new tablets
LONGEST = timedelta(minutes=5)  # about 20 guesses an hour, whatever the number of sources
KNOWN_FOR = timedelta(days=30)  # since the account last signed in from there
KEPT = 20  # failures, enough for every rule above
IPV6_SITE_BITS = 64


@dataclass(frozen=True, slots=True)
class Names:
    """The digests of an account, and of the account at each place the attempt may count for."""

    account: str
    device: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that was let in: it counts as failed until it is settled, so that many at once gain nothing."""

    names: Names
    source: str  # which of the names it counts for
    at: datetime


def wait(source: Sequence[datetime], account: Sequence[datetime], *, known: bool, now: datetime) -> timedelta:
    """How long until this source may try this account; zero: now. Pure.

    Args:
        source: when the newest failures of the account from there were, oldest first.
        account: when those from all unknown sources were, oldest first.
        known: whether the account has signed in from there.
        now: the moment of the attempt.
    """
    waits = [timedelta(0)]
    if len(source) >= TRIES and source[-1] - source[-TRIES] < CLOSED_FOR:
        waits.append(source[-1] + CLOSED_FOR - now)
    lately = _lately(account, now)
    if not known and len(lately) > FREE:
        waits.append(lately[-1] + min(timedelta(seconds=2 ** (len(lately) - FREE)), LONGEST) - now)
    return max(waits)


def names(digest: Digest, username: str, *, address: str | None, jkt: str | None) -> Names:
    """What an attempt counts for. ``jkt``: the key it was proven to come with, if any."""

    def named(*parts: str) -> str:
        return digest(b"sign-in", username.encode(), *(part.encode() for part in parts))

    return Names(named(), named("key", jkt) if jkt else None, named("address", _site(address)))


def begin(session: Session, names: Names, *, now: datetime) -> Attempt | timedelta:
    """The attempt, counted, or how long it has to wait."""
    account = _tally(session, names.account, now)
    device = session.get(SignInTally, names.device, with_for_update=True) if names.device else None
    at_device = device is not None and _known(device, now)
    source = device if device is not None and at_device else _tally(session, names.address, now)
    known = _known(source, now)
    left = wait(_times(source), _times(account), known=known, now=now)
    if left > timedelta(0):
        return left
    for tally in (source,) if known else (source, account):
        tally.failed_at = [*tally.failed_at, now.timestamp()][-KEPT:]
        tally.at = now
    return Attempt(names, source.name, now)


def failed(session: Session, attempt: Attempt, actor: log.Actor | None, *, now: datetime) -> None:
    """The attempt stays counted. ``actor``: the account it was for, if any; that it is closed or slowed is recorded.

    Something is written either way: who measures must not learn from a commit whether there is such an account.
    """
    touched = update(SignInTally).where(SignInTally.name == attempt.source).values(at=now)
    session.execute(touched.execution_options(synchronize_session=False))
    if actor is None:
        return
    source, account = (session.get_one(SignInTally, name) for name in (attempt.source, attempt.names.account))
    if wait(_times(source), (), known=True, now=now) > timedelta(0):
        log.record(session, log.Tag.LOGIN_CLOSED, actor, now=now)
    if not _known(source, now) and len(_lately(_times(account), now)) == FREE + 1:
        log.record(session, log.Tag.LOGIN_SLOWED, actor, now=now)


def passed(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """The account knows this source from now on and forgets the failures from there; those of strangers count on."""
    for name in filter(None, (attempt.names.account, attempt.names.device, attempt.names.address)):
        tally = _tally(session, name, now)
        if name == attempt.names.account:
            tally.failed_at = _without(tally.failed_at, attempt.at.timestamp())
        else:
            tally.failed_at, tally.known_until = [], now + KNOWN_FOR
        tally.at = now


def taken_back(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """The attempt was neither: it is as if it had not been made."""
    for name in (attempt.names.account, attempt.source):
        tally = _tally(session, name, now)
        tally.failed_at = _without(tally.failed_at, attempt.at.timestamp())


def purge(session: Session, *, now: datetime) -> None:
    """Delete what counts for nothing any more."""
    idle, forgotten = SignInTally.at < now - REMEMBERED, SignInTally.known_until < now
    old = delete(SignInTally).where(idle, or_(SignInTally.known_until.is_(None), forgotten))
    session.execute(old.execution_options(synchronize_session=False))


def _tally(session: Session, name: str, now: datetime) -> SignInTally:
    """The row, locked; a new one may clash with that of a simultaneous attempt, which is then tried again."""
    found = session.get(SignInTally, name, with_for_update=True)
    if found is None:
        found = SignInTally(name=name, failed_at=[], at=now)
        session.add(found)
        session.flush()
    return found


def _known(tally: SignInTally, now: datetime) -> bool:
    return tally.known_until is not None and now < tally.known_until


def _times(tally: SignInTally) -> list[datetime]:
    return [datetime.fromtimestamp(at, tally.at.tzinfo) for at in tally.failed_at]


def _lately(times: Sequence[datetime], now: datetime) -> list[datetime]:
    return [at for at in times if at > now - REMEMBERED]


def _without(times: list[float], at: float) -> list[float]:
    """Without one of them, the newest that is ``at``."""
    left = [*times]
    if at in left:
        left.reverse()
        left.remove(at)
        left.reverse()
    return left


def _site(address: str | None) -> str:
    if address is None:
        return "local"  # the unix socket has no address
    found = ipaddress.ip_address(address)
    return address if found.version == 4 else str(ipaddress.ip_network((found, IPV6_SITE_BITS), strict=False))
