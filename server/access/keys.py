"""The keys that tokens and session ids are made with, read from the data folder.

``signing.pem`` is a ``ring``; a running process looks at the file whenever it is asked for it, so a changed file counts
from the next request on, in every process. A file that cannot be read any more stops everything that needs it.
"""

import base64
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from server import clock, keyfile
from server.access.ring import Ring, SigningKey, base64url
from server.errors import ServerUnavailable

Stamp = tuple[int, int, int]


class KeysMissing(Exception):
    """A key file is missing, unreadable or not what it should be."""


class Keys:
    """The signing keys, and the key that session ids are derived with."""

    def __init__(self, data_dir: Path) -> None:
        folder = Path(data_dir) / "keys"
        self.path = folder / "signing.pem"
        try:
            self._read = self._load()
            self._session_key = bytes.fromhex((folder / "session.key").read_text().strip())
        except (OSError, ValueError) as error:
            raise KeysMissing(f"{folder}: {error}; make the keys with: python -m server keys init") from error
        if len(self._session_key) < 32:  # 256 bits, as HMAC-SHA-256 wants
            raise KeysMissing(f"{folder}: session.key holds no key")

    @classmethod
    def create(cls, data_dir: Path) -> "Keys":
        """The keys of this data folder; makes the files (0600) that are not there."""
        folder = Path(data_dir) / "keys"
        keyfile.create(folder / "signing.pem", Ring((SigningKey.new(clock.now()),)).text())
        keyfile.create(folder / "session.key", secrets.token_hex(32).encode() + b"\n")
        return cls(data_dir)

    @property
    def ring(self) -> Ring:
        """The signing keys as the file has them now; take it once where its parts must agree.

        The file is read only when it is another one, so an unknown ``kid`` costs nothing.
        Raises ServerUnavailable when the file is gone or broken: a key that was taken away must not go on.
        """
        try:
            if _stamp(self.path.stat()) != self._read[0]:
                self._read = self._load()
        except (OSError, ValueError) as error:
            raise ServerUnavailable("the signing keys of this host cannot be read; tell its operator") from error
        return self._read[1]

    def sid(self, session_id: str) -> str:
        """The secret part of a media URL: 128 bits, 22 characters, derived so that it need not be stored."""
        digest = hmac.digest(self._session_key, session_id.encode(), "sha256")
        return base64url(digest[:16])

    def digest(self, *parts: bytes) -> str:
        """What tells one request from another, 64 characters. Keyed, because a request may hold a password."""
        return hmac.digest(self._session_key, b"\0".join([b"request", *parts]), "sha256").hex()

    def seal(self, data: bytes) -> bytes:
        """Personal data as it is stored: about 4/3 of its length, another each time, and nothing without our key."""
        return self._sealer().encrypt(data)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises ServerUnavailable when it was sealed with another key."""
        try:
            return self._sealer().decrypt(sealed)
        except InvalidToken as error:
            raise ServerUnavailable("the key of this host does not open it; tell its operator") from error

    def _sealer(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hmac.digest(self._session_key, b"sealed", "sha256")))

    def _load(self) -> tuple[Stamp, Ring]:
        with self.path.open("rb") as file:
            status = os.fstat(file.fileno())
            return _stamp(status), Ring.parse(file.read(), written_at=clock.at(status.st_mtime))


def _stamp(status: os.stat_result) -> Stamp:
    """Tells a replaced file from the one before, however fast one follows the other."""
    return status.st_ino, status.st_mtime_ns, status.st_size
