"""Which cameras stand in an area that a grant is for: a closed ring of places, no larger than a town."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from server.cameras import near
from server.cameras.rank import distance_m
from server.cameras.region import Place, Region

LARGEST_RADIUS_M = 3000.0  # a town; one that is larger is several grants


def cameras_in(session: Session, ring: Sequence[Place]) -> list[str] | None:
    """The ids of the enabled cameras inside, sorted; None when the area reaches further than 3 km from its middle."""
    region = Region((tuple(ring),))
    radius_m = max(distance_m(region.middle, corner) for corner in ring)
    if radius_m > LARGEST_RADIUS_M:
        return None
    found = near.around(session, *region.middle, radius_m=radius_m)
    return sorted(one.id for one in found if region.holds((one.lat, one.lon)))
