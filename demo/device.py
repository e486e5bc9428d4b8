"""A device's key, and the proofs that every call of an officer carries (RFC 9449 §4.2). The key is in memory only."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm


def _clock() -> datetime:
    return datetime.now(UTC)


class Device:
    """One ES256 key. ``now`` is the server's time."""

    def __init__(self, now: Callable[[], datetime] = _clock) -> None:
        self._now = now
        self.key = generate_private_key(SECP256R1())
        self.jwk: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))

    def proof(self, method: str, url: str, token: str | None = None) -> str:
        """The value of the DPoP header for one request, which may be sent once."""
        claims: dict[str, Any] = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url}
        claims["iat"] = int(self._now().timestamp())
        if token is not None:
            claims["ath"] = _base64url(hashlib.sha256(token.encode()).digest())
        return jwt.encode(claims, self.key, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": self.jwk})

    def headers(self, method: str, url: str, token: str) -> dict[str, str]:
        """What an officer's call carries: the bound token, and a proof of this key."""
        return {"Authorization": f"DPoP {token}", "DPoP": self.proof(method, url, token)}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
