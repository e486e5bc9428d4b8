"""Whether a ring that somebody gave is an area: closed, in Korea, something inside, nowhere across itself. Pure.

The same for alerts, grants and what a room draws by hand.
"""

from collections.abc import Sequence
from itertools import pairwise

from server import korea
from server.cameras.outline import crosses_itself, doubled_area
from server.cameras.region import Place

SMALLEST_AREA = 1e-9  # in square degrees, doubled: about 5 m²


def corners(ring: Sequence[Place]) -> list[Place]:
    """The places of a closed ring, each corner once, the last one left out."""
    return [one for one, following in pairwise(ring) if one != following]


def fault(ring: Sequence[Place]) -> str | None:
    """What keeps the ring from being an area, and the mend; none: nothing."""
    if not all(korea.contains(*place) for place in ring):
        return "a place outside Korea: the latitude comes first, then the longitude"
    if ring[0] != ring[-1]:
        return "a polygon ends with the pair it begins with"
    found = corners(ring)
    if len(set(found)) < 3 or abs(doubled_area(found)) < SMALLEST_AREA:
        return "the polygon has no area"
    if len(set(found)) < len(found) or crosses_itself(found):
        return "the polygon crosses or touches itself; give its pairs in order around it"
    return None
