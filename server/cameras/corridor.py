"""Which cameras a unit on its way will pass: along the line from where it is to its incident, the next one first. Pure.

The line leaves as the car heads and bends towards the scene; roads do not follow it, so the strip is wide, and one
camera for each stretch of it is enough. Flat earth: the strip is some kilometres long.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.cameras.rank import (
    EARTH_RADIUS_M,
    PLAIN,
    Candidate,
    Outlook,
    Ranked,
    apart_deg,
    bearing_deg,
    distance_m,
    findings,
    ranked,
    weight,
)
from server.models import CameraHealth

REACH_M = 3000.0  # two and a half minutes at 70 km/h; the rest is found on the way
BESIDE_M = 150.0  # the next street over
PASSED_M = 30.0  # what is nearer is passed before anybody looks
STRETCH_M = 200.0  # one camera for each
LEAD_M = 300.0  # how far a car goes on as it heads before its road bends to the scene

Place = tuple[float, float]  # lat, lon
Metres = tuple[float, float]  # east, north of the car


@dataclass(frozen=True, slots=True)
class Approach:
    """A unit on its way: where it is, where it heads if that is known, and where it goes."""

    at: Place
    heading_deg: float | None
    scene: Place


def line(approach: Approach) -> list[Place]:
    """The way as places, at most ``REACH_M`` long: from the unit over the bend to the scene."""
    return [_place(approach.at, point) for point in _line(approach)]


def corridor(
    approach: Approach, candidates: Sequence[Candidate], *, count: int, outlook: Outlook = PLAIN
) -> list[Ranked]:
    """At most ``count`` cameras along the way, the next one first; distance and bearing are seen from the scene.

    Reasons: ``next`` for the first, ``on_the_way``, ``facing_traffic`` where it sees the unit come, and what ``rank``
    finds. A camera that is down is none.
    """
    way = _line(approach)
    best: dict[int, tuple[float, str, float, Candidate, list[str]]] = {}
    for camera in candidates:
        along_m, beside_m = _measured(way, _metres(approach.at, (camera.lat, camera.lon)))
        if camera.health == CameraHealth.DOWN or along_m < PASSED_M or beside_m > BESIDE_M:
            continue
        reasons = ["on_the_way", *_facing(approach, camera), *findings(approach.at, camera, outlook)]
        cost = (beside_m + STRETCH_M) * weight(reasons) * (0.8 if "facing_traffic" in reasons else 1.0)
        found = (cost, camera.id, along_m, camera, reasons)
        stretch = int(along_m // STRETCH_M)
        best[stretch] = min(best.get(stretch, found), found, key=lambda one: one[:2])
    chosen = sorted(best.values(), key=lambda one: (one[2], one[1]))[:count]
    return [
        ranked(
            approach.scene,
            camera,
            position,
            distance_m(approach.scene, (camera.lat, camera.lon)),
            [*(["next"] if position == 1 else []), *reasons],
        )
        for position, (_, _, _, camera, reasons) in enumerate(chosen, start=1)
    ]


def _facing(approach: Approach, camera: Candidate) -> list[str]:
    if camera.bearing_deg is None or camera.fov_deg is None:
        return ["facing_traffic"]
    towards_the_unit = bearing_deg(approach.scene, approach.at)
    return ["facing_traffic"] if apart_deg(camera.bearing_deg, towards_the_unit) <= camera.fov_deg / 2 else []


def _line(approach: Approach) -> list[Metres]:
    """The way in metres, cut off at ``REACH_M``."""
    scene = _metres(approach.at, approach.scene)
    metres = math.hypot(*scene)
    points: list[Metres] = [(0.0, 0.0)]
    heading_deg, towards = approach.heading_deg, bearing_deg(approach.at, approach.scene)
    if heading_deg is not None and apart_deg(heading_deg, towards) <= 90:
        lead_m, course = min(LEAD_M, metres / 3), math.radians(heading_deg)
        points.append((lead_m * math.sin(course), lead_m * math.cos(course)))
    share = min(1.0, REACH_M / metres) if metres else 1.0
    return [*points, (scene[0] * share, scene[1] * share)]


def _measured(way: Sequence[Metres], point: Metres) -> tuple[float, float]:
    """How far along the way the point is, and how far beside it."""
    before_m, best = 0.0, (0.0, math.inf)
    for (x1, y1), (x2, y2) in pairwise(way):
        length_m = math.hypot(x2 - x1, y2 - y1)
        if not length_m:
            continue
        ahead_m = ((point[0] - x1) * (x2 - x1) + (point[1] - y1) * (y2 - y1)) / length_m
        along_m = max(0.0, min(length_m, ahead_m))
        x, y = x1 + (x2 - x1) * along_m / length_m, y1 + (y2 - y1) * along_m / length_m
        beside_m = math.hypot(point[0] - x, point[1] - y)
        if beside_m < best[1]:
            best = before_m + along_m, beside_m
        before_m += length_m
    return best


def _metres(origin: Place, place: Place) -> Metres:
    north = math.radians(place[0] - origin[0]) * EARTH_RADIUS_M
    return math.radians(place[1] - origin[1]) * EARTH_RADIUS_M * math.cos(math.radians(origin[0])), north


def _place(origin: Place, metres: Metres) -> Place:
    lat = origin[0] + math.degrees(metres[1] / EARTH_RADIUS_M)
    return lat, origin[1] + math.degrees(metres[0] / (EARTH_RADIUS_M * math.cos(math.radians(origin[0]))))
