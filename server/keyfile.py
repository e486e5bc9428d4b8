"""Secret files of the data folder: mode 0600, each whole or not there at all."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


def create(path: Path, content: bytes) -> None:
    """Write ``content`` unless the file is there already. Two first runs that race end with one content.

    A draft is linked to its name; a link, unlike a rename, fails when the name is taken.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def replace(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of what is there; a reader sees the one or the other, also after a power cut.

    It stays its owner's, so that root may do it for the account that runs the product.
    """
    owner, draft = path.stat(), _draft(path, content)
    try:
        os.chown(draft, owner.st_uid, owner.st_gid)
        draft.rename(path)
    except BaseException:
        draft.unlink()
        raise
    with _opened(path.parent) as folder:
        os.fsync(folder)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One command at a time changes the files of this folder; the others wait."""
    with _opened(folder) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    return draft


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield opened
    finally:
        os.close(opened)
