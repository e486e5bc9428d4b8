"""What of a camera's picture nobody may see: polygons in fractions of the picture, x to the right and y down. Pure.

A mask that covers less than it seems to is worse than a refused one, so a polygon that crosses itself is refused:
where it overlaps, some ways of filling leave a hole.
"""

from collections.abc import Sequence

from server.cameras.outline import Point, crosses_itself, doubled_area
from server.errors import CameraMaskInvalid, CameraMaskOutside

Polygon = Sequence[Point]

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
    if abs(doubled_area(polygon)) / 2 < SMALLEST_AREA:
        raise CameraMaskInvalid("the mask has no area: its points lie on one line, or it crosses itself", field=field)
    if crosses_itself(polygon):
        raise CameraMaskInvalid("the mask's outline crosses itself; give the points in order around it", field=field)
