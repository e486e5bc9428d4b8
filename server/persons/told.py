"""What a device tells, and whether it can be so: in Korea, and now. Pure.

Bounds: from 마라도 to the northern border, from the sea west of 백령도 to 독도.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.errors import AlertPlaceInvalid, AlertTimeInvalid
from server.models import AlertKind

KOREA_LAT, KOREA_LON = (32.9, 38.7), (124.0, 132.0)
AHEAD = timedelta(seconds=5)  # as far as a device's clock may be wrong
OLDEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fix:
    """Where the device was."""

    lat: float
    lon: float
    accuracy_m: float | None
    at: datetime

    def check(self, now: datetime, *, at: str = "at") -> None:
        """Raises AlertPlaceInvalid and AlertTimeInvalid, naming the field; ``at`` is what the time is called."""
        for name, value, bounds in (("lat", self.lat, KOREA_LAT), ("lon", self.lon, KOREA_LON)):
            if not bounds[0] <= value <= bounds[1]:
                raise AlertPlaceInvalid("WGS 84, lat before lon, in Korea", field=f"position.{name}")
        if self.at > now + AHEAD:
            raise AlertTimeInvalid("set the device's clock", field=at)
        if self.at < now - OLDEST:
            raise AlertTimeInvalid("an alert is of use for a day", field=at)


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as its sender has it. ``people`` is personal: the device, the person, the guardian; JSON."""

    external_id: str
    kind: AlertKind
    device_id: str
    fix: Fix
    people: str
