"""Signed checkpoints, and the key they are signed with.

The form is that of transparency logs, so that tools of others can check them: C2SP ``tlog-checkpoint`` and
``signed-note``, Ed25519. The text is the log's name, the number of rows, the root in base64, and one line of ours with
the time. ``keys/audit.pem`` holds one or more private keys: the first signs, every one of them verifies.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from server import keyfile

ORIGIN = "goldentime/audit"
ED25519 = b"\x01"  # the algorithm byte of signed-note
PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\s*", re.DOTALL)
TEXT = re.compile(rf"{ORIGIN}\n([1-9][0-9]{{0,17}})\n([A-Za-z0-9+/]{{43}}=)\nat ([0-9T:.+-]{{20,40}})\n", re.ASCII)
SIGNATURE = re.compile(rf"— {ORIGIN} ([A-Za-z0-9+/]{{91}}=)\n", re.ASCII)


class AuditKeyMissing(Exception):
    """The key file is missing, unreadable or not what it should be."""


class NoteInvalid(Exception):
    """What should be a signed checkpoint or a public key is not one."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was signed: so many rows, with this root, at this time."""

    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """The lines that the signature covers."""
        root = base64.b64encode(self.root).decode()
        return f"{ORIGIN}\n{self.size}\n{root}\nat {self.at.astimezone(UTC).isoformat()}\n"


class AuditKey:
    """The private keys of ``<data_dir>/keys/audit.pem``."""

    def __init__(self, data_dir: Path) -> None:
        path = _path(data_dir)
        try:
            private = [load_pem_private_key(block, password=None) for block in PEM.findall(path.read_bytes())]
        except (OSError, ValueError) as error:
            raise AuditKeyMissing(f"{path}: {error}; make it with: python -m server keys init") from error
        self._private = [key for key in private if isinstance(key, Ed25519PrivateKey)]
        if not private or len(self._private) != len(private):
            raise AuditKeyMissing(f"{path} must hold Ed25519 keys only, one at least")
        self.public = [encoded(key.public_key()) for key in self._private]

    @classmethod
    def create(cls, data_dir: Path) -> "AuditKey":
        """The key of this data folder; makes the file (0600) if there is none, keeps it if there is one."""
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keyfile.create(_path(data_dir), pem)
        return cls(data_dir)

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signed note."""
        key, text = self._private[0], checkpoint.text()
        signature = base64.b64encode(_key_id(_raw(key.public_key())) + key.sign(text.encode())).decode()
        return f"{text}\n— {ORIGIN} {signature}\n"


class Verifier:
    """The public keys that a checkpoint may be signed with."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Raises NoteInvalid when a key is not in the form that ``encoded`` writes, or there is none."""
        raw = [_decoded(key) for key in keys]
        if not raw:
            raise NoteInvalid("there is no public key")
        self._keys = {_key_id(key): Ed25519PublicKey.from_public_bytes(key) for key in raw}

    def open(self, note: str) -> Checkpoint:
        """What the note says. Raises NoteInvalid when it is not in its one form or not signed by one of the keys."""
        text, _, rest = note.partition("\n\n")
        said, signed = TEXT.fullmatch(text + "\n"), SIGNATURE.fullmatch(rest)
        if not said or not signed:
            raise NoteInvalid("it is not in the form of a checkpoint")
        signature = base64.b64decode(signed[1])
        key = self._keys.get(signature[:4])
        if key is None or base64.b64encode(signature).decode() != signed[1]:
            raise NoteInvalid("none of the keys has signed it")
        try:
            key.verify(signature[4:], f"{text}\n".encode())
            checkpoint = Checkpoint(int(said[1]), base64.b64decode(said[2]), datetime.fromisoformat(said[3]))
        except InvalidSignature:
            raise NoteInvalid("none of the keys has signed it") from None
        except ValueError as error:
            raise NoteInvalid(str(error)) from error
        return checkpoint


def encoded(key: Ed25519PublicKey) -> str:
    """The public key in one line, as signed-note tools take it: name, key id in hex, algorithm and key in base64."""
    raw = _raw(key)
    return f"{ORIGIN}+{_key_id(raw).hex()}+{base64.b64encode(ED25519 + raw).decode()}"


def _decoded(line: str) -> bytes:
    *_, last = line.split("+", 2)
    try:
        raw = base64.b64decode(last, validate=True)[1:]
        if encoded(Ed25519PublicKey.from_public_bytes(raw)) == line:
            return raw
    except ValueError:
        pass
    raise NoteInvalid("it is not a public key of this log")


def _key_id(raw: bytes) -> bytes:
    return hashlib.sha256(ORIGIN.encode() + b"\n" + ED25519 + raw).digest()[:4]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _path(data_dir: Path) -> Path:
    return Path(data_dir) / "keys" / "audit.pem"
