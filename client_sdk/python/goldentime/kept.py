"""What a device keeps between two starts: its key and the login of its shift, in one folder.

The access token shows that somebody is still at it, so it is kept where a reboot ends it: in memory, in
``$XDG_RUNTIME_DIR`` or ``/dev/shm``, or not at all. Several programs may share the folder: whoever renews the login
holds it meanwhile, because a refresh token is good for one use.
"""

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from goldentime import secret_file
from goldentime.device import DeviceKey
from goldentime.errors import FileNotKept, FileUnsafe

ROOM_BYTES = 4096  # more than any login needs, and one block of a disk


class KeptLogin(NamedTuple):
    """A login that goes on: at which server, what renews it, and whether a PIN opens it after a restart."""

    base: str
    refresh_token: str
    pin_set: bool


class Kept:
    """The folder. Raises FileNotKept or FileUnsafe where it cannot be used."""

    def __init__(self, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._folder = secret_file.folder(folder.resolve())
        self._login = self._folder / "login"
        self._access = _in_memory(self._folder, environ)

    def device_key(self) -> DeviceKey:
        """The key of this device, made at the first call."""
        with self.held():
            return DeviceKey.of_file(self._folder / "device.pem")

    def login(self) -> KeptLogin | None:
        """The login that was kept, if one was."""
        data = secret_file.read(self._login)
        try:
            found = json.loads(data or b"null")
            return (
                KeptLogin(str(found["base"]), str(found["refresh_token"]), found["pin_set"] is True) if found else None
            )
        except (ValueError, KeyError, TypeError):
            return None  # as good as none: sign in again

    @contextlib.contextmanager
    def room(self) -> Iterator[Callable[[KeptLogin], None]]:
        """Make room for a login before it is asked for, and give what puts it there. Raises FileNotKept."""
        with secret_file.reserved(self._login, ROOM_BYTES) as put:
            yield lambda login: put(json.dumps(login._asdict()).encode() + b"\n")

    def access_token(self) -> str:
        """The newest access token of the programs that share this folder since the last reboot, or nothing."""
        with contextlib.suppress(FileUnsafe):
            return (secret_file.read(self._access) or b"").decode("ascii", "replace") if self._access else ""
        return ""

    def share(self, access_token: str) -> None:
        """Let the other programs know of it, where that can be done in memory."""
        with contextlib.suppress(FileNotKept):
            if self._access:
                secret_file.write(self._access, access_token.encode())

    def forget(self) -> None:
        """Keep no login any more."""
        for path in (self._login, self._access):
            with contextlib.suppress(OSError):
                if path:
                    path.unlink()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else changes the folder meanwhile. Not to be nested."""
        try:
            descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise FileNotKept(f"{self._folder}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _in_memory(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """A file for that folder in memory: the session's (XDG Base Directory Specification), else the machine's."""
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or "none")
    shared = Path("/dev/shm")  # noqa: S108 — owner and mode of the folder in it are looked at
    home = runtime / "goldentime" if runtime.is_absolute() else shared / f"goldentime-{os.geteuid()}"
    if not home.parent.is_dir():
        return None
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    try:
        return secret_file.folder(home) / name
    except (FileNotKept, FileUnsafe):
        return None
