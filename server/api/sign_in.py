"""An attempt to sign in with a password: counted before it is looked at, settled after, whatever comes of it."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from server import errors
from server.access import lockout, logins, passwords
from server.access.lockout import Attempt
from server.api.call import anonymous, remote_address
from server.api.deps import deps


def proven(username: str, password: str, *, jkt: str | None = None) -> bool:
    """Whether the password is that of the name. Raises TooManyAttempts before looking at it.

    ``jkt``: the thumbprint of the key that the request was proven to come with.
    """
    attempt = _begun(lockout.names(deps().keys.digest, username, address=remote_address(), jkt=jkt))
    with deps().read() as session:
        stored = logins.password_hash(session, username)
    fits = passwords.fits(password, stored)  # takes long, so it holds no lock
    with deps().transaction() as session:
        now = deps().now()
        if fits:
            lockout.passed(session, attempt, now=now)
        else:
            lockout.failed(session, attempt, logins.actor(session, username, by=anonymous()), now=now)
    return fits


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
        error="too_many_attempts",
    )


def _begin(names: lockout.Names) -> Attempt | timedelta:
    with deps().transaction() as session:
        return lockout.begin(session, names, now=deps().now())
