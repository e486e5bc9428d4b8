import asyncio
import contextlib
import json
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from tests.transcoder.feeding import INIT, NOON, RUNGS, begin, fed, feed
from transcoder import origin, playlist
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager
from transcoder.plan import Profile, offer
from transcoder.stream import Still, Stream

FULL_HD = Profile(name="main", path="/", width_px=1920, height_px=1080)
OFFER = offer([FULL_HD], DEFAULT, masked=False)


class Served:
    """The origin over one fed stream, camera ``cam``, and what an HTTP client sees of it."""

    def __init__(self, stream, session, server):
        self.stream, self.session, self.server = stream, session, server

    async def get(self, path, **headers):
        async with self.session.get(self.server.make_url(path), headers=headers) as response:
            return response, await response.read()

    async def code(self, path):
        response, body = await self.get(path)
        assert response.content_type == "application/problem+json"
        assert response.headers["Cache-Control"] == "no-store"
        problem = json.loads(body)
        assert problem["status"] == response.status
        return response.status, problem["code"]

    async def held(self, path):
        """A request that is on its way and not answered yet."""
        asked = asyncio.ensure_future(self.get(path))
        done, _ = await asyncio.wait((asked,), timeout=0.15)
        assert not done, f"{path} was answered at once: {asked.result()}"
        return asked

    def grow(self, parts):
        feed(self.stream.packager, 3 * parts, start=3 * self.stream.packager.epoch_parts)
        self.stream.publish()


@contextlib.asynccontextmanager
async def served(packager, *, on_look=None, offered=OFFER):
    stream = Stream(packager, offered)
    streams = {"cam": stream}

    async def look():
        if on_look:
            on_look(streams, stream)

    door = origin.Origin(
        streams, look=look, health=lambda: {"ok": stream.refusal is None}, measure=lambda: b"transcoder_load 0.5\n"
    )
    if on_look:
        streams.clear()
    async with TestServer(door.app()) as server, ClientSession() as session:
        yield Served(stream, session, server)


async def test_the_multivariant_is_answered_before_there_is_any_picture():
    async with served(Packager(DEFAULT)) as at:
        response, body = await at.get("/live/cam/index.m3u8")
    assert (response.status, response.content_type) == (200, "application/vnd.apple.mpegurl")
    assert response.headers["Cache-Control"] == "no-store"
    assert body.decode() == OFFER.multivariant


async def test_a_media_playlist_is_held_until_the_stream_is_playable():
    packager = Packager(DEFAULT)
    begin(packager)
    async with served(packager) as at:
        asked = await at.held("/live/cam/240p/index.m3u8")
        at.grow(1)
        assert not (await asyncio.wait((asked,), timeout=0.1))[0], "a playlist of one part may not be served"
        at.grow(1)
        response, body = await asked
    assert response.status == 200
    assert body.decode() == playlist.media(packager, "240p", RUNGS)


@pytest.mark.parametrize(
    ("query", "first_part"),
    [("_HLS_msn=8&_HLS_part=0", 1), ("_HLS_msn=8&_HLS_part=2", 3), ("_HLS_msn=7&_HLS_part=10", 1), ("_HLS_msn=8", 10)],
)
async def test_a_reload_is_held_until_the_playlist_has_what_it_asks_for(query, first_part):
    async with served(fed(20)) as at:
        asked = await at.held(f"/live/cam/360p/index.m3u8?{query}")
        at.grow(first_part - 1)
        if first_part > 1:
            assert not (await asyncio.wait((asked,), timeout=0.1))[0]
        at.grow(1)
        response, body = await asked
        assert response.status == 200
        assert body == at.stream.playlist("360p", compressed=False)


@pytest.mark.parametrize(
    "query", ["", "?_HLS_msn=0", "?_HLS_msn=3&_HLS_part=9", "?_HLS_msn=7&_HLS_part=9", "?x=1&_HLS_skip=YES"]
)
async def test_what_is_there_is_answered_at_once(query):
    async with served(fed(20)) as at:
        response, body = await asyncio.wait_for(at.get(f"/live/cam/360p/index.m3u8{query}"), timeout=2)
        assert (response.status, body.decode()) == (200, playlist.media(at.stream.packager, "360p", RUNGS))


@pytest.mark.parametrize(
    "query",
    [
        "_HLS_part=0",
        "_HLS_msn=x",
        "_HLS_msn=",
        "_HLS_msn=-1",
        "_HLS_msn=7&_HLS_part=-1",
        "_HLS_msn=7&_HLS_part=1.5",
        "_HLS_msn=10",
        "_HLS_msn=99999",
        "_HLS_msn=7&_HLS_part=25",
        "_HLS_msn=7&_HLS_msn=8",
    ],
)
async def test_a_reload_that_cannot_be_met_is_400(query):
    async with served(fed(20)) as at:
        assert await at.code(f"/live/cam/360p/index.m3u8?{query}") == (400, "reload_invalid")


