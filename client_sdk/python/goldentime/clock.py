"""The server's time, from what its answers say; this machine's clock may be wrong by minutes and is never asked.

The server writes its time on every answer. It wrote it after it was asked and before the answer came, so each answer
bounds its clock from both sides, and the quickest answer bounds it best. Pure: monotonic times are parameters.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DRIFT = 0.0002  # the bounds widen this much with time, so that two clocks may run apart


class ServerClock:
    """Bounds of the server's time less the monotonic time, in seconds."""

    def __init__(self) -> None:
        self._least_s, self._most_s, self._at_s = -math.inf, math.inf, 0.0

    def observe(self, headers: Mapping[str, str], sent_s: float, received_s: float) -> None:
        """Take in one answer: its ``X-Time`` (to the millisecond), else its ``Date`` (to the second)."""
        told_s, grain_s = _told(headers)
        if told_s is None:
            return
        spread_s = DRIFT * max(0.0, received_s - self._at_s)
        least_s, most_s = told_s - received_s, told_s + grain_s - sent_s
        low_s, high_s = max(self._least_s - spread_s, least_s), min(self._most_s + spread_s, most_s)
        agree = low_s <= high_s
        self._least_s, self._most_s = (low_s, high_s) if agree else (least_s, most_s)
        self._at_s = received_s

    @property
    def spread_s(self) -> float:
        """Seconds between the bounds: the time told is at most half of it wrong. Infinite before the first answer."""
        return self._most_s - self._least_s

    def now(self, at_s: float) -> datetime | None:
        """The server's time at that monotonic time, or None before the first answer."""
        if math.isinf(self.spread_s):
            return None
        return datetime.fromtimestamp(at_s + (self._least_s + self._most_s) / 2, UTC)


def _told(headers: Mapping[str, str]) -> tuple[float | None, float]:
    try:
        if "X-Time" in headers:
            told_s = float(headers["X-Time"])
            return (told_s, 0.001) if math.isfinite(told_s) else (None, 0.0)
        if "Date" in headers:
            return parsedate_to_datetime(headers["Date"]).timestamp(), 1.0
    except (ValueError, TypeError, OverflowError):
        pass
    return None, 0.0
