"""Access tokens: EdDSA JWTs of five minutes that say who calls, and nothing else about them.

One algorithm, one type, one audience, keys known beforehand; everything PyJWT leaves open is checked here.
Source: RFC 8725, RFC 9068, RFC 7515 §2 (canonical base64url).
"""

import base64
import binascii
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from server.access.keys import Keys
from server.errors import TokenInvalid

AUDIENCE = "goldentime-api"
TYPE = "at+jwt"
LIFETIME = timedelta(minutes=5)
SKEW_S = 30
MAX_BYTES = 4096
REQUIRED = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]
SUBJECT = re.compile(r"(officer|client):([A-Za-z0-9_.-]{1,64})")
KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
UNWANTED = {"crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c"}
REFUSED = "the access token is not valid; get a new one from /v1/auth/token"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    kind: str  # officer | client
    id: str
    login_id: str | None  # the refresh family; none for clients
    expires_at: datetime


def mint(keys: Keys, subject: str, *, login_id: str | None, issuer: str, now: datetime) -> str:
    """The compact JWS, under 1 KiB, of ``officer:<id>`` or ``client:<id>``."""
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": subject,
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": secrets.token_urlsafe(16),
        **({"sid": login_id} if login_id else {}),
    }
    headers = {"kid": keys.signing_kid, "typ": TYPE}
    return jwt.encode(claims, keys.signing_key, algorithm="EdDSA", headers=headers)


def verify(keys: Keys, token: str, *, issuer: str, now: datetime) -> Claims:
    """What the token says. Raises TokenInvalid, with the same words whatever is wrong: a forger learns nothing."""
    try:
        kid = _kid(token)
        claims = jwt.decode(
            token,
            keys.public[kid],
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
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise TokenInvalid(REFUSED) from error


def _kid(token: str) -> str:
    if len(token) > MAX_BYTES:
        raise ValueError("too long")
    parts = [_decoded(part) for part in token.split(".")]
    if len(parts) != 3:  # RFC 7515 §3.1: header, payload, signature
        raise ValueError("not a compact JWS")
    header = json.loads(parts[0], object_pairs_hook=_without_repeats)
    if (
        not isinstance(header, dict)
        or header.get("typ") != TYPE
        or header.get("alg") != "EdDSA"
        or UNWANTED & header.keys()
    ):
        raise ValueError("not a token of ours")
    kid = header["kid"]
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise ValueError("not a key id")
    return kid


def _decoded(part: str) -> bytes:
    """Strict base64url: no padding, no other alphabet, no stray bits, so that one token has one spelling."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise ValueError("not canonical")
    return data


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _claims(claims: dict[str, Any], now: datetime) -> Claims:
    expires, not_before, issued = (claims[name] for name in ("exp", "nbf", "iat"))
    if not all(type(value) is int for value in (expires, not_before, issued)):
        raise ValueError("times are whole seconds")
    at = now.timestamp()
    if not (max(not_before, issued) - SKEW_S <= at < expires + SKEW_S) or expires - issued > LIFETIME.total_seconds():
        raise ValueError("not now")
    who = SUBJECT.fullmatch(claims["sub"])
    login_id = claims.get("sid")
    if not who or not isinstance(login_id, str | None):
        raise ValueError("not a subject of ours")
    return Claims(who[1], who[2], login_id, datetime.fromtimestamp(expires, UTC))
