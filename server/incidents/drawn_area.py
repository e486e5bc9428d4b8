"""An area that a room draws by hand: the set then holds the best cameras inside, as it does for an alert's. Pure."""

from collections.abc import Sequence

from server.cameras import drawn
from server.cameras.region import Place, Region
from server.errors import AreaInvalid, InvalidRequest
from server.incidents.services import POLICIES
from server.models import Service


def of(service: Service, polygon: Sequence[Place] | None) -> Region | None:
    """The area of an incident of that service: none where only its place counts. Raises AreaInvalid."""
    if polygon is None or not POLICIES[service].area_count:
        return None
    if why := drawn.fault(polygon):
        raise AreaInvalid(why, field="polygon")
    corners = drawn.corners(polygon)
    return Region(((*corners, corners[0]),))


def another(service: Service, polygon: Sequence[Place] | None) -> Region | None:
    """The same for an incident that has one already, or gets one. Raises InvalidRequest where only its place counts."""
    found = of(service, polygon)
    if polygon is not None and found is None:
        raise InvalidRequest("only a disaster's cameras are chosen by an area; send location", field="polygon")
    return found
