"""Which cameras show a place best. Pure: no database, no clock.

Cost is distance weighed by what the camera can show; the cheapest is first, ties go by id, so that the same input
always gives the same order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.models import CameraHealth

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
NEAR_M = 5.0  # under the camera's own mast every camera looks past the place


@dataclass(frozen=True, slots=True)
class Candidate:
    """A camera that might see the place."""

    id: str
    lat: float
    lon: float
    bearing_deg: float | None  # where it looks, clockwise from north; none: turns or sees all round
    fov_deg: float | None
    range_m: float
    health: CameraHealth


@dataclass(frozen=True, slots=True)
class Ranked:
    """A camera of an incident's set."""

    camera_id: str
    rank: int  # 1 is best
    distance_m: float
    bearing_deg: float  # from the place to the camera, 0..360
    reasons: list[str]  # stable codes, see WEIGHTS


# What each finding makes of the distance. A camera that looks away may still show who runs; one that is down nothing.
WEIGHTS = {
    "nearest": 1.0,
    "in_view": 0.5,
    "looks_towards": 0.8,  # in the angle, beyond the range
    "facing_away": 1.6,
    "degraded": 1.5,
    "down": 1000.0,
}


def rank(place: tuple[float, float], candidates: Sequence[Candidate], *, radius_m: float, count: int) -> list[Ranked]:
    """The best ``count`` cameras within ``radius_m`` of ``place`` (lat, lon), best first.

    >>> rank((35.0, 127.0), [], radius_m=500, count=8)
    []
    """
    seen = [(candidate, distance_m(place, (candidate.lat, candidate.lon))) for candidate in candidates]
    near = [(candidate, metres) for candidate, metres in seen if metres <= radius_m]
    nearest = min((metres for _, metres in near), default=0.0)
    judged = []
    for candidate, metres in near:
        reasons = [*(["nearest"] if metres == nearest else []), *_findings(place, candidate, metres)]
        cost = (metres + NEAR_M) * math.prod(WEIGHTS[reason] for reason in reasons)
        judged.append((cost, candidate.id, candidate, metres, reasons))
    judged.sort(key=lambda one: one[:2])
    return [
        Ranked(
            camera_id=candidate.id,
            rank=position,
            distance_m=round(metres, 1),
            bearing_deg=round(bearing_deg(place, (candidate.lat, candidate.lon)), 1) % 360,
            reasons=reasons,
        )
        for position, (_, _, candidate, metres, reasons) in enumerate(judged[:count], start=1)
    ]


def _findings(place: tuple[float, float], camera: Candidate, metres: float) -> list[str]:
    health = [] if camera.health == CameraHealth.OK else [camera.health.value]
    if camera.bearing_deg is None or camera.fov_deg is None:
        return ["in_view" if metres <= camera.range_m else "looks_towards", *health]
    off = abs((bearing_deg((camera.lat, camera.lon), place) - camera.bearing_deg + 180) % 360 - 180)
    if off > camera.fov_deg / 2 and metres > NEAR_M:
        return ["facing_away", *health]
    return ["in_view" if metres <= camera.range_m else "looks_towards", *health]


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
