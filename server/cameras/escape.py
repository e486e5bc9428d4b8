"""By which cameras somebody who leaves a scene will come: one for each way out, the likeliest first. Pure.

Nobody knows the road; distinct directions are what is asked for. Where the line of travel is known, its side is first.
"""

from collections.abc import Sequence

from server.cameras.rank import (
    PLAIN,
    Candidate,
    Outlook,
    Ranked,
    apart_deg,
    bearing_deg,
    distance_m,
    findings,
    looks_at,
    ranked,
    weight,
)
from server.models import CameraHealth

FROM_M = 150.0  # nearer ones show the scene itself
REACH_M = 1000.0  # five minutes on foot, a minute by car
DISTINCT_DEG = 45.0  # two cameras that are less apart are one way out


def ways_out(
    scene: tuple[float, float], candidates: Sequence[Candidate], *, count: int, outlook: Outlook = PLAIN
) -> list[Ranked]:
    """At most ``count`` cameras from 150 m to 1 km around ``scene`` (lat, lon), each in a direction of its own.

    Reasons: ``way_out``, ``faces_scene`` where it sees who comes, and what ``rank`` finds. A camera that is down is
    none.
    """
    judged = []
    for camera in candidates:
        there = (camera.lat, camera.lon)
        metres = distance_m(scene, there)
        if camera.health == CameraHealth.DOWN or not FROM_M <= metres <= REACH_M:
            continue
        faces = looks_at(camera, scene)
        reasons = ["way_out", *(["faces_scene"] if faces else []), *findings(scene, camera, outlook)]
        cost = metres * weight(reasons) * (0.7 if faces else 1.0)
        judged.append((cost, camera.id, metres, bearing_deg(scene, there), camera, reasons))
    chosen: list[tuple[float, str, float, float, Candidate, list[str]]] = []
    for one in sorted(judged, key=lambda one: one[:2]):
        if len(chosen) < count and all(apart_deg(one[3], other[3]) >= DISTINCT_DEG for other in chosen):
            chosen.append(one)
    return [
        ranked(scene, camera, position, metres, reasons)
        for position, (_, _, metres, _, camera, reasons) in enumerate(chosen, start=1)
    ]
