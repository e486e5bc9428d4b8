"""The key of this device: made here, kept in a file of mode 0600, never sent. What it signs shows who sends a token.

Source: RFC 9449 §4.2 (DPoP proofs), RFC 7638 (thumbprint), RFC 7518 §3.4 (ES256, which browsers can hold too).
"""

import base64
import hashlib
import json
import secrets
from datetime import datetime
from pathlib import Path
from typing import Self

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from goldentime import secret_file
from goldentime.errors import FileUnsafe


class DeviceKey:
    """An ECDSA P-256 key."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        numbers = private.public_key().public_numbers()
        x, y = (_base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        self.jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    @classmethod
    def new(cls) -> Self:
        """A key that is nowhere else."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The key of that file; made, and written there, if there is none. Raises FileUnsafe, FileNotKept."""
        pem = secret_file.read(path)
        if pem is None:
            made = cls.new()
            secret_file.write(path, made.pem())
            return made
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise FileUnsafe(f"{path}: it holds no key; remove it and enrol this device again") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise FileUnsafe(f"{path}: it holds another kind of key; remove it and enrol this device again")
        return cls(private)

    @property
    def thumbprint(self) -> str:
        """The RFC 7638 SHA-256 thumbprint, 43 characters: the name by which the server knows this key."""
        canonical = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        return _base64url(hashlib.sha256(canonical.encode()).digest())

    def proof(self, method: str, url: str, *, token: str | None = None, at: datetime) -> str:
        """A DPoP proof for one request.

        Args:
            url: scheme, host and path; a query does not belong to it.
            token: the access token that goes with it; none where tokens are asked for.
            at: the server's time, as far as it is known.
        """
        claims = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": int(at.timestamp())}
        if token is not None:
            claims["ath"] = _base64url(hashlib.sha256(token.encode()).digest())
        return jwt.encode(claims, self._private, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": self.jwk})

    def pem(self) -> bytes:
        """The private key, for its file only."""
        kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self._private.private_bytes(kind, form, serialization.NoEncryption())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
