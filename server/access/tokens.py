"""Access tokens: EdDSA JWTs of five minutes that say who calls, and nothing else about them.

One algorithm, one type, one audience, keys known beforehand; everything PyJWT leaves open is checked here.
Source: RFC 8725, RFC 9068, RFC 7515 §2 (canonical base64url).
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from server.access import compact
from server.access.keys import Keys
from server.errors import TokenInvalid

AUDIENCE = "goldentime-api"
TYPE = "at+jwt"
LIFETIME = timedelta(minutes=5)
SKEW_S = 30
REQUIRED = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]
SUBJECT = re.compile(r"(officer|client):([A-Za-z0-9_.-]{1,64})")
KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
REFUSED = "the access token is not valid; get a new one from /v1/auth/token"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    kind: str  # officer | client
    id: str
    login_id: str | None  # the refresh family; none for clients
    expires_at: datetime
    jkt: str | None = None  # the key it is bound to (RFC 9449 §6.1); none for clients


@dataclass(frozen=True, slots=True)
class Bound:
    """What an officer's token is good with: a login, and the key of that thumbprint."""

    login_id: str
    jkt: str


def mint(keys: Keys, subject: str, *, bound: Bound | None, issuer: str, now: datetime) -> str:
    """The compact JWS, under 1 KiB, of ``officer:<id>``, or of ``client:<id>``, which is bound to nothing."""
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": subject,
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": secrets.token_urlsafe(16),
        **({"sid": bound.login_id} if bound else {}),
        **({"cnf": {"jkt": bound.jkt}} if bound else {}),
    }
    key = keys.ring.signing
    return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid, "typ": TYPE})


def verify(keys: Keys, token: str, *, issuer: str, now: datetime) -> Claims:
    """What the token says. Raises TokenInvalid, with the same words whatever is wrong: a forger learns nothing."""
    try:
        kid = _kid(token)
        claims = jwt.decode(
            token,
            keys.ring.public[kid],
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=issuer,
            options={
                "require": REQUIRED,
                "strict_aud": True,
                "verify_exp": False,  # by our clock below, not the system's
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
        return _claims(claims, now)
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TokenInvalid(REFUSED) from error


def _kid(token: str) -> str:
    header, _ = compact.read(token)
    if header.get("typ") != TYPE or header.get("alg") != "EdDSA" or "jwk" in header:
        raise ValueError("not a token of ours")
    kid = header["kid"]
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise ValueError("not a key id")
    return kid


def _claims(claims: dict[str, Any], now: datetime) -> Claims:
    expires, not_before, issued = (claims[name] for name in ("exp", "nbf", "iat"))
    if not all(type(value) is int for value in (expires, not_before, issued)):
        raise ValueError("times are whole seconds")
    at = now.timestamp()
    if not (max(not_before, issued) - SKEW_S <= at < expires + SKEW_S) or expires - issued > LIFETIME.total_seconds():
        raise ValueError("not now")
    who = SUBJECT.fullmatch(claims["sub"])
    login_id, jkt = claims.get("sid"), claims.get("cnf", {}).get("jkt")
    if not who or not isinstance(login_id, str | None) or not isinstance(jkt, str | None):
        raise ValueError("not a subject of ours")
    if (who[1] == "officer") != bool(login_id and jkt):  # an officer's is bound, a client's is not
        raise ValueError("not bound as it should be")
    return Claims(who[1], who[2], login_id, datetime.fromtimestamp(expires, UTC), jkt)
