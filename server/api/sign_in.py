"""An attempt to sign in with a password: counted before it is looked at, settled after, whatever comes of it."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from server import errors
from server.access import lockout, logins, passwords, totp
from server.access.lockout import Attempt
from server.access.totp import Verdict
from server.api.call import anonymous, remote_address
from server.api.deps import deps
from server.audit import log

REFUSALS: dict[Verdict, type[errors.Refusal]] = {
    Verdict.NEEDED: errors.OtpNeeded,
    Verdict.WRONG: errors.OtpInvalid,
    Verdict.NOT_ENROLLED: errors.OtpEnrolmentNeeded,
}
RECORDED = {
    Verdict.RECOVERED: (log.Tag.OTP_RECOVERED, {}),
    Verdict.WRONG: (log.Tag.LOGIN_REFUSED, {"reason": "otp"}),
}
DETAILS = {
    Verdict.NEEDED: "send the code of the second factor, or a recovery code, as otp",
    Verdict.WRONG: "the code is wrong, too old or used already; wait for the next one",
    Verdict.NOT_ENROLLED: "the agency wants a second factor; set it up at /v1/auth/totp",
}


def proven(username: str, password: str, *, otp: str | None, jkt: str | None = None) -> str | None:
    """The hash that the password fits, if it is that of the name, and the second factor, if any, is the account's.

    ``jkt``: the thumbprint of the key that the request was proven to come with. Raises TooManyAttempts before anything
    is looked at; when the password fits, OtpNeeded, OtpInvalid or OtpEnrolmentNeeded.
    """
    attempt, fitting = _looked_at(username, password, jkt)
    with deps().transaction() as session:
        now, officer = deps().now(), logins.officer(session, username)
        by = logins.acting(officer, anonymous()) if officer else None
        verdict = None
        if fitting and officer and by:
            verdict = totp.check(session, officer, otp, opened=deps().vault.open, now=now)
            if verdict in RECORDED:
                tag, subject = RECORDED[verdict]
                log.record(session, tag, by, now=now, **subject)
        if verdict in {Verdict.PASSED, Verdict.RECOVERED}:
            lockout.passed(session, attempt, now=now)
        elif verdict in {Verdict.NEEDED, Verdict.NOT_ENROLLED}:
            lockout.taken_back(session, attempt, now=now)
        else:
            lockout.failed(session, attempt, by, now=now)
    if verdict in REFUSALS:
        kind = REFUSALS[verdict]
        raise kind(DETAILS[verdict], error=kind.code)
    return fitting


def password_fits(username: str, password: str) -> bool:
    """Whether the password alone fits; that opens nothing, so it makes nothing known. Raises TooManyAttempts."""
    attempt, fitting = _looked_at(username, password, None)
    with deps().transaction() as session:
        now, officer = deps().now(), logins.officer(session, username)
        if fitting:
            lockout.taken_back(session, attempt, now=now)
        else:
            lockout.failed(session, attempt, logins.acting(officer, anonymous()) if officer else None, now=now)
    return fitting is not None


def _looked_at(username: str, password: str, jkt: str | None) -> tuple[Attempt, str | None]:
    attempt = _begun(lockout.names(deps().keys.digest, username, address=remote_address(), jkt=jkt))
    with deps().read() as session:
        stored = logins.password_hash(session, username)
    return attempt, stored if passwords.fits(password, stored) else None  # takes long, so it holds no lock


def _begun(names: lockout.Names) -> Attempt:
    try:
        attempt = _begin(names)
    except (IntegrityError, OperationalError):  # a simultaneous first attempt has made the rows
        attempt = _begin(names)
    if isinstance(attempt, Attempt):
        return attempt
    wait_s = max(1, -(-attempt // timedelta(seconds=1)))
    raise errors.TooManyAttempts(
        f"too many wrong passwords for this name; wait {wait_s} s, or use a device that has signed in before",
        retry_after_s=wait_s,
        error=errors.TooManyAttempts.code,
    )


def _begin(names: lockout.Names) -> Attempt | timedelta:
    with deps().transaction() as session:
        return lockout.begin(session, names, now=deps().now())
