"""Follow-me: which camera shows a person who moves, and which ones will next. Pure.

Invariants: the first camera shows the person whenever any does; it stays the first until another shows the person; it
gives way before the person leaves its view when another sees where the person is and will be. What is down is never
first while anything else is there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.cameras import rank
from server.cameras.rank import EARTH_RADIUS_M, Candidate, Outlook, Ranked, distance_m
from server.models import CameraHealth

LEAD_S = 10.0  # who will be out of view by then is handed over; a cold picture takes 3 s
AHEAD_S = 120.0  # how far along the course cameras are looked for
REACH_M = 800.0  # and not further, however fast
STEPS = 16  # places looked at on that way
SLOWEST_MPS, FASTEST_MPS = 0.3, 55.0  # below it nobody goes anywhere; above it the position was wrong

Place = tuple[float, float]  # lat, lon


@dataclass(frozen=True, slots=True)
class Motion:
    """Where somebody is (lat, lon), and how they go; without a course they stand, or nobody knows."""

    place: Place
    course_deg: float | None = None
    speed_mps: float = 0.0

    def after(self, seconds: float) -> Place:
        """Where they will be, going on like that; flat earth, good to a metre here."""
        if self.course_deg is None:
            return self.place
        metres, course = self.speed_mps * seconds, math.radians(self.course_deg)
        north, east = metres * math.cos(course), metres * math.sin(course)
        lat, lon = self.place
        return lat + math.degrees(north / EARTH_RADIUS_M), lon + math.degrees(
            east / (EARTH_RADIUS_M * math.cos(math.radians(lat)))
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far around the person the set reaches, but for what lies ahead, and how many cameras it has."""

    radius_m: float
    count: int


def motion(before: Place, now: Place, seconds: float) -> Motion:
    """How somebody goes who was there ``seconds`` (above 0) ago; a speed that cannot be gives no course."""
    speed_mps = distance_m(before, now) / seconds
    if not SLOWEST_MPS <= speed_mps <= FASTEST_MPS:
        return Motion(now)
    return Motion(now, rank.bearing_deg(before, now), speed_mps)


def sees(camera: Candidate, place: Place) -> bool:
    """Whether the camera has the place in its picture, near enough to be of use."""
    metres = distance_m(place, (camera.lat, camera.lon))
    return camera.health != CameraHealth.DOWN and rank.view(place, camera, metres) == ["in_view"]


def follow(
    going: Motion,
    candidates: Sequence[Candidate],
    current: str | None,
    bounds: Bounds,
    outlook: Outlook = rank.PLAIN,
) -> list[Ranked]:
    """The cameras of the set: the one to show, those that will show the person next in that order, then the rest.

    ``current`` is the camera that was first. Of the rest those within the radius count, the best first.
    """
    ordered = rank.rank(going.place, candidates, radius_m=bounds.radius_m, count=len(candidates), outlook=outlook)
    known = {one.id: one for one in candidates}
    near = [known[one.camera_id] for one in ordered]
    first = _first(going, near, known.get(current or ""))
    if first is None:
        return []
    by_id = {one.camera_id: one for one in ordered}
    relay = _relay(going, first, [*near, *(one for one in candidates if one.id not in by_id)])
    ids = dict.fromkeys([first.id, *(one.id for one in relay), *(one.id for one in near)])
    ahead = {one.id for one in relay}
    chosen = [by_id.get(id_) or _far(going, known[id_], outlook) for id_ in ids][: bounds.count]
    return [
        replace(one, rank=position, reasons=[*(["ahead"] if one.camera_id in ahead else []), *one.reasons])
        for position, one in enumerate(chosen, start=1)
    ]


def _first(going: Motion, near: Sequence[Candidate], current: Candidate | None) -> Candidate | None:
    soon = going.after(LEAD_S)
    showing = [one for one in near if sees(one, going.place)]
    lasting = [one for one in showing if sees(one, soon)]
    if current is None or current not in near or current.health == CameraHealth.DOWN:
        return next(iter([*lasting, *showing, *near]), None)
    if current in lasting:
        return current
    if current in showing:
        return next(iter(lasting), current)
    return next(iter([*lasting, *showing]), current)


def _relay(going: Motion, first: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    """Who takes over from whom on the way: where one does not see any more, the one that will see for longest."""
    if going.course_deg is None:
        return []
    seconds = min(AHEAD_S, REACH_M / going.speed_mps)
    way = [going.after(seconds * step / STEPS) for step in range(STEPS + 1)]
    seen = {one.id: [sees(one, place) for place in way] for one in [first, *others]}
    relay, shows = list[Candidate](), first
    for step in range(STEPS + 1):
        if seen[shows.id][step]:
            continue
        takers = [one for one in others if seen[one.id][step]]
        if takers:
            shows = max(takers, key=lambda one: _lasts(seen[one.id][step:]))  # of equals the better ranked one
            relay.append(shows)
    return list(dict.fromkeys(one for one in relay if one != first))


def _lasts(seen: Sequence[bool]) -> int:
    return seen.index(False) if False in seen else len(seen)


def _far(going: Motion, camera: Candidate, outlook: Outlook) -> Ranked:
    metres = distance_m(going.place, (camera.lat, camera.lon))
    reasons = [*rank.view(going.place, camera, metres), *rank.findings(going.place, camera, outlook)]
    return rank.ranked(going.place, camera, 0, metres, reasons)
