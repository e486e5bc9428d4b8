"""Which positions of a wearer are taken: of about now, each later than the one before. Pure.

A position that is not taken is refused by itself and moves nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.errors import (
    PositionFromFuture,
    PositionOutOfOrder,
    PositionTooOld,
    PositionTooSoon,
)

AHEAD = timedelta(seconds=5)  # as far as a device's clock may be wrong
OLDEST = timedelta(minutes=2)  # what is older says nothing of where somebody is
APART = timedelta(seconds=1)  # a device that sends faster says nothing new


@dataclass(frozen=True, slots=True)
class Fix:
    """One position of a wearer."""

    lat: float
    lon: float
    accuracy_m: float | None
    at: datetime


def check(fix: Fix, last_at: datetime, now: datetime) -> None:
    """Raises the refusal that says why it is not taken; ``last_at`` is the time of the newest that was."""
    check_not_ahead(fix.at, now, field="at")
    if fix.at < now - OLDEST:
        raise PositionTooOld("a position is of use for two minutes", field="at")
    if fix.at <= last_at:
        raise PositionOutOfOrder("a newer position is known", field="at")
    if fix.at < last_at + APART:
        raise PositionTooSoon("send one position a second at most", field="at")


def check_not_ahead(at: datetime, now: datetime, *, field: str) -> None:
    """Raises PositionFromFuture."""
    if at > now + AHEAD:
        raise PositionFromFuture("set the clock of the device or the centre", field=field)
