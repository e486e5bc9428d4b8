"""No clock but our own monotonic one makes time: not the host's, which may be set, and not a camera's.

Each row is a camera from its packets on: what its ingest gives is made up, the encoder is a real ffmpeg, all at once.
"""

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import imageio_ffmpeg
import pytest
import uvloop

from tests.transcoder.clocks import FLOOD, ROWS
from tests.transcoder.waiting import arrives
from transcoder import feeding, ladder, settings
from transcoder.camera import Camera
from transcoder.command import Source
from transcoder.feeding import Tools
from transcoder.history import History
from transcoder.ingest import MOST_A_SECOND, Ingest
from transcoder.leases import Grant
from transcoder.plan import Profile
from transcoder.policy import Do
from transcoder.registered import Registered

pytestmark = pytest.mark.process
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
ONE_RUNG = replace(ladder.DEFAULT, rungs=ladder.DEFAULT.rungs[:1])
LOOK_S = 0.02
SEEN_S = 14.0
SETTLED_S = 1.0  # after the first picture
OFF_SHARE = 0.05
MOST_AT_ONCE_S = 1.0
OLDEST_S, AHEAD_S = 1.5, 0.2
BUSY_S = 0.5  # what a machine with other work to do may add
LEAST_SHARE = 0.85  # of the grid's places with a picture of the camera
SOURCE = Source("127.0.0.1", 1, "/")


@dataclass
class Seen:
    """Of one camera, at each look: when (monotonic), parts made, age of the newest picture."""

    looks: list = field(default_factory=list)
    dates: set = field(default_factory=set)  # of its packets
    ended: dict = field(default_factory=dict)

    @property
    def settled(self):
        first_at = next(at for at, parts, _ in self.looks if parts)
        return [look for look in self.looks if look[0] >= first_at + SETTLED_S]


def program(folder, film, row):
    """An ffmpeg whose ingests are the stand-in's ``row``."""
    path = folder / row
    stand_in = f'exec "{sys.executable}" "{Path(__file__).with_name("clocks.py")}" "{film}" {row} "${{last#pipe:}}"'
    path.write_text(
        f'#!/bin/sh\nfor last; do :; done\ncase "$*" in *concat*) {stand_in};; esac\nexec "{FFMPEG}" "$@"\n'
    )
    path.chmod(0o755)
    return str(path)


def camera(folder, film, row):
    known = Registered("centre", SOURCE, None, (Profile("main", "/"),), (), None)
    tools = Tools(program(folder, film, row), settings.DEJAVU, ONE_RUNG)
    return Camera(row, Grant(1, time.monotonic(), known), History(), tools)


