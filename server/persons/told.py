"""What a device tells, and whether it can be so now. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.errors import AlertTimeInvalid
from server.models import AlertKind

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
        """Raises AlertTimeInvalid, naming the field: ``at`` is what the time is called."""
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
