"""The demo's own secrets: made once, kept in ``var`` with mode 0600, the same at the next start."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    """What the people, the machines and the cameras of the demo prove themselves with, by key."""

    passwords: dict[str, str]
    client_secrets: dict[str, str]
    camera_username: str
    camera_password: str


def secrets_in(path: Path, *, officers: Sequence[str], clients: Sequence[str]) -> Secrets:
    """Read the secrets; make those that are missing, all of them on the first run."""
    known = json.loads(path.read_text()) if path.exists() else {"passwords": {}, "client_secrets": {}}
    made = Secrets(
        passwords={key: secrets.token_urlsafe(9) for key in officers} | known["passwords"],
        client_secrets={key: secrets.token_urlsafe(24) for key in clients} | known["client_secrets"],
        camera_username=known.get("camera_username", "goldentime"),
        camera_password=known.get("camera_password", secrets.token_urlsafe(12)),
    )
    if made.__dict__ != known:
        write_private(path, json.dumps(made.__dict__))
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read; it appears whole or not at all."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sink:
        sink.write(text)
    half.rename(path)
