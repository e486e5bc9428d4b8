"""How signing keys change: pure steps from one ring to the next.

Planned: ``added`` (published a day before it signs, so that everybody who caches the JWKS knows it), ``activated``,
``retired`` (when the last token of it is over). At most two keys are there. Emergency: ``revoked``, at once.
Source: RFC 7517 §4.5; NIST SP 800-57 part 1 rev. 5 §5.3.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from server.access.ring import Ring, SigningKey
from server.access.tokens import LIFETIME, SKEW_S

PUBLISHED_FOR = timedelta(hours=24)
KEPT_FOR = LIFETIME + timedelta(seconds=SKEW_S + 30)  # half a minute for a request that began before the change
MOST = 2
ROTATED_AFTER_DAYS = 90


class RotationRefused(Exception):
    """The step cannot be taken, or not yet; the text says why and when."""


class Step(StrEnum):
    """What a planned rotation does, in this order."""

    ADD = "add"
    ACTIVATE = "activate"
    RETIRE = "retire"


def added(ring: Ring, new: SigningKey) -> Ring:
    """The ring with a key that verifies and does not sign yet. Raises RotationRefused when two are there."""
    if len(ring.keys) >= MOST:
        raise RotationRefused("two keys are there; activate or retire one first")
    return Ring((*ring.keys, new))


def activated(ring: Ring, *, now: datetime) -> Ring:
    """The waiting key signs from now on, the one before only verifies. Raises RotationRefused in its first day."""
    waiting = _waiting(ring)
    if waiting is None:
        raise RotationRefused("no key is waiting; add one first")
    if (ready_at := waiting.published_at + PUBLISHED_FOR) > now:
        raise RotationRefused(f"{waiting.kid} must be published for a day before it signs: from {ready_at.isoformat()}")
    return Ring((waiting, replace(ring.signing, signed_until=now)))


def retired(ring: Ring, *, now: datetime) -> Ring:
    """Only the key that signs stays. Raises RotationRefused while a token of the other may be valid."""
    if len(ring.keys) < MOST:
        raise RotationRefused("the only key cannot be retired")
    for other in ring.keys[1:]:
        if (free_at := _unused_from(other)) > now:
            raise RotationRefused(f"tokens of {other.kid} may be valid; retire it from {free_at.isoformat()}")
    return Ring((ring.signing,))


def revoked(ring: Ring, kids: Collection[str], new: SigningKey) -> Ring:
    """The ring without these keys, from which on their tokens are refused. Raises RotationRefused for an unknown one.

    When the one that signs goes, the waiting one takes its place, or ``new``; one that signed before never again.
    """
    if unknown := set(kids) - ring.public.keys():
        raise RotationRefused(f"there is no key {', '.join(sorted(unknown))}")
    left = tuple(key for key in ring.keys if key.kid not in kids)
    if ring.signing.kid not in kids:
        return Ring(left)
    waiting = tuple(key for key in left if key.signed_until is None)
    return Ring((*(waiting or (new,)), *(key for key in left if key.signed_until)))


def due(ring: Ring, *, after: timedelta, now: datetime) -> Step | None:
    """The step that a planned rotation has to take now. ``after``: how old the key that signs may become."""
    waiting = _waiting(ring)
    if waiting is not None:
        return Step.ACTIVATE if waiting.published_at + PUBLISHED_FOR <= now else None
    if len(ring.keys) >= MOST:
        return Step.RETIRE if all(_unused_from(key) <= now for key in ring.keys[1:]) else None
    return Step.ADD if ring.signing.published_at + after <= now else None


def taken(ring: Ring, step: Step, *, now: datetime) -> Ring:
    """The ring after this step. Raises RotationRefused."""
    if step == Step.ADD:
        return added(ring, SigningKey.new(now))
    return activated(ring, now=now) if step == Step.ACTIVATE else retired(ring, now=now)


def lines(ring: Ring) -> list[str]:
    """What ``keys list`` prints: a line for each key, the one that signs first."""
    told = [f"{ring.signing.kid}  signs, published {ring.signing.published_at.isoformat()}"]
    for key in ring.keys[1:]:
        if key.signed_until is None:
            told.append(f"{key.kid}  waits, may sign from {(key.published_at + PUBLISHED_FOR).isoformat()}")
        else:
            told.append(f"{key.kid}  verifies, may be retired from {_unused_from(key).isoformat()}")
    return told


def _waiting(ring: Ring) -> SigningKey | None:
    return next((key for key in ring.keys[1:] if key.signed_until is None), None)


def _unused_from(key: SigningKey) -> datetime:
    return (key.signed_until or key.published_at) + KEPT_FOR
