"""How many cameras a core carries: more and more of them, each with its whole ladder, until the host takes something from one.

Three questions. *Before anything is given up*: cameras with all their rungs while brown-out takes nothing from anybody. *Before parts
are late*: the same with brown-out switched off, until one part in twenty comes more than 0.3 s after the one before it. *Twice as many
as fit*: what becomes of them; no stream may be without a picture, and the most urgent one gives nothing.
"""

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import host
from tests.bench.altered import altered
from tests.bench.gaps import Watcher, watching
from tests.bench.report import Figure
from tests.transcoder.running import Transcoder
from tests.transcoder.waiting import until

LATE_S = 0.3
MOST = 16
BEFORE_LOOKING_S = 3.0  # what the load looks back on, and the start of an encoder
STEPS = ("full", "no_top", "slow", "key_frames")
URGENT, OTHERS = 0, 3
STEP = re.compile(r'^transcoder_stream_step\{camera="([^"]+)"\} ([0-9.]+)', re.MULTILINE)
AGE = re.compile(r'^transcoder_stream_picture_age_seconds\{camera="([^"]+)"\} ([0-9.]+)', re.MULTILINE)
OLDEST_S = 5.0  # of a still: key frames come every 2 s
STARTED_WITHIN_S = 30.0


def measure(*, seconds: float = 3.0) -> Iterator[Figure]:
    """Each number of cameras is looked at for ``seconds``, after as long to settle."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(dir="var/bench") as name:
        desk = Path(name)
        cameras = host.several(MOST)
        ids = list(cameras)
        with host.simulated(desk / "cameras", cameras) as port:
            with host.transcoding(host.folder(desk, "unspared"), module=altered("unspared")) as transcoder:
                host.register(transcoder, cameras, port)
                late = ramp(transcoder, ids, seconds, is_over=lambda gap_s: gap_s > LATE_S)
            with host.transcoding(host.folder(desk, "spared")) as transcoder:
                host.register(transcoder, cameras, port)
                whole = ramp(transcoder, ids, seconds, is_over=lambda _: any(steps(transcoder).values()))
                yield Figure("cameras with all rungs before anything is given up", whole, "")
                yield Figure("… of one core", round(whole / cores, 2), "")
                yield Figure("cameras with all rungs before parts are late, brown-out off", late, "")
                yield Figure("… of one core", round(late / cores, 2), "")
                until(lambda: not transcoder.children(), within_s=STARTED_WITHIN_S)
            with host.transcoding(host.folder(desk, "twice")) as transcoder:
                host.register(transcoder, cameras, port)
                yield from crowded(transcoder, ids[: min(MOST, 2 * max(1, whole))], 5 * seconds)


def ramp(transcoder: Transcoder, ids: Sequence[str], seconds: float, *, is_over) -> int:
    """One camera more each time: how many there were before it was over."""
    with contextlib.ExitStack() as stack:
        watchers: list[Watcher] = []
        stack.callback(lambda: [transcoder.want(id_, seconds=-1) for id_ in ids])
        for id_ in ids:
            transcoder.want(id_, seconds=600)
            watchers.append(stack.enter_context(watching(transcoder.port, id_, host.RUNGS)))
            until(lambda: all(one.arrivals for one in watchers), within_s=STARTED_WITHIN_S)
            time.sleep(max(seconds, BEFORE_LOOKING_S))
            since = time.monotonic()
            time.sleep(seconds)
            now = time.monotonic()
            if is_over(max(one.gap_s(since, now, 0.95) for one in watchers)):
                return len(watchers) - 1
        return len(ids)


def crowded(transcoder: Transcoder, ids: Sequence[str], seconds: float) -> Iterator[Figure]:
    """All at once, the first of them for the most urgent incident."""
    with contextlib.ExitStack() as stack:
        for id_ in ids:
            host.want(transcoder, id_, priority=URGENT if id_ == ids[0] else OTHERS, seconds=600)
        first, *_ = [stack.enter_context(watching(transcoder.port, id_, host.RUNGS)) for id_ in ids]
        until(lambda: len(ages(transcoder)) == len(ids), within_s=STARTED_WITHIN_S)
        time.sleep(2 * seconds)  # one step each three seconds
        since, oldest, urgent = time.monotonic(), dict.fromkeys(ids, 0.0), 0
        while time.monotonic() - since < seconds:
            looked, given = ages(transcoder), steps(transcoder)
            oldest = {id_: max(oldest[id_], looked.get(id_, float("inf"))) for id_ in ids}
            urgent = max(urgent, given[ids[0]])
            time.sleep(0.5)
        gap_s = first.gap_s(since, time.monotonic(), 0.95)
        what = f"{len(ids)} cameras, twice as many as fit"
        yield Figure(f"{what}: without a picture", sum(age > OLDEST_S for age in oldest.values()), "", 0)
        yield Figure(f"{what}: oldest picture of any", round(max(oldest.values()), 1), "s", OLDEST_S)
        yield Figure(f"{what}: steps the most urgent one gave", urgent, "", 0)
        yield Figure(f"{what}: … its time between parts, p95", round(gap_s, 2), "s", LATE_S)
        for number, name in enumerate(STEPS):
            yield Figure(f"{what}: with {name} in the end", list(given.values()).count(number), "")


def steps(transcoder: Transcoder) -> dict[str, int]:
    """What each stream has given up, by camera."""
    return {id_: int(float(step)) for id_, step in STEP.findall(transcoder.get("/metrics")[1])}


def ages(transcoder: Transcoder) -> dict[str, float]:
    """Seconds since each stream's newest picture; those without one are left out."""
    return {id_: float(age) for id_, age in AGE.findall(transcoder.get("/metrics")[1])}
