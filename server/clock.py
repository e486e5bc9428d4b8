"""The only clock of the server. Everything else is given ``now``."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Steady = Callable[[], float]


def now() -> datetime:
    """Aware UTC, read once per request or tick and passed down."""
    return datetime.now(UTC)


def at(seconds: float) -> datetime:
    """The time so many seconds after the epoch, as files and tokens tell it."""
    return datetime.fromtimestamp(seconds, UTC)


def steady() -> float:
    """Seconds since some moment, by a clock that never jumps: to tell how old something is in this process."""
    return time.monotonic()
