"""Camera passwords: sealed at rest, opened only where the stream is started.

The key file holds one Fernet key a line; the first one seals, all of them open, so a key is changed by putting a
new first line.
"""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultClosed(Exception):
    """The key file is missing or unreadable, or the sealed value was made with another key."""


class Vault:
    """Seals and opens camera passwords with ``<data_dir>/keys/camera.key``."""

    def __init__(self, data_dir: Path) -> None:
        path = _key_path(data_dir)
        try:
            self._fernet = MultiFernet([Fernet(line) for line in path.read_text().split()])
        except (OSError, ValueError) as error:
            raise VaultClosed(f"{path}: {error}; make it with: python -m server keys init") from error

    @classmethod
    def create(cls, data_dir: Path) -> "Vault":
        """The vault of this data folder; makes the key file (0600) if there is none, keeps it if there is one."""
        path = _key_path(data_dir)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
        try:
            path.hardlink_to(draft)  # unlike rename, fails when two first runs race: the first key stays
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return cls(data_dir)

    def seal(self, password: str) -> bytes:
        """The sealed form, about 4/3 of the length plus 100 bytes; differs every time."""
        return self._fernet.encrypt(password.encode())

    def open(self, sealed: bytes) -> str:
        """The password. Raises VaultClosed when no key of the file fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise VaultClosed("no key in the key file opens this password") from error


def _key_path(data_dir: Path) -> Path:
    return Path(data_dir) / "keys" / "camera.key"
