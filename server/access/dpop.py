"""DPoP proofs: who sends a token shows, with each request anew, that they hold the key it is bound to. Pure.

That a proof is used once is for ``seen`` to know. The reasons of refusals are told: a proof is its sender's own, so
they help whoever writes a client and no forger. Source: RFC 9449 §4.2 and §4.3, RFC 7638.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import jwt

from server.access import compact
from server.errors import DpopProofInvalid

TYPE = "dpop+jwt"
ALGORITHMS = {"ES256": ("EC", "P-256", ("x", "y")), "EdDSA": ("OKP", "Ed25519", ("x",))}
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
AGE = timedelta(seconds=60)  # a thin link may take that long
AHEAD = timedelta(seconds=30)
JTI = re.compile(r"[A-Za-z0-9._~-]{8,128}")
PORTS = {"http": 80, "https": 443}
COORDINATE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Proof:
    """What a valid proof says of its sender's key."""

    jkt: str  # RFC 7638 thumbprint, 43 characters
    jwk: dict[str, str]  # the public key, its required members only
    jti: str
    issued_at: datetime


def verify(
    proof: str | None, *, method: str, url: str | Sequence[str], token: str | None = None, now: datetime
) -> Proof:
    """The proof of one request.

    Args:
        proof: the DPoP header as it came; several joined by commas are refused, as is none.
        method: in upper case.
        url: scheme, host and path as clients see them, or several of which one will do; a query is not looked at.
        token: the access token that came with it; none at the token endpoint and at enrolment.
        now: aware UTC.

    Raises:
        DpopProofInvalid: with the reason.
    """
    if not proof:
        raise DpopProofInvalid("send one DPoP header with a proof of your key (RFC 9449)", error="invalid_dpop_proof")
    try:
        return _verified(proof, method, [url] if isinstance(url, str) else url, token, now)
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = str(error) if isinstance(error, _Wrong) else "it is not a signed dpop+jwt of ES256 or EdDSA"
        raise DpopProofInvalid(f"the DPoP proof is refused: {why}", error="invalid_dpop_proof") from error


def thumbprint(jwk: dict[str, str]) -> str:
    """The RFC 7638 SHA-256 thumbprint of a key's required members, 43 characters."""
    canonical = json.dumps(jwk, sort_keys=True, separators=(",", ":"))
    return compact.encoded(hashlib.sha256(canonical.encode()).digest())


class _Wrong(ValueError):
    """The reason, in words for the sender."""


def _verified(proof: str, method: str, urls: Sequence[str], token: str | None, now: datetime) -> Proof:
    if "," in proof:
        raise _Wrong("there is more than one DPoP header")
    header, claims = compact.read(proof)
    if header.get("typ") != TYPE or header.get("alg") not in ALGORITHMS:
        raise _Wrong("its typ must be dpop+jwt, its alg ES256 or EdDSA")
    jwk = _public(header["jwk"], header["alg"])
    jwt.PyJWS().decode(proof, jwt.PyJWK.from_dict(jwk, header["alg"]).key, algorithms=[header["alg"]])
    issued_at = _issued_at(claims, now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not JTI.fullmatch(jti):
        raise _Wrong("its jti must be 8 to 128 of A-Z a-z 0-9 . _ ~ -")
    if claims.get("htm") != method:
        raise _Wrong(f"its htm must be {method}")
    if not any(_same(claims.get("htu"), url) for url in urls):
        raise _Wrong(f"its htu must be {urls[0]}")
    if token is not None and not _matches(claims.get("ath"), token):
        raise _Wrong("its ath must be the SHA-256 of the access token")
    return Proof(thumbprint(jwk), jwk, jti, issued_at)


def _public(jwk: Any, algorithm: str) -> dict[str, str]:
    kty, crv, coordinates = ALGORITHMS[algorithm]
    if not isinstance(jwk, dict) or PRIVATE & jwk.keys():
        raise _Wrong("its jwk must be a public key")
    if jwk.get("kty") != kty or jwk.get("crv") != crv:
        raise _Wrong(f"its jwk must be of {kty} {crv}")
    if any(len(compact.decoded(jwk[name])) != COORDINATE_BYTES for name in coordinates):
        raise _Wrong(f"its jwk must be of {kty} {crv}")
    return {"kty": kty, "crv": crv} | {name: jwk[name] for name in coordinates}


def _issued_at(claims: dict[str, Any], now: datetime) -> datetime:
    given = claims.get("iat")
    if type(given) is not int or not (now - AGE).timestamp() <= given <= (now + AHEAD).timestamp():
        raise _Wrong("its iat must be whole seconds of the last minute, by our clock: X-Time tells it")
    return datetime.fromtimestamp(given, UTC)


def _same(htu: Any, url: str) -> bool:
    """RFC 9449 §4.3: after normalising, and whatever the query and the fragment are."""
    return isinstance(htu, str) and _address(urlsplit(htu)) == _address(urlsplit(url))


def _address(url: SplitResult) -> tuple[str, str | None, str | None, int | None, str]:
    return url.scheme.lower(), url.username, url.hostname, url.port or PORTS.get(url.scheme.lower()), unquote(url.path)


def _matches(ath: Any, token: str) -> bool:
    digest = compact.encoded(hashlib.sha256(token.encode()).digest())
    return isinstance(ath, str) and hmac.compare_digest(ath.encode(), digest.encode())
