"""Secret files of the data folder: made once, mode 0600, never overwritten."""

import os
import secrets
from pathlib import Path


def create(path: Path, content: bytes) -> None:
    """Write ``content`` unless the file is there already. Two first runs that race end with one content.

    The file appears whole or not at all: a draft is linked to its name, and a link, unlike a rename, fails when the
    name is taken.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
