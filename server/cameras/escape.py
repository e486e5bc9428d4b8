"""By which cameras somebody who leaves a scene will come: one for each way out, the likeliest first. Pure.

Nobody knows the road; distinct directions are what is asked for. Where the line of travel is known, its side is first.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from server.cameras.rank import (
    PLAIN,
    Candidate,
    Outlook,
    Ranked,
    apart_deg,
    bearing_deg,
    distance_m,
    findings,
    least_weight,
    looks_at,
    ranked,
    weight,
)
from server.models import CameraHealth

FROM_M = 150.0  # nearer ones show the scene itself
REACH_M = 1000.0  # five minutes on foot, a minute by car
DISTINCT_DEG = 45.0  # two cameras that are less apart are one way out
FACES = 0.7  # what seeing who comes makes of the distance

Judged = tuple[float, bool, str, float, Candidate, list[str]]  # cost, at least until judged; id; how far, whose, why


def ways_out(
    scene: tuple[float, float], candidates: Sequence[Candidate], *, count: int, outlook: Outlook = PLAIN
) -> list[Ranked]:
    """At most ``count`` cameras from 150 m to 1 km around ``scene`` (lat, lon), each in a direction of its own.

    Reasons: ``way_out``, ``faces_scene`` where it sees who comes, and what ``rank`` finds. A camera that is down is
    none.
    """
    least, waiting = least_weight(outlook) * FACES, list[Judged]()
    for camera in candidates:
        metres = distance_m(scene, (camera.lat, camera.lon))
        if camera.health != CameraHealth.DOWN and FROM_M <= metres <= REACH_M:
            waiting.append((metres * least, False, camera.id, metres, camera, []))
    heapify(waiting)
    chosen: list[tuple[float, Judged]] = []
    while waiting and len(chosen) < count:  # few of hundreds are judged: the others would cost more at their best
        one = heappop(waiting)
        if not one[1]:
            heappush(waiting, _judged(scene, one, outlook))
            continue
        towards_deg = bearing_deg(scene, (one[4].lat, one[4].lon))
        if all(apart_deg(towards_deg, other) >= DISTINCT_DEG for other, _ in chosen):
            chosen.append((towards_deg, one))
    return [
        ranked(scene, camera, position, metres, reasons)
        for position, (_, (_, _, _, metres, camera, reasons)) in enumerate(chosen, start=1)
    ]


def _judged(scene: tuple[float, float], one: Judged, outlook: Outlook) -> Judged:
    _, _, id_, metres, camera, _ = one
    faces = looks_at(camera, scene)
    reasons = ["way_out", *(["faces_scene"] if faces else []), *findings(scene, camera, outlook)]
    return metres * weight(reasons) * (FACES if faces else 1.0), True, id_, metres, camera, reasons
