"""Camera passwords: sealed at rest, opened only where the stream is started.

The key file holds one Fernet key a line; the first one seals, all of them open, so a key is changed by putting a
new first line.
"""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from server import keyfile


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
        keyfile.create(_key_path(data_dir), Fernet.generate_key() + b"\n")
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
