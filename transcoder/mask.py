"""Pure: privacy masks as what ffmpeg can draw: boxes that together cover a polygon.

Covering more than the polygon is allowed, covering less is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

STRIPS = 24  # at most, for one polygon: each costs about 10 us a picture
MOST_BOXES = 256

Polygon = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in fractions of the picture."""

    left: float
    top: float
    width: float
    height: float


def boxes(polygons: Sequence[Polygon]) -> list[Box]:
    """Horizontal strips that cover the polygons; each polygon is 3 or more points (x, y), 0..1 from the top left."""
    strips = min(STRIPS, MOST_BOXES // max(1, len(polygons)))
    return [box for polygon in polygons for box in _strips(polygon, strips)]


def _strips(polygon: Polygon, count: int) -> list[Box]:
    top, bottom = min(y for _, y in polygon), max(y for _, y in polygon)
    height = (bottom - top) / count
    levels = [*(top + n * height for n in range(count)), bottom]  # not computed: rounded, it could miss an edge there
    found = []
    for upper, lower in pairwise(levels):
        xs = [x for edge in zip(polygon, [*polygon[1:], polygon[0]], strict=True) for x in _within(edge, upper, lower)]
        if xs:
            found.append(Box(_down(min(xs)), _down(upper), _up(max(xs) - min(xs)), _up(height)))
    return found


def _within(edge: tuple[tuple[float, float], tuple[float, float]], upper: float, lower: float) -> list[float]:
    """Where an edge is, from left to right, between two heights; empty when it is not between them."""
    (x0, y0), (x1, y1) = sorted(edge, key=lambda point: point[1])
    if y1 < upper or y0 > lower:
        return []
    if y0 == y1:
        return [x0, x1]
    shares = [
        (min(max(y, y0), y1) - y0) / (y1 - y0) for y in (upper, lower)
    ]  # first: the smallest heights lose their digits
    return [x0 + (x1 - x0) * share for share in shares]


def _down(value: float) -> float:
    return max(0.0, int(value * 10_000) / 10_000)


def _up(value: float) -> float:
    """Rounded up, with what the corner lost by being rounded down."""
    return min(1.0, int(value * 10_000 + 2) / 10_000)