async def test_a_reload_that_waits_three_target_durations_is_503(monkeypatch):
    monkeypatch.setattr(origin, "HOLD_TARGETS", 0.1)
    async with served(fed(20)) as at:
        response, body = await at.get("/live/cam/360p/index.m3u8?_HLS_msn=8")
    assert (response.status, json.loads(body)["code"], response.headers["Retry-After"]) == (503, "stream_stalled", "1")


async def test_a_stream_that_does_not_start_is_503(monkeypatch):
    monkeypatch.setattr(origin, "START_S", 0.2)
    async with served(fed(1)) as at:
        response, body = await at.get("/live/cam/360p/index.m3u8")
    assert (response.status, json.loads(body)["code"], response.headers["Retry-After"]) == (503, "stream_starting", "1")


async def test_a_camera_that_refuses_us_is_said_at_once_to_those_who_wait():
    async with served(Packager(DEFAULT)) as at:
        asked = await at.held("/live/cam/360p/index.m3u8")
        at.stream.refusal = "camera_unauthorized"
        at.stream.publish()
        response, body = await asked
    assert (response.status, json.loads(body)["code"]) == (503, "camera_unauthorized")


async def test_the_hinted_part_is_held_until_it_is_whole_and_is_then_what_the_playlist_names():
    async with served(fed(20)) as at:
        hint = at.stream.packager.hint
        asked = await at.held(f"/live/cam/360p/{hint}")
        at.grow(1)
        response, body = await asked
        assert (response.status, response.content_type) == (200, "video/iso.segment")
        assert f'URI="{hint}"' in playlist.media(at.stream.packager, "360p", RUNGS)
        assert body == at.stream.packager.content("360p", hint)


def test_what_shows_something_is_held_for_less_than_the_second_in_which_an_ended_access_must_be_over():
    assert origin.HELD_PICTURE_S < 1


async def test_a_part_that_does_not_come_soon_is_not_given_to_who_was_allowed_before_the_wait(monkeypatch):
    monkeypatch.setattr(origin, "HELD_PICTURE_S", 0.2)
    async with served(fed(20)) as at:
        hint = at.stream.packager.hint
        asked = await at.held(f"/live/cam/360p/{hint}")
        response, body = await asyncio.wait_for(asked, timeout=5)
        assert (response.status, json.loads(body)["code"], response.headers["Retry-After"]) == (
            503,
            "stream_stalled",
            "1",
        )
        at.grow(1)
        assert (await at.get(f"/live/cam/360p/{hint}"))[0].status == 200, "whoever asks again is asked about again"


async def test_a_hinted_part_that_never_comes_is_404_when_its_run_ends():
    async with served(fed(20)) as at:
        asked = await at.held(f"/live/cam/360p/{at.stream.packager.hint}")
        at.stream.packager.end()
        at.stream.publish()
        response, _ = await asked
    assert response.status == 404


@pytest.mark.parametrize(
    "path", ["360p/index.m3u8?_HLS_msn=8", "360p/00000001-8.0.m4s", "360p/index.m3u8?_HLS_msn=7&_HLS_part=10"]
)
async def test_those_who_wait_are_let_go_when_the_camera_is_no_longer_wanted(path):
    async with served(fed(20)) as at:
        asked = await at.held(f"/live/cam/{path}")
        at.stream.end()
        response, body = await asyncio.wait_for(asked, timeout=1)
    assert (response.status, json.loads(body)["code"]) == (410, "stream_ended")


async def test_bytes_are_served_with_their_type_and_may_be_kept():
    async with served(fed(21)) as at:
        for name, kind in (
            (f"init-{INIT['540p']}.mp4", "video/mp4"),
            ("00000001-7.m4s", "video/iso.segment"),
            ("00000001-8.0.m4s", "video/iso.segment"),
        ):
            response, body = await at.get(f"/live/cam/540p/{name}")
            assert (response.status, response.content_type) == (200, kind)
            assert response.headers["Cache-Control"] == "public, max-age=60, immutable"
            known = at.stream.packager.content("540p", name) or at.stream.packager.init("540p", INIT["540p"])
            assert body == known


@pytest.mark.parametrize(
    "path",
    [
        "/live/cam/540p/init-00000002.mp4",
        "/live/cam/540p/00000001-9.m4s",
        "/live/cam/540p/00000001-8.1.m4s",  # beyond the hint
        "/live/cam/540p/00000002-8.0.m4s",
        "/live/cam/720p/00000001-7.m4s",
        "/live/cam/720p/index.m3u8",
        "/live/cam/720p/init-00000001.mp4",
        "/live/other/index.m3u8",
        "/live/other/540p/index.m3u8",
        "/live/other/540p/00000001-7.m4s",
        "/live/other/540p/init-00000001.mp4",
        "/live/other/still.jpg",
    ],
)
async def test_what_is_not_there_is_404(path):
    async with served(fed(20)) as at:
        assert (await at.code(path))[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/live/cam/540p/..%2f360p%2findex.m3u8",
        "/live/cam%0a/index.m3u8",
        "/live/cam/540p/index.m3u8%0a",
        "/live/cam/540p/00000001-7.m4s%00",
        "/live/c.m/index.m3u8",
        "/live/" + "c" * 65 + "/index.m3u8",
        "/",
    ],
)
async def test_a_path_of_another_shape_is_404(path):
    async with served(fed(20)) as at:
        assert (await at.get(path))[0].status == 404


