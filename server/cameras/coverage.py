"""Which cameras show an area best. Pure: no database, no clock.

Not the nearest to its middle: the best of each part of it comes first, then the second best of each, so that however
few are looked at, they show all of it. Cameras that are down come last. Ties go by id.
"""

import math
from collections import Counter
from collections.abc import Iterable

from server.cameras.rank import PLAIN, Candidate, Outlook, Ranked, distance_m, findings, ranked, weight
from server.cameras.region import METRES_PER_DEGREE, Place, Region
from server.models import CameraHealth

SMALLEST_PART_M = 150.0  # cameras of one crossing show one place
IN_AREA = "in_area"


def best(region: Region, candidates: Iterable[Candidate], *, count: int, outlook: Outlook = PLAIN) -> list[Ranked]:
    """The best ``count`` of the cameras inside; distance and bearing are those from the region's middle."""
    side_m, middle = _part_m(region, count), region.middle
    judged = []
    for one in candidates:
        if region.holds((one.lat, one.lon)):
            reasons = [IN_AREA, _view(region, one), *findings((one.lat, one.lon), one, outlook)]
            judged.append((weight(reasons) / (1 + one.range_m / 1000), one.id, one, reasons))
    judged.sort(key=lambda one: one[:2])
    taken: Counter[tuple[int, int]] = Counter()
    ordered = []
    for cost, id_, camera, reasons in judged:
        part = _part(region, camera, side_m)
        ordered.append((camera.health == CameraHealth.DOWN, taken[part], cost, id_, camera, reasons))
        taken[part] += 1
    ordered.sort(key=lambda one: one[:4])
    return [
        ranked(middle, camera, position, distance_m(middle, (camera.lat, camera.lon)), reasons)
        for position, (*_, camera, reasons) in enumerate(ordered[:count], start=1)
    ]


def _view(region: Region, camera: Candidate) -> str:
    """Whether what stands in the middle of its view is inside."""
    if camera.bearing_deg is None or camera.fov_deg is None:
        return "in_view"
    if region.holds(_ahead(camera, camera.bearing_deg, camera.range_m / 2)):
        return "in_view"
    return "can_turn" if camera.ptz else "facing_away"


def _ahead(camera: Candidate, towards_deg: float, metres: float) -> Place:
    turn, degrees = math.radians(towards_deg), metres / METRES_PER_DEGREE
    east = degrees * math.sin(turn) / math.cos(math.radians(camera.lat))
    return camera.lat + degrees * math.cos(turn), camera.lon + east


def _part(region: Region, camera: Candidate, side_m: float) -> tuple[int, int]:
    """The square it stands in, counted from the south-western corner."""
    south, west, *_ = region.box
    north_m = (camera.lat - south) * METRES_PER_DEGREE
    east_m = (camera.lon - west) * METRES_PER_DEGREE * math.cos(math.radians(south))
    return int(north_m // side_m), int(east_m // side_m)


def _part_m(region: Region, count: int) -> float:
    """The side of the squares that the region is seen as: so large that there are about as many as cameras wanted."""
    south, west, north, east = region.box
    high_m = (north - south) * METRES_PER_DEGREE
    wide_m = (east - west) * METRES_PER_DEGREE * math.cos(math.radians(south))
    return max(SMALLEST_PART_M, math.sqrt(high_m * wide_m / count))
