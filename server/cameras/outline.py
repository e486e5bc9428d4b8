"""Whether an outline crosses itself: a polygon that does covers less, or more, than it seems to. Pure."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Edge = tuple[Point, Point]


def crosses_itself(polygon: Sequence[Point]) -> bool:
    """Whether two edges that share no end cross or touch; the last point joins the first by itself.

    Edges are looked at from left to right, each with those that begin before it ends: of n edges of an ordinary outline
    that is some n comparisons, of the worst n² / 2.
    """
    edges = sorted(pairwise([*polygon, polygon[0]]), key=lambda edge: min(edge[0][0], edge[1][0]))
    for number, one in enumerate(edges):
        right = max(one[0][0], one[1][0])
        for other in edges[number + 1 :]:
            if min(other[0][0], other[1][0]) > right:
                break
            if _overlap(one, other) and not set(one) & set(other) and _straddles(one, other) and _straddles(other, one):
                return True
    return False


def doubled_area(polygon: Sequence[Point]) -> float:
    """Twice the signed area, in the square of the points' unit; the last point joins the first by itself."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*polygon, polygon[0]]))


def _overlap(one: Edge, other: Edge) -> bool:
    """Whether the upright rectangles around two edges have a point in common.

    Two edges on one line straddle each other wherever they are; of those only the ones that overlap meet.
    """
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    return (
        min(ax, bx) <= max(cx, dx)
        and min(cx, dx) <= max(ax, bx)
        and min(ay, by) <= max(cy, dy)
        and min(cy, dy) <= max(ay, by)
    )


def _straddles(line: Edge, edge: Edge) -> bool:
    """Whether the edge does not lie wholly on one side of the line."""
    sides = [_side(line, point) for point in edge]
    return min(sides) <= 0 <= max(sides)


def _side(line: Edge, point: Point) -> float:
    (x1, y1), (x2, y2) = line
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)
