"""The keys that tokens and session ids are made with, read from the data folder.

``signing.pem`` holds one or more Ed25519 private keys: the first signs, every one of them verifies. A key is changed by
adding the new one last, a day later moving it first, and taking the old one out when the last token of it has expired.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from server import keyfile

PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\s*", re.DOTALL)


class KeysMissing(Exception):
    """A key file is missing, unreadable or not what it should be."""


class Keys:
    """The signing keys by ``kid``, and the key that session ids are derived with."""

    def __init__(self, data_dir: Path) -> None:
        folder = Path(data_dir) / "keys"
        try:
            private = [_ed25519(block) for block in PEM.findall((folder / "signing.pem").read_bytes())]
            self._session_key = bytes.fromhex((folder / "session.key").read_text().strip())
        except (OSError, ValueError) as error:
            raise KeysMissing(f"{folder}: {error}; make the keys with: python -m server keys init") from error
        if not private or len(self._session_key) < 32:  # 256 bits, as HMAC-SHA-256 wants
            raise KeysMissing(f"{folder}: signing.pem or session.key holds no key")
        self.signing_key = private[0]
        self.public = {thumbprint(key.public_key()): key.public_key() for key in private}
        self.signing_kid = thumbprint(self.signing_key.public_key())

    @classmethod
    def create(cls, data_dir: Path) -> "Keys":
        """The keys of this data folder; makes the files (0600) that are not there."""
        folder = Path(data_dir) / "keys"
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keyfile.create(folder / "signing.pem", pem)
        keyfile.create(folder / "session.key", secrets.token_hex(32).encode() + b"\n")
        return cls(data_dir)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as a JWK set (RFC 7517 §5, RFC 8037 §2)."""
        return {"keys": [{**_jwk(key), "kid": kid, "use": "sig", "alg": "EdDSA"} for kid, key in self.public.items()]}

    def sid(self, session_id: str) -> str:
        """The secret part of a media URL: 128 bits, 22 characters, derived so that it need not be stored."""
        digest = hmac.digest(self._session_key, session_id.encode(), "sha256")
        return _base64url(digest[:16])

    def digest(self, *parts: bytes) -> str:
        """What tells one request from another, 64 characters. Keyed, because a request may hold a password."""
        return hmac.digest(self._session_key, b"\0".join([b"request", *parts]), "sha256").hex()


def thumbprint(key: Ed25519PublicKey) -> str:
    """The RFC 7638 SHA-256 thumbprint, 43 characters."""
    canonical = json.dumps(_jwk(key), sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw))}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _ed25519(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("a signing key is not Ed25519")  # noqa: TRY004 — the caller treats every bad file alike
    return key