async def test_only_reading_is_allowed():
    async with served(fed(20)) as at, at.session.post(at.server.make_url("/live/cam/index.m3u8")) as response:
        assert response.status == 405


async def test_a_playlist_is_compressed_for_those_who_ask():
    async with served(fed(20)) as at:
        for accepted, encoding in (("gzip, br", "gzip"), ("identity", None)):
            response, body = await at.get("/live/cam/360p/index.m3u8", **{"Accept-Encoding": accepted})
            assert response.headers.get("Content-Encoding") == encoding
            assert response.headers["Vary"] == "Accept-Encoding"
            assert body.decode() == playlist.media(at.stream.packager, "360p", RUNGS)


async def test_a_camera_that_is_not_known_yet_is_looked_for_before_it_is_refused():
    def found(streams, stream):
        streams["cam"] = stream

    async with served(fed(2), on_look=found) as at:
        assert (await at.get("/live/cam/240p/index.m3u8"))[0].status == 200


async def test_rungs_that_a_camera_is_not_offered_in_have_no_playlist_and_nobody_watches_them():
    small = offer([replace(FULL_HD, width_px=640, height_px=360)], DEFAULT, masked=False)
    async with served(fed(20), offered=small) as at:
        assert (await at.get("/live/cam/360p/index.m3u8"))[0].status == 200
        assert await at.code("/live/cam/540p/index.m3u8") == (404, "stream_unknown")
        assert (await at.get("/live/cam/index.m3u8"))[1].decode().count(".m3u8") == 2
        assert set(at.stream.watching.rungs) == {"360p"}


async def test_a_reload_that_waits_is_told_at_once_that_there_are_stills_only():
    async with served(fed(20)) as at:
        asked = await at.held("/live/cam/360p/index.m3u8?_HLS_msn=8")
        assert at.stream.viewers == 1
        at.stream.refusal = "stills_only"
        at.stream.publish()
        response, body = await asyncio.wait_for(asked, timeout=1)
        assert (response.status, json.loads(body)["code"]) == (503, "stills_only")
        assert at.stream.viewers == 0


STILL = Still(NOON, b"\xff\xd8 a picture \xff\xd9")


async def test_the_first_still_is_waited_for_and_says_when_it_was_taken():
    async with served(Packager(DEFAULT)) as at:
        asked = await at.held("/live/cam/still.jpg")
        assert at.stream.watching.still_at
        at.stream.show(STILL)
        response, body = await asked
        assert (response.status, response.content_type, body) == (200, "image/jpeg", STILL.jpeg)
        assert response.headers["X-Captured-At"] == "2026-11-22T03:00:00.123Z"
        assert response.headers["Cache-Control"] == "no-store"
        assert (await asyncio.wait_for(at.get("/live/cam/still.jpg"), timeout=1))[0].status == 200, "the same, at once"


async def test_where_there_are_stills_only_the_first_still_is_waited_for_all_the_same():
    async with served(Packager(DEFAULT)) as at:
        at.stream.refusal = "stills_only"
        asked = await at.held("/live/cam/still.jpg")
        at.stream.show(STILL)
        assert (await asked)[0].status == 200


async def test_those_who_wait_for_a_still_are_let_go_when_the_camera_refuses_us_or_is_no_longer_wanted():
    async with served(Packager(DEFAULT)) as at:
        asked = await at.held("/live/cam/still.jpg")
        at.stream.refusal = "camera_unauthorized"
        at.stream.publish()
        response, body = await asyncio.wait_for(asked, timeout=1)
        assert (response.status, json.loads(body)["code"]) == (503, "camera_unauthorized")
        at.stream.refusal = None
        asked = await at.held("/live/cam/still.jpg")
        at.stream.end()
        response, body = await asyncio.wait_for(asked, timeout=1)
        assert (response.status, json.loads(body)["code"]) == (410, "stream_ended")


async def test_a_still_that_does_not_come_is_503(monkeypatch):
    monkeypatch.setattr(origin, "HELD_PICTURE_S", 0.2)
    async with served(Packager(DEFAULT)) as at:
        response, body = await at.get("/live/cam/still.jpg")
    assert (response.status, json.loads(body)["code"], response.headers["Retry-After"]) == (503, "stream_starting", "1")


async def test_the_numbers_are_served_to_prometheus():
    async with served(Packager(DEFAULT)) as at:
        response, body = await at.get("/metrics")
    assert (response.status, body) == (200, b"transcoder_load 0.5\n")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")


async def test_health_decides_the_status():
    async with served(fed(2)) as at:
        assert (await at.get("/healthz"))[0].status == 200
        at.stream.refusal = "any"
        assert (await at.get("/healthz"))[0].status == 503
