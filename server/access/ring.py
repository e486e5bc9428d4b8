"""The signing keys as one value: one signs, each of them verifies, and each knows since when.

As text it is a PEM file whose blocks have lines before them (RFC 7468 §2 lets text stand there):
``Published`` when the key came into the JWKS, ``Signed-Until`` when it stopped signing. A block without lines, as a
first run or a hand left it, was published when the file was written. The first block signs.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

BLOCK = re.compile(rb"(.*?)(-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\s*)", re.DOTALL)
LINE = re.compile(r"(Published|Signed-Until): (\S+)")


@dataclass(frozen=True)
class SigningKey:
    """One Ed25519 key. ``signed_until`` is None while it signs and before it ever did."""

    private: Ed25519PrivateKey
    published_at: datetime
    signed_until: datetime | None = None

    @classmethod
    def new(cls, now: datetime) -> "SigningKey":
        """A key nobody has seen before; its ``kid`` may stand on a command line, so no dash begins it."""
        key = cls(Ed25519PrivateKey.generate(), now)
        return cls.new(now) if key.kid.startswith("-") else key

    @cached_property
    def public(self) -> Ed25519PublicKey:
        """What verifies."""
        return self.private.public_key()

    @cached_property
    def kid(self) -> str:
        """Its RFC 7638 thumbprint."""
        return thumbprint(self.public)

    def text(self) -> bytes:
        """Its lines and its block."""
        times = {"Published": self.published_at, "Signed-Until": self.signed_until}
        lines = "".join(f"{name}: {at.isoformat()}\n" for name, at in times.items() if at)
        return lines.encode() + self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Ring:
    """One key or more; the first one signs."""

    keys: tuple[SigningKey, ...]

    @classmethod
    def parse(cls, text: bytes, *, written_at: datetime) -> "Ring":
        """The keys of a file last written then. Raises ValueError when a block is no Ed25519 key, or there is none."""
        keys = tuple(_key(lines.decode(), pem, written_at) for lines, pem in BLOCK.findall(text))
        if not keys or len(keys) != text.count(b"-----BEGIN"):
            raise ValueError("it holds no key, or half of one")
        return cls(keys)

    @cached_property
    def public(self) -> dict[str, Ed25519PublicKey]:
        """What verifies, by ``kid``."""
        return {key.kid: key.public for key in self.keys}

    @property
    def signing(self) -> SigningKey:
        """The key that signs."""
        return self.keys[0]

    def text(self) -> bytes:
        """The file's content."""
        return b"".join(key.text() for key in self.keys)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as a JWK set (RFC 7517 §5, RFC 8037 §2)."""
        return {"keys": [{**_jwk(key), "kid": kid, "use": "sig", "alg": "EdDSA"} for kid, key in self.public.items()]}


def thumbprint(key: Ed25519PublicKey) -> str:
    """The RFC 7638 SHA-256 thumbprint, 43 characters."""
    canonical = json.dumps(_jwk(key), sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(canonical.encode()).digest())


def base64url(data: bytes) -> str:
    """Without padding, as RFC 7515 §2 has it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _key(lines: str, pem: bytes, written_at: datetime) -> SigningKey:
    private = load_pem_private_key(pem, password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("a signing key is not Ed25519")  # noqa: TRY004 — the caller treats every bad file alike
    times = {name: datetime.fromisoformat(at) for name, at in LINE.findall(lines)}
    return SigningKey(private, times.get("Published", written_at), times.get("Signed-Until"))


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw))}
