"""Where a worker keeps what it counts: in its memory, under one lock; ``limits`` finds it as ``counters://``.

The library's own ``memory://`` starts a thread whenever somebody calls, to forget what is over. Here the first call
after a minute forgets it, and nothing runs beside the calls.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from limits.storage import Storage

FORGET_EVERY_S = 60.0


class Counters(Storage):
    """For each key how many calls there were in its window, and when that ends, by ``time.time``."""

    URI = "counters://"
    STORAGE_SCHEME = ["counters"]  # noqa: RUF012 — the library's registry takes a list

    def __init__(self, *given: Any, now: Callable[[], float] = time.time, **more: Any) -> None:
        super().__init__(*given, **more)
        self._now = now
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._forget_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library takes for a failure of the storage."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count ``amount`` more in a window of ``expiry`` seconds from its first call; how many they are now."""
        now = self._now()
        with self._lock:
            if now >= self._forget_at:
                self._counts = {name: one for name, one in self._counts.items() if one[1] > now}
                self._forget_at = now + FORGET_EVERY_S
            count, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._counts[key] = count + amount, until
        return count + amount

    def get(self, key: str) -> int:
        """How many calls there were in the window that is open."""
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > self._now() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends; now, if none is open."""
        return max(self._now(), self._counts.get(key, (0, 0.0))[1])

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything; how many keys that were."""
        with self._lock:
            known, self._counts = len(self._counts), {}
        return known

    def clear(self, key: str) -> None:
        """Forget that key."""
        with self._lock:
            self._counts.pop(key, None)
