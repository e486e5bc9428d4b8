"""Passwords and client secrets: argon2id, and the same time spent on a name that does not exist."""

import secrets
from collections.abc import Callable

import argon2

# 19 MiB, 2 passes, 1 lane (the OWASP floor, about 20 ms): eight logins at once stay under 160 MiB.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash("nobody's password")

LEAST = 12  # characters of a password that a person chooses
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 5 bits each; no 0 O 1 I
GROUPS = 7  # of four: 140 bits

Digest = Callable[..., str]


def seed() -> str:
    """What a secret is derived from: it alone tells nothing, so it may be kept for a repeat of the answer."""
    return secrets.token_urlsafe(16)


def derived(digest: Digest, seed: str) -> str:
    """The secret of a seed, ``XXXX-XXXX-…``, stored nowhere. ``digest``: of our key."""
    number = int(digest(b"shown once", seed.encode()), 16)
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(4 * GROUPS))
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def weakness(password: str, *, username: str, old: str) -> str | None:
    """Why a person may not choose this password, if so. Pure. Source: NIST SP 800-63B-4 §3.1.1.2."""
    if len(password) < LEAST:
        return f"take at least {LEAST} characters"
    if username.casefold() in password.casefold():
        return "it must not hold the username"
    if len(set(password)) < 5:
        return "take at least five different characters"
    return "it must not be the old one" if password == old else None


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
