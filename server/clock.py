"""The only clock of the server. Everything else is given ``now``."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """Aware UTC, read once per request or tick and passed down."""
    return datetime.now(UTC)


def at(seconds: float) -> datetime:
    """The time so many seconds after the epoch, as files and tokens tell it."""
    return datetime.fromtimestamp(seconds, UTC)
