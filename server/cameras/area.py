"""Which cameras stand in an area: a closed ring of places, even-odd, flat earth."""

import math
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy.orm import Session

from server.cameras import near
from server.cameras.rank import EARTH_RADIUS_M

Place = tuple[float, float]  # lat, lon

LARGEST_RADIUS_M = 3000.0  # a town; one that is larger is several grants


def cameras_in(session: Session, ring: Sequence[Place]) -> list[str] | None:
    """The ids of the enabled cameras inside, sorted; None when the area reaches further than 3 km from its middle."""
    lats, lons = zip(*ring, strict=True)
    middle = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    radius_m = max(_apart_m(middle, corner) for corner in ring)
    if radius_m > LARGEST_RADIUS_M:
        return None
    found = near.around(session, *middle, radius_m=radius_m)
    return sorted(one.id for one in found if holds(ring, (one.lat, one.lon)))


def holds(ring: Sequence[Place], place: Place) -> bool:
    """Whether the place is inside: a ray to the east crosses the ring an odd number of times. Pure."""
    lat, lon = place
    crossed = (
        (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
        for (lat1, lon1), (lat2, lon2) in pairwise(ring)
    )
    return sum(crossed) % 2 == 1


def _apart_m(one: Place, other: Place) -> float:
    north = math.radians(other[0] - one[0])
    east = math.radians(other[1] - one[1]) * math.cos(math.radians(one[0]))
    return EARTH_RADIUS_M * math.hypot(north, east)
