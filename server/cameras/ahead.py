"""Which cameras a moving vehicle will come to: those in the cone ahead of it, the next one first. Pure.

A road bends, so the cone is wide; what lies behind or beside is left to ``rank``.
"""

import math
from collections.abc import Sequence

from server.cameras.rank import TRAVEL_HALF_ANGLE_DEG, Candidate, Ranked, apart_deg, bearing_deg, distance_m
from server.models import CameraHealth

REACH_M = 2500.0  # two minutes at 75 km/h
NEAREST_M = 60.0  # what is nearer is passed before anybody looks


def ahead(
    place: tuple[float, float], heading_deg: float, candidates: Sequence[Candidate], *, count: int
) -> list[Ranked]:
    """At most ``count`` cameras ahead of ``place`` (lat, lon) for who travels at ``heading_deg``; the nearest first.

    ``rank`` counts from 1. The reason is ``ahead``, with ``facing_traffic`` where the camera will see the vehicle come.
    """
    found = []
    for camera in candidates:
        there = (camera.lat, camera.lon)
        metres, towards = distance_m(place, there), bearing_deg(place, there)
        if camera.health == CameraHealth.DOWN or not NEAREST_M <= metres <= REACH_M:
            continue
        off_deg = apart_deg(towards, heading_deg)
        if off_deg <= TRAVEL_HALF_ANGLE_DEG:
            # Beside the line of travel counts as further away: the straight road is the likely one.
            found.append((metres / math.cos(math.radians(off_deg)), camera.id, camera, metres, towards))
    found.sort(key=lambda one: one[:2])
    return [
        Ranked(camera.id, position, round(metres, 1), round(towards, 1) % 360, _reasons(camera, heading_deg))
        for position, (_, _, camera, metres, towards) in enumerate(found[:count], start=1)
    ]


def _reasons(camera: Candidate, heading_deg: float) -> list[str]:
    faces = (
        camera.bearing_deg is None
        or camera.fov_deg is None
        or apart_deg(camera.bearing_deg + 180, heading_deg) <= camera.fov_deg / 2
    )
    health = [] if camera.health == CameraHealth.OK else [camera.health.value]
    return ["ahead", *(["facing_traffic"] if faces else []), *health]
