"""How many people one core can show a camera to: authorised delivery through nginx and the gate, beside delivery to anybody.

Two questions. *Saturated*: the newest parts and playlists asked for as fast as answers come, by 64 sessions, from our nginx, from
the same nginx without the gate, and from nginx with the same bytes as plain files; slices of each take turns, so that all see the
same machine. *Viewers*: players at their own pace, more of them until parts come late.

What is compared is CPU time: requests per CPU second of nginx, gate and origin are requests/s of one core that does nothing else.
The load generator shares the machine and is counted apart.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.running import running, say
from demo.scenarios import call_112
from tests.bench.cpu import Meter
from tests.bench.fronts import Front
from tests.bench.load import Load, saturate
from tests.bench.report import Figure
from tests.bench.scene import RUNG, Scene, begin
from tests.bench.viewers import Audience, Seat, ViewerFailed, watch

ASKING = 64  # sessions, and connections, that saturate
SLICE_S, REST_S = 1.0, 2.0  # a transcoder that is short of CPU for three seconds gives something up
PARTS_PER_SEGMENT = 10
CROWDS = (50, 100, 200, 300, 400, 600, 800)
LATE_MS = 200  # later than a part's length is the start of a stall
AUTHORISED_SHARE = 0.85
GZIP = "Accept-Encoding: gzip\r\n"


def measure(*, seconds: float = 60.0) -> Iterator[Figure]:
    """A third of ``seconds`` is for parts, a third for playlists, and each crowd gets a tenth."""
    with running(Path("var/bench"), port=0, clip_folder=Path("var/clips")) as (stack, demo):
        scene = begin(stack, demo)
        scene.want_sessions(ASKING)
        scene.wait_until_live()
        yield from parts(scene, seconds=seconds / 3)
        yield from playlists(scene, seconds=seconds / 3)
        yield from viewers(scene, seconds=max(4.0, seconds / 10))
        call_112.close_call(demo.room(), scene.incident_id)


def parts(scene: Scene, *, seconds: float) -> Iterator[Figure]:
    gated, unasked, files = Tally(scene.gated), Tally(scene.unasked), Tally(scene.files)
    while gated.load.seconds < seconds / 3:
        scene.wait_until_live()
        names = scene.newest()
        folder = scene.files.home / "files" / scene.camera_id / RUNG
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).write_bytes(scene.at_origin(name))
            for front in (scene.gated, scene.unasked):  # the origin keeps parts for fewer seconds than a round has
                scene.get(Seat(front.port, scene.folder(scene.sids[0])), name)
        paths = [[f"{scene.folder(sid)}/{name}" for name in names] for sid in scene.sids[:ASKING]]
        for tally in (gated, unasked, files):
            tally.add(scene, paths)
    mean_bytes = gated.load.body_bytes / gated.load.requests
    yield from told("parts", gated)
    yield Figure("parts: refused by any of the three", sum(t.load.refused for t in (gated, unasked, files)), "", 0)
    yield Figure("parts: mean size", round(mean_bytes), "bytes")
    yield share("parts: authorised, of the same without the gate", gated, unasked)
    yield share("parts: authorised, of plain files without the gate", gated, files)
    yield Figure("parts: plain files, requests/s of one core", round(files.per_cpu_s), "/s")


def playlists(scene: Scene, *, seconds: float) -> Iterator[Figure]:
    gated, unasked = Tally(scene.gated), Tally(scene.unasked)
    paths = [[f"{scene.folder(sid)}/index.m3u8"] for sid in scene.sids[:ASKING]]
    while gated.load.seconds < seconds / 2:
        for tally in (gated, unasked):
            tally.add(scene, paths, GZIP)
    yield from told("playlists", gated)
    yield Figure("playlists: refused by any of the two", gated.load.refused + unasked.load.refused, "", 0)
    yield share("playlists: authorised, of the same without the gate", gated, unasked)


class Tally:
    """Slices of load on one front, added up."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.load = Load()
        self.spent_s: dict[str, float] = {}

    def add(self, scene: Scene, paths: list[list[str]], headers: str = "") -> None:
        with Meter(scene.roots(self.front)) as meter:
            load = saturate(self.front.port, paths, seconds=SLICE_S, headers=headers)
        time.sleep(REST_S)
        for name in vars(load):
            setattr(self.load, name, getattr(self.load, name) + getattr(load, name))
        for name, spent_s in meter.spent_s.items():
            self.spent_s[name] = self.spent_s.get(name, 0.0) + spent_s

    @property
    def per_cpu_s(self) -> float:
        return self.load.requests / sum(self.spent_s.values())


