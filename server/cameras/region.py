"""An area of any size: rings and circles, what any of them holds. Pure; places are lat, lon, the earth is flat here."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from server.cameras.rank import distance_m

Place = tuple[float, float]
Ring = tuple[Place, ...]  # closed: the last place is the first
Edge = tuple[Place, Place]

BANDS = 64  # of latitude; a camera is compared with the edges of its own band only
CORNERS = 16  # of the outline around a circle
METRES_PER_DEGREE = 111_195.0  # of latitude, on the sphere that ``distance_m`` uses


@dataclass(frozen=True, slots=True)
class Circle:
    """Every place within ``radius_m`` of its middle."""

    lat: float
    lon: float
    radius_m: float

    @property
    def outline(self) -> Ring:
        """A ring that holds the circle."""
        reach = self.radius_m / math.cos(math.pi / CORNERS) / METRES_PER_DEGREE
        turns = [2 * math.pi * number / CORNERS for number in range(CORNERS)]
        wide = math.cos(math.radians(self.lat))
        corners = [(self.lat + reach * math.cos(t), self.lon + reach * math.sin(t) / wide) for t in turns]
        return (*corners, corners[0])


@dataclass(frozen=True)
class Region:
    """A place is inside when one ring or one circle holds it."""

    rings: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Region":
        """The region of what ``stored`` gave."""
        rings = tuple(tuple((lat, lon) for lat, lon in ring) for ring in stored["rings"])
        return cls(rings, tuple(Circle(*circle) for circle in stored["circles"]))

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it: ``{"rings": [[[lat, lon], …], …], "circles": [[lat, lon, radius_m], …]}``."""
        rings = [[list(place) for place in ring] for ring in self.rings]
        return {"rings": rings, "circles": [[one.lat, one.lon, one.radius_m] for one in self.circles]}

    @property
    def outlines(self) -> list[Ring]:
        """A ring around each part."""
        return [*self.rings, *(circle.outline for circle in self.circles)]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """South, west, north, east."""
        places = [place for outline in self.outlines for place in outline]
        lats, lons = [lat for lat, _ in places], [lon for _, lon in places]
        return min(lats), min(lons), max(lats), max(lons)

    @property
    def middle(self) -> Place:
        """The middle of the box around it all, which need not be inside."""
        south, west, north, east = self.box
        return (south + north) / 2, (west + east) / 2

    def holds(self, place: Place) -> bool:
        """Whether the place is inside: of a ring when a ray to the east crosses it an odd number of times."""
        south, west, north, east = self.box
        if not (south <= place[0] <= north and west <= place[1] <= east):
            return False
        if any(distance_m(place, (one.lat, one.lon)) <= one.radius_m for one in self.circles):
            return True
        return any(_crossings(bands, place) % 2 == 1 for bands in self._bands)

    @cached_property
    def _bands(self) -> list["_Bands"]:
        return [_Bands(ring) for ring in self.rings]


class _Bands:
    """The edges of a ring by bands of latitude."""

    def __init__(self, ring: Sequence[Place]) -> None:
        self.south, self.north = min(lat for lat, _ in ring), max(lat for lat, _ in ring)
        self._edges: list[list[Edge]] = [[] for _ in range(BANDS)]
        for edge in pairwise(ring):
            (lat1, _), (lat2, _) = edge
            for band in range(self.number(min(lat1, lat2)), self.number(max(lat1, lat2)) + 1):
                self._edges[band].append(edge)

    def number(self, lat: float) -> int:
        high = self.north - self.south
        return min(BANDS - 1, int((lat - self.south) / high * BANDS)) if high else 0

    def near(self, lat: float) -> list[Edge]:
        return self._edges[self.number(lat)] if self.south <= lat <= self.north else []


def _crossings(bands: _Bands, place: Place) -> int:
    lat, lon = place
    crossed = (
        (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
        for (lat1, lon1), (lat2, lon2) in bands.near(lat)
    )
    return sum(crossed)
