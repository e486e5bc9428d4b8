"""A real ffmpeg, with a simulated camera on loopback."""

import contextlib
import itertools
import statistics
import time
from pathlib import Path

import pytest

from tests.transcoder.films import FFMPEG, film
from tests.transcoder.running import PASSWORD, simulated_camera
from tests.transcoder.waiting import arrives
from transcoder import flv, policy
from transcoder.command import Source
from transcoder.ingest import MOST_WAITED_S, Ingest
from transcoder.policy import Do

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with simulated_camera(tmp_path_factory.mktemp("camera")) as port:
        yield port


@contextlib.asynccontextmanager
async def pulled(port, *, path="/street", password=PASSWORD, fps=None):
    """An ingest and the packets that it has given."""
    given = []
    source = Source("127.0.0.1", port, path, "viewer", password)
    ingest = Ingest(FFMPEG, source, given.append, fps=fps, now=time.monotonic())
    try:
        yield ingest, given
    finally:
        ingest.take(Do.KILL, now=time.monotonic())
        await arrives(lambda: ingest.poll() is not None)


def pictures(given):
    return [packet for packet in given if not packet.tag.is_configuration]


async def test_packets_begin_with_a_key_frame_and_are_dated_from_when_the_camera_began_to_send(port):
    asked_at = time.monotonic()
    async with pulled(port) as (ingest, given):
        await arrives(lambda: ingest.pictures >= 20)
        assert given[0].tag.is_configuration
        dates = [packet.at for packet in pictures(given)]
        assert asked_at < ingest.relay.flowing_since
        assert ingest.relay.flowing_since <= dates[0] <= ingest.first_at
        between_s = [after - before for before, after in itertools.pairwise(dates)]
        assert min(between_s) >= 0
        assert statistics.median(between_s) < 0.3, "as the camera sends them, though the machine may be late with one"
        assert abs(time.monotonic() - dates[-1]) < 0.5
        assert ingest.gop.packets[0].tag.is_key
        assert ingest.seen.given_at >= ingest.first_at
        assert (ingest.gop.bytes > 0, ingest.poll()) == (True, None)
        assert ingest.seen.is_flowing


async def test_where_pictures_are_counted_their_dates_are_the_count(port):
    async with pulled(port, fps=15.0) as (ingest, given):
        await arrives(lambda: ingest.pictures >= 20)
        dates = [packet.at for packet in pictures(given)]
        assert dates == pytest.approx([dates[0] + n / 15 for n in range(len(dates))])
        assert ingest.seen.broken is None


@pytest.mark.parametrize("promised", [30.0, 5.0])
async def test_a_camera_that_does_not_keep_the_rate_it_promised_is_marked(port, promised):
    async with pulled(port, fps=promised) as (ingest, given):
        await arrives(lambda: ingest.seen.broken)
        assert ingest.seen.broken == "camera_cadence"
        assert "pictures a second were promised" in ingest.trouble
        count, more = len(given), given[-1].tag.written(1)
        ingest._reader = flv.Reader()
        ingest._receive("camera", flv.HEADER + more)
        assert len(given) == count, "nothing more is taken of it"


async def test_the_password_is_nowhere_to_be_read(port):
    async with pulled(port) as (ingest, given):
        await arrives(lambda: given)
        assert exposed(ingest.process.pid) == []
        assert "canary" not in repr(ingest.source)


def exposed(pid):
    """Of what others can read of a process, what has the password in it."""
    return [name for name in ("cmdline", "environ") if b"canary" in Path(f"/proc/{pid}/{name}").read_bytes()]


async def test_a_wrong_password_is_said_without_it(port):
    async with pulled(port, password="canary of another kind") as (ingest, _):
        await arrives(lambda: ingest.poll() is not None)
        assert policy.reason_of(ingest.process.said, had_pictures=False) == "camera_unauthorized"
        assert "canary" not in " ".join(ingest.process.said)


async def test_a_path_that_the_camera_does_not_have_is_said(port):
    async with pulled(port, path="/nowhere") as (ingest, _):
        await arrives(lambda: ingest.poll() is not None)
        assert policy.reason_of(ingest.process.said, had_pictures=False) == "camera_path_unknown"


async def test_a_camera_that_is_not_there_is_said_and_the_door_is_closed():
    async with pulled(1) as (ingest, given):
        await arrives(lambda: ingest.poll() is not None)
        assert (ingest.relay.refusal, given, ingest.seen.is_flowing) == ("camera_unreachable", [], False)


async def test_it_is_asked_to_quit_ends_and_gives_nothing_more(port):
    async with pulled(port) as (ingest, given):
        await arrives(lambda: ingest.pictures >= 5)
        ingest.take(Do.STOP, now=time.monotonic())
        count, asked_at = len(given), time.monotonic()
        await arrives(lambda: ingest.poll() is not None)
        assert ingest.poll() == 0
        assert time.monotonic() - asked_at < policy.GRACE_S
        assert len(given) == count


async def test_no_time_that_the_camera_or_the_hosts_clock_says_dates_a_picture_in_the_future_or_long_ago():
    async with pulled(1) as (ingest, given):
        configuration, *frames = [packet.tag for packet in film("color=gray:s=64x48", 0.4)]
        ingest._receive("camera", flv.HEADER + configuration.written(0))
        for tag, at_ms in zip(frames, (0, 40, 3_600_000, 3_600_040, 80), strict=False):
            began_at = time.monotonic()
            ingest._receive("camera", tag.written(at_ms))
            assert began_at - MOST_WAITED_S <= given[-1].at <= time.monotonic()
        assert ingest.pictures == 5


async def test_output_that_makes_no_sense_is_marked_and_no_more_of_it_is_read():
    async with pulled(1) as (ingest, given):
        ingest._receive("camera", b"this is no FLV stream")
        assert (ingest.seen.broken, ingest.trouble) == ("output_broken", "no FLV header")
        ingest._receive("camera", flv.HEADER)
        assert given == []
