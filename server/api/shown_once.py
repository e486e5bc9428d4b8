"""Secrets that are shown once: the answer that is kept for a repeat holds a seed, what leaves holds the secret."""

import json
from collections.abc import Callable

from server.access import passwords
from server.api.deps import deps


def made() -> tuple[str, str]:
    """A seed, and the hash of its secret. It takes long, so it is made before a lock is held."""
    seed = passwords.seed()
    return seed, passwords.hashed(passwords.derived(deps().keys.digest, seed))


def instead(field: str) -> Callable[[bytes], bytes]:
    """``reveal`` of ``change``: the secret in the place of its seed."""

    def reveal(body: bytes) -> bytes:
        shown = json.loads(body)
        shown[field] = passwords.derived(deps().keys.digest, shown[field])
        return json.dumps(shown, ensure_ascii=False).encode()

    return reveal
