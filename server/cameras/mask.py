"""What of a camera's picture nobody may see: polygons in fractions of the picture, x to the right and y down. Pure.

A mask that covers less than it seems to is worse than a refused one, so a polygon that crosses itself is refused:
where it overlaps, some ways of filling leave a hole.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise

from server.errors import CameraMaskInvalid, CameraMaskOutside

Point = tuple[float, float]
Polygon = Sequence[Point]
Edge = tuple[Point, Point]

MOST_POLYGONS = 16
FEWEST_POINTS, MOST_POINTS = 3, 32
SMALLEST_AREA = 1e-6  # of the picture: about one pixel of 720p


def checked(masks: Sequence[Polygon], *, field: str) -> list[list[list[float]]]:
    """The masks as they are stored: at most 16 polygons of 3 to 32 points, each point inside the picture.

    Raises:
        CameraMaskOutside: a point is not between 0 and 1; the field names it.
        CameraMaskInvalid: anything else; the field names the polygon.
    """
    if len(masks) > MOST_POLYGONS:
        raise CameraMaskInvalid(f"a camera has at most {MOST_POLYGONS} masks; join some", field=field)
    for number, polygon in enumerate(masks):
        _check(polygon, f"{field}.{number}")
    return [[[x, y] for x, y in polygon] for polygon in masks]


def _check(polygon: Polygon, field: str) -> None:
    if not FEWEST_POINTS <= len(polygon) <= MOST_POINTS:
        raise CameraMaskInvalid(f"a mask has {FEWEST_POINTS} to {MOST_POINTS} points", field=field)
    for number, point in enumerate(polygon):
        if not all(0 <= fraction <= 1 for fraction in point):
            raise CameraMaskOutside("x and y are fractions of the picture, from 0 to 1", field=f"{field}.{number}")
    if len(set(polygon)) < len(polygon):
        raise CameraMaskInvalid("a point occurs twice; the last point joins the first by itself", field=field)
    if abs(_doubled_area(polygon)) / 2 < SMALLEST_AREA:
        raise CameraMaskInvalid("the mask has no area: its points lie on one line, or it crosses itself", field=field)
    if _crosses_itself(polygon):
        raise CameraMaskInvalid("the mask's outline crosses itself; give the points in order around it", field=field)


def _doubled_area(polygon: Polygon) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*polygon, polygon[0]]))


def _crosses_itself(polygon: Polygon) -> bool:
    edges = list(pairwise([*polygon, polygon[0]]))
    return any(_meet(one, other) for one, other in combinations(edges, 2) if not set(one) & set(other))


def _meet(one: Edge, other: Edge) -> bool:
    """Whether two edges without a common end cross or touch: neither lies wholly on one side of the other.

    Two edges on one line do so wherever they are; of those only the ones that overlap meet.
    """
    return _overlap(one, other) and _straddles(one, other) and _straddles(other, one)


def _overlap(one: Edge, other: Edge) -> bool:
    """Whether the upright rectangles around two edges have a point in common."""
    spans = zip(zip(*one, strict=True), zip(*other, strict=True), strict=True)
    return all(min(a) <= max(b) and min(b) <= max(a) for a, b in spans)


def _straddles(line: Edge, edge: Edge) -> bool:
    sides = [_side(line, point) for point in edge]
    return min(sides) <= 0 <= max(sides)


def _side(line: Edge, point: Point) -> float:
    (x1, y1), (x2, y2) = line
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)
