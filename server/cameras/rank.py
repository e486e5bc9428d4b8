"""Which cameras show a place best. Pure: no database, no clock.

Cost is distance weighed by what the camera can show; the cheapest is first, ties go by id, so that the same input
always gives the same order. What is down comes last, however near it is. Each weight has a code, and the codes of a
camera are its reasons; ``client_sdk/words/`` has them in words.
"""

import math
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from server.models import CameraHealth, CameraPurpose

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
NEAR_M = 5.0  # under the camera's own mast every camera looks past the place
TRAVEL_HALF_ANGLE_DEG = 40.0  # roads bend: who goes north may still pass a camera in the north-east


class Candidate(NamedTuple):  # hundreds are made for each incident, and a frozen dataclass takes four times as long
    """A camera that might see the place."""

    id: str
    lat: float
    lon: float
    bearing_deg: float | None  # where it looks, clockwise from north; none: turns or sees all round
    fov_deg: float | None
    range_m: float
    health: CameraHealth
    purpose: CameraPurpose | None = None  # what it was put up for, if that is known
    night_vision: bool | None = None  # has infrared or low-light optics; none: nobody said
    ptz: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is looked for, and when: by night, for what purposes, and where what it is about goes."""

    night: bool = False
    purposes: frozenset[CameraPurpose] = frozenset()  # those that serve best; empty: none serves better
    heading_deg: float | None = None


PLAIN = Outlook()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A camera of an incident's set."""

    camera_id: str
    rank: int  # 1 is best
    distance_m: float
    bearing_deg: float  # from the place to the camera, 0..360
    reasons: list[str]  # stable codes, see WEIGHTS


# What each finding makes of the distance. A camera that looks away may still show who runs.
WEIGHTS = {
    "nearest": 1.0,
    "in_view": 0.5,
    "looks_towards": 0.8,  # in the angle, beyond the range
    "can_turn": 0.9,  # looks away now, and can be turned by who has that right
    "facing_away": 1.6,
    "line_of_travel": 0.7,
    "purpose_fits": 0.9,
    "purpose_narrow": 1.3,  # looks at number plates, a wall or a heap of waste
    "night_vision": 0.9,
    "night_unknown": 1.1,
    "night_blind": 1.8,
    "degraded": 1.5,
    "down": 1.0,  # last, whatever the cost
}
NARROW = frozenset({CameraPurpose.FACILITY, CameraPurpose.WASTE, CameraPurpose.VEHICLE, CameraPurpose.ENFORCEMENT})


def rank(
    place: tuple[float, float],
    candidates: Sequence[Candidate],
    *,
    radius_m: float,
    count: int,
    outlook: Outlook = PLAIN,
) -> list[Ranked]:
    """The best ``count`` cameras within ``radius_m`` of ``place`` (lat, lon), best first.

    >>> rank((35.0, 127.0), [], radius_m=500, count=8)
    []
    """
    seen = [(distance_m(place, (candidate.lat, candidate.lon)), candidate) for candidate in candidates]
    near = sorted([one for one in seen if one[0] <= radius_m], key=itemgetter(0))
    nearest = near[0][0] if near else 0.0
    chosen = _cheapest(place, (one for one in near if one[1].health != CameraHealth.DOWN), count, outlook)
    if len(chosen) < count:
        down = (one for one in near if one[1].health == CameraHealth.DOWN)
        chosen += _cheapest(place, down, count - len(chosen), outlook)
    return [
        ranked(place, camera, position, metres, ["nearest", *reasons] if metres == nearest else reasons)
        for position, (_, _, camera, metres, reasons) in enumerate(chosen, start=1)
    ]


Judged = tuple[float, str, Candidate, float, list[str]]  # cost, id, and of whom, how far, why


def _cheapest(
    place: tuple[float, float], by_distance: Iterable[tuple[float, Candidate]], count: int, outlook: Outlook
) -> list[Judged]:
    """The ``count`` cheapest, in order. Looks no further than where even the best camera would cost more than these."""
    least, chosen = least_weight(outlook, "in_view"), list[Judged]()
    for metres, candidate in by_distance:
        if len(chosen) == count and (not count or (metres + NEAR_M) * least > chosen[-1][0]):
            break
        reasons = [*view(place, candidate, metres), *findings(place, candidate, outlook)]
        insort(chosen, ((metres + NEAR_M) * weight(reasons), candidate.id, candidate, metres, reasons), key=_by_cost)
        del chosen[count:]
    return chosen


def _by_cost(one: Judged) -> tuple[float, str]:
    return one[0], one[1]


def least_weight(outlook: Outlook, *best: str) -> float:
    """What no weight is below, of these reasons and all that ``findings`` may give; a little less: products round."""
    possible = [*best]
    possible += ["line_of_travel"] if outlook.heading_deg is not None else []
    possible += ["purpose_fits"] if outlook.purposes else []
    possible += ["night_vision"] if outlook.night else []
    return weight(possible) * 0.999999


def ranked(
    place: tuple[float, float], camera: Candidate, position: int, metres: float, reasons: Sequence[str]
) -> Ranked:
    """The camera at that position of a list, seen from the place."""
    towards = round(bearing_deg(place, (camera.lat, camera.lon)), 1) % 360
    return Ranked(camera.id, position, round(metres, 1), towards, list(reasons))


def weight(reasons: Sequence[str]) -> float:
    """What these reasons make of a distance; codes of other lists weigh nothing."""
    return math.prod(WEIGHTS.get(reason, 1.0) for reason in reasons)


def view(place: tuple[float, float], camera: Candidate, metres: float) -> list[str]:
    """Whether the camera has the place in its picture."""
    if metres > NEAR_M and not looks_at(camera, place):
        return ["can_turn" if camera.ptz else "facing_away"]
    return ["in_view" if metres <= camera.range_m else "looks_towards"]


def looks_at(camera: Candidate, place: tuple[float, float]) -> bool:
    """Whether the place is in the angle that the camera sees, however far it is."""
    if camera.bearing_deg is None or camera.fov_deg is None:
        return True
    return apart_deg(bearing_deg((camera.lat, camera.lon), place), camera.bearing_deg) <= camera.fov_deg / 2


def findings(place: tuple[float, float], camera: Candidate, outlook: Outlook) -> list[str]:
    """What else speaks for or against the camera: line of travel, purpose, night, health."""
    found = []
    if outlook.heading_deg is not None:
        towards = bearing_deg(place, (camera.lat, camera.lon))
        found += ["line_of_travel"] * (apart_deg(towards, outlook.heading_deg) <= TRAVEL_HALF_ANGLE_DEG)
    if camera.purpose in outlook.purposes:
        found.append("purpose_fits")
    elif camera.purpose in NARROW:
        found.append("purpose_narrow")
    if outlook.night:
        found.append({True: "night_vision", False: "night_blind", None: "night_unknown"}[camera.night_vision])
    return found + ([] if camera.health == CameraHealth.OK else [camera.health.value])


def apart_deg(one: float, other: float) -> float:
    """The angle between two courses, 0..180."""
    return abs((one - other + 180) % 360 - 180)


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two (lat, lon), by the haversine formula; within 0.6 % of the ellipsoid's."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def bearing_deg(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The initial course from ``a`` to ``b``, 0..360 clockwise from north; 0 when they are one place."""
    lat_a, lat_b, turn = math.radians(a[0]), math.radians(b[0]), math.radians(b[1] - a[1])
    east = math.sin(turn) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(turn)
    return math.degrees(math.atan2(east, north)) % 360
