"""Passwords and client secrets: argon2id, and the same time spent on a name that does not exist."""

import argon2

# 19 MiB, 2 passes, 1 lane (the OWASP floor, about 20 ms): eight logins at once stay under 160 MiB.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash("nobody's password")


def hashed(password: str) -> str:
    """The encoded argon2id hash, about 100 characters."""
    return _HASHER.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether the password is the one of ``stored``; with ``None`` (no such account) it takes as long and is false."""
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None
