"""Whether it is dark at a place. Pure.

The sun's height by the low-precision formulas of the Astronomical Almanac (page C5), good to 0.01° until 2050.
"""

import math
from datetime import UTC, datetime

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
CIVIL_DUSK_DEG = -6.0  # the sun's height at which street lights are what one sees by


def is_dark(lat: float, lon: float, now: datetime) -> bool:
    """Whether the sun is so far below the horizon that only lamps help."""
    return sun_height_deg(lat, lon, now) < CIVIL_DUSK_DEG


def sun_height_deg(lat: float, lon: float, now: datetime) -> float:
    """The height of the sun's middle over the horizon, -90..90, without the bending of the air."""
    days = (now - J2000).total_seconds() / 86_400
    anomaly = math.radians(357.528 + 0.9856003 * days)
    along = 280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)
    ecliptic, tilt = math.radians(along), math.radians(23.439 - 0.0000004 * days)
    ascension_deg = math.degrees(math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic)))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal_deg = 15 * (18.697374558 + 24.06570982441908 * days)
    hour_angle, north = math.radians(sidereal_deg + lon - ascension_deg), math.radians(lat)
    height = math.sin(north) * math.sin(declination)
    height += math.cos(north) * math.cos(declination) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))
