"""The second factor: a code of six digits that a phone shows for half a minute, and ten on paper for when it is lost.

A code is good for the step it belongs to and the one after, and once. The secret is sealed with its officer's id, so
that a row copied to another account opens nothing there. Those on paper have 80 random bits; their SHA-256 is kept.
Source: RFC 6238 §5.2, RFC 4226 §4 R6 (160 bits); OWASP ASVS 5.0 §6.5.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.orm import Session

from server.access import administered
from server.access.viewer import Caller
from server.audit import log
from server.errors import OtpEnrolled
from server.models import Officer, SecondFactor

Seal = Callable[[str], bytes]
Open = Callable[[bytes], str]

STEP_S = 30
DIGITS = 6
RECOVERY_CODES = 10


class Verdict(StrEnum):
    """What comes of a sign-in whose password fits."""

    PASSED = "passed"
    RECOVERED = "recovered"  # by one of those on paper
    NEEDED = "needed"
    WRONG = "wrong"
    NOT_ENROLLED = "not_enrolled"  # and the agency wants it


def step_of(secret: bytes, code: str, *, last_step: int, now: datetime) -> int | None:
    """The step whose code this is, the current one or the one before, if it comes after ``last_step``. Pure."""
    current = int(now.timestamp()) // STEP_S
    for step in (current, current - 1):
        shown = _totp(secret).generate(step * STEP_S).decode()
        if step > last_step and code.isascii() and compare_digest(shown, code):
            return step
    return None


def enrol(session: Session, officer: Officer, *, seal: Seal, issuer: str) -> tuple[str, str]:
    """A new secret in base32 and as ``otpauth:`` URI, shown once; it counts when a code of it was given.

    Raises OtpEnrolled when another counts already.
    """
    factor = session.get(SecondFactor, officer.id, with_for_update=True)
    if factor is not None and factor.confirmed_at is not None:
        raise OtpEnrolled("this account has its second factor; an administrator can reset it")
    raw = secrets.token_bytes(20)
    sealed = seal(f"{officer.id} {raw.hex()}")
    session.merge(SecondFactor(officer_id=officer.id, sealed=sealed, last_step=0, recovery=[]))
    return base64.b32encode(raw).decode(), _totp(raw).get_provisioning_uri(officer.username, issuer)


def confirm(session: Session, officer: Officer, code: str, *, opened: Open, now: datetime) -> list[str] | None:
    """The recovery codes, shown once, when the code is one of the new secret. Raises OtpEnrolled like ``enrol``."""
    factor = session.get(SecondFactor, officer.id, with_for_update=True)
    if factor is None:
        return None
    if factor.confirmed_at is not None:
        raise OtpEnrolled("this account has its second factor; an administrator can reset it")
    step = step_of(_secret(factor, opened), code, last_step=factor.last_step, now=now)
    if step is None:
        return None
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    factor.confirmed_at, factor.last_step, factor.recovery = now, step, [_hash(one) for one in codes]
    return codes


def check(session: Session, officer: Officer, code: str | None, *, opened: Open, now: datetime) -> Verdict:
    """Whether the officer may go on; a good code is used up by it."""
    factor = session.get(SecondFactor, officer.id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        return Verdict.NOT_ENROLLED if officer.agency.totp_required else Verdict.PASSED
    if code is None:
        return Verdict.NEEDED
    step = step_of(_secret(factor, opened), code, last_step=factor.last_step, now=now)
    if step is not None:
        factor.last_step = step
        return Verdict.PASSED
    if _hash(code) in factor.recovery:
        factor.recovery = [one for one in factor.recovery if one != _hash(code)]
        return Verdict.RECOVERED
    return Verdict.WRONG


def reset(session: Session, caller: Caller, officer_id: str, *, now: datetime) -> None:
    """Take an officer's second factor away, for a new phone. Repeating it changes nothing. Raises OfficerUnknown."""
    administered.officer(session, caller.viewer, officer_id)
    factor = session.get(SecondFactor, officer_id, with_for_update=True)
    if factor is not None:
        session.delete(factor)
        log.record(session, log.Tag.OTP_RESET, caller.actor, now=now, officer=officer_id)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 — what every authenticator app speaks (RFC 6238 §1.2)


def _secret(factor: SecondFactor, opened: Open) -> bytes:
    officer_id, _, secret = opened(factor.sealed).rpartition(" ")
    if officer_id != factor.officer_id:
        raise ValueError("the sealed secret is another account's")
    return bytes.fromhex(secret)


def _hash(code: str) -> str:
    plain = code.replace("-", "").replace(" ", "").upper()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