async def watched(cameras):
    """What was seen of each."""
    seen = {one.id: Seen() for one in cameras}
    for one in cameras:
        one.show()

    def look(*, is_wanted):
        now = time.monotonic()
        for one in cameras:
            one.step(is_wanted=is_wanted, may_start=lambda: True, now=now)
            if one.stream:
                picture = one.picture
                seen[one.id].dates |= {
                    ingest.gop.packets[-1].at for ingest in one.pull.ingests.values() if ingest.gop.packets
                }
                seen[one.id].looks.append((now, one.stream.packager.parts, picture.age_s if picture else None))
        return is_wanted or all(one.is_gone for one in cameras)

    ends_at = time.monotonic() + SEEN_S
    while time.monotonic() < ends_at:
        look(is_wanted=True)
        await asyncio.sleep(LOOK_S)
    for one in cameras:
        seen[one.id].ended = dict(one.history.ended)
        one.hide()
    await arrives(partial(look, is_wanted=False))
    return seen


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.flv"
    argv = [FFMPEG, "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=15", "-frames:v", "30"]
    subprocess.run([*argv, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "15", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def scene(tmp_path_factory, film):
    folder = tmp_path_factory.mktemp("clocks")
    return uvloop.run(watched([camera(folder, film, row) for row in ROWS]))


@pytest.mark.parametrize("row", ROWS)
def test_no_clock_makes_time_run_faster_or_slower(scene, row):
    (first_at, first, _), *_, (last_at, last, _) = scene[row].settled
    took_s = last_at - first_at
    uneven_s = ONE_RUNG.part_s + ROWS[row].burst_s
    assert abs((last - first) * ONE_RUNG.part_s - took_s) <= OFF_SHARE * took_s + uneven_s


@pytest.mark.parametrize("row", ROWS)
def test_no_clock_makes_a_burst_of_repeated_pictures(scene, row):
    looks = scene[row].settled
    made = [
        (after - before) * ONE_RUNG.part_s - (at - before_at)
        for (before_at, before, _), (at, after, _) in zip(looks, looks[1:], strict=False)
    ]
    assert max(made) <= MOST_AT_ONCE_S


@pytest.mark.parametrize("row", ROWS)
def test_no_clock_makes_a_picture_older_or_newer_than_it_is(scene, row):
    ages = [age_s for _, _, age_s in scene[row].settled]
    assert min(ages) >= -AHEAD_S
    assert max(ages) <= OLDEST_S + BUSY_S


@pytest.mark.parametrize("row", ROWS)
def test_no_clock_ends_a_camera_that_is_dated_by_arrival(scene, row):
    assert scene[row].ended == {}


@pytest.mark.parametrize("row", [row for row in ROWS if not ROWS[row].is_bursting])
def test_no_clock_dates_pictures_upon_each_other(scene, row):
    seen = scene[row]
    places = {int(at * ONE_RUNG.fps) for at in seen.dates if at >= seen.settled[0][0]}
    took_s = seen.looks[-1][0] - seen.settled[0][0]
    assert len(places) >= LEAST_SHARE * ONE_RUNG.fps * took_s


@pytest.mark.parametrize("set_by", [timedelta(hours=1), timedelta(hours=-1)])
async def test_when_the_hosts_clock_is_set_pictures_are_dated_by_it_from_the_next_epoch_on(
    tmp_path, film, monkeypatch, set_by
):
    class Set(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + set_by

    def look(*, is_wanted=True):
        one.step(is_wanted=is_wanted, may_start=lambda: True, now=time.monotonic())
        return one

    one = camera(tmp_path, film, "well")
    packager = one.show().packager
    await arrives(lambda: look() and packager.is_playable)
    before = packager.segments[-1].epoch
    monkeypatch.setattr(feeding, "datetime", Set)
    await arrives(lambda: look() and packager.segments[-1].epoch is not before)
    await arrives(lambda: look() and packager.epoch_parts >= ONE_RUNG.segment_parts)
    assert abs((one.picture.taken_at - Set.now(UTC)).total_seconds()) <= OLDEST_S
    assert len({segment.epoch.name for segment in packager.segments}) == 2, "one epoch more, and no storm of them"
    one.hide()
    await arrives(lambda: look(is_wanted=False).is_gone)


@pytest.mark.parametrize(("row", "promised_fps"), [("camera-fast", 10.0), ("camera-slow", 25.0)])
async def test_where_pictures_are_counted_another_rate_than_promised_ends_the_camera_with_a_code(
    tmp_path, film, row, promised_fps
):
    started_at = time.monotonic()
    ingest = Ingest(program(tmp_path, film, row), SOURCE, lambda _: None, fps=promised_fps, now=started_at)
    await arrives(lambda: ingest.seen.broken)
    assert ingest.seen.broken == "camera_cadence"
    assert ingest.first_at is not None
    ingest.take(Do.KILL, now=time.monotonic())
    await arrives(lambda: ingest.poll() is not None)


async def test_a_camera_that_floods_us_with_pictures_is_ended_with_a_code(tmp_path, film):
    started_at = time.monotonic()
    ingest = Ingest(program(tmp_path, film, FLOOD), SOURCE, lambda _: None, fps=None, now=started_at)
    await arrives(lambda: ingest.seen.broken)
    assert ingest.seen.broken == "camera_cadence"
    assert len(ingest.gop.packets) <= MOST_A_SECOND
    ingest.take(Do.KILL, now=time.monotonic())
    await arrives(lambda: ingest.poll() is not None)