def share(what: str, ours: Tally, theirs: Tally) -> Figure:
    return Figure(what, round(ours.per_cpu_s / theirs.per_cpu_s, 2), "of it", AUTHORISED_SHARE, at_least=True)


def told(what: str, tally: Tally) -> Iterator[Figure]:
    load = tally.load
    yield Figure(f"{what}: authorised requests/s of one core", round(tally.per_cpu_s), "/s")
    for name, spent_s in tally.spent_s.items():
        yield Figure(f"{what}: … {name}, CPU of a request", round(spent_s / load.requests * 1e6, 1), "µs")
    yield Figure(
        f"{what}: requests/s by the clock, load generator beside it", round(load.requests / load.seconds), "/s"
    )
    yield Figure(f"{what}: load generator", round(load.own_cpu_s / load.seconds, 2), "cores")


def viewers(scene: Scene, *, seconds: float) -> Iterator[Figure]:
    """More and more viewers until parts are late at one in a hundred; then as many once more, unasked."""
    alone, best = crowd(scene, scene.gated, 1, seconds=seconds), None
    if alone is None:
        return
    for count in CROWDS:
        seen = crowd(scene, scene.gated, count, seconds=seconds)
        if seen is None:
            break
        late_ms, lag_ms = seen.audience.late_s(0.99) * 1000, seen.audience.lag_s(0.99) * 1000
        yield Figure(f"{count} viewers: parts late by, p99", round(late_ms), "ms")
        yield Figure(f"{count} viewers: … the load generator's own lag, p99", round(lag_ms), "ms")
        yield Figure(f"{count} viewers: refused", seen.audience.refused, "")
        if late_ms > LATE_MS or seen.audience.refused:
            break
        best = seen
    if best is None:
        return
    count = best.viewers
    each = best.beyond(alone)
    yield Figure("viewers sustained on this machine, encoder and load generator included", count, "")
    for name, cores in each.items():
        yield Figure(f"… {name}, CPU of one viewer", round(cores * 1000, 2), "ms/s")
    yield Figure("viewers per core of nginx, gate and origin", round(1 / sum(each.values())), "")
    yield Figure(
        f"load generator at {count} viewers", round(best.audience.own_cpu_s / best.audience.seconds, 2), "cores"
    )
    alone, unasked = (crowd(scene, scene.unasked, number, seconds=seconds) for number in (1, count))
    if alone and unasked:
        others = unasked.beyond(alone)
        for name in ("nginx", "origin"):
            yield Figure(f"… without the gate: {name}, CPU of one viewer", round(others[name] * 1000, 2), "ms/s")
        ratio = sum(others.values()) / sum(each.values())
        what = "viewers per core, authorised, of the same without the gate"
        yield Figure(what, round(ratio, 2), "of it", AUTHORISED_SHARE, at_least=True)


@dataclass(frozen=True)
class Crowd:
    """``cores`` by process."""

    viewers: int
    cores: dict[str, float]
    audience: Audience

    def beyond(self, alone: "Crowd") -> dict[str, float]:
        """Cores for each viewer more than one: the stream itself is not counted."""
        return {name: (self.cores[name] - alone.cores[name]) / (self.viewers - 1) for name in self.cores}


def crowd(scene: Scene, front: Front, count: int, *, seconds: float) -> Crowd | None:
    """What ``count`` viewers cost and saw; none if they did not all get a picture."""
    scene.want_sessions(count)
    seats = [Seat(front.port, scene.folder(sid)) for sid in scene.sids[:count]]
    meter, audience = Meter(scene.roots(front)), None
    try:
        scene.wait_until_live()
        time.sleep(REST_S)
        audience = asyncio.run(watch([scene.origin, *seats], parts=PARTS_PER_SEGMENT, seconds=seconds, around=meter))
    except* (TimeoutError, ViewerFailed) as failed:
        say(f"{count} viewers: not all of them had a picture: {failed.exceptions[0]!r}")
    if audience is None:
        return None
    return Crowd(count, {name: spent_s / audience.seconds for name, spent_s in meter.spent_s.items()}, audience)
