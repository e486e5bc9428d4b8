"""A file with a secret in it: mode 0600, this account's own, written whole or not at all.

Room is made before it is needed: what a server gives only once must not be lost to a full disk.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from goldentime.errors import FileNotKept, FileUnsafe

LARGEST_BYTES = 65_536


def folder(path: Path) -> Path:
    """The folder, made with mode 0700 if it is not there. Raises FileNotKept, FileUnsafe."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise FileNotKept(f"{path}: {error.strerror}; choose another folder or make it writable") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise FileUnsafe(f"{path}: others can change what is in it; run: chmod 700 '{path}'")
    return path


def read(path: Path) -> bytes | None:
    """What is in the file, or None where there is none. Raises FileUnsafe, and never reads what others could."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnsafe(f"{path}: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise FileUnsafe(f"{path}: it is not a file of this account; remove it and sign in again")
        if found.st_mode & 0o077:
            mode = stat.S_IMODE(found.st_mode)
            raise FileUnsafe(f"{path}: mode {mode:04o} lets others read it; run: chmod 600 '{path}'")
        return file.read(LARGEST_BYTES)


def write(path: Path, data: bytes) -> None:
    """Put ``data`` there in place of what was. Raises FileNotKept."""
    with reserved(path, len(data)) as put:
        put(data)


@contextlib.contextmanager
def reserved(path: Path, room_bytes: int) -> Iterator[Callable[[bytes], None]]:
    """Make room beside ``path`` now and give a function that fills it and puts it in its place.

    Without that call nothing changes. Raises FileNotKept, when there is no room or it cannot be put there.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = _made(new, room_bytes)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise _not_kept(path, error) from error

    def put(data: bytes) -> None:
        try:
            _fill(descriptor, data)
            new.replace(path)
        except OSError as error:
            raise _not_kept(path, error) from error

    try:
        yield put
    finally:
        os.close(descriptor)
        new.unlink(missing_ok=True)


def _made(path: Path, room_bytes: int) -> int:
    path.unlink(missing_ok=True)  # of a process with our number that ended without cleaning up
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        _fill(descriptor, b"\n" * room_bytes)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _fill(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)


def _not_kept(path: Path, error: OSError) -> FileNotKept:
    return FileNotKept(f"{path}: {error.strerror}; make room or choose another folder")
