import asyncio
import contextlib
import gzip

import pytest

from tests.transcoder.feeding import NOON, fed, feed
from transcoder import playlist
from transcoder.ladder import DEFAULT
from transcoder.plan import Profile, offer
from transcoder.stream import Still, Stream, StreamEnded

OFFER = offer([Profile("main", "/")], DEFAULT, masked=False)


async def test_everyone_who_waits_is_woken_by_one_publish():
    stream = Stream(fed(2), OFFER)
    waiting = [
        asyncio.ensure_future(stream.until(lambda: len(stream.packager.segments) > 2, timeout_s=5)) for _ in range(500)
    ]
    await asyncio.sleep(0)
    feed(stream.packager, 3, start=6)
    stream.publish()
    assert all(await asyncio.wait_for(asyncio.gather(*waiting), timeout=2)), "woken, not timed out"


async def test_a_publish_that_brings_something_else_wakes_nobody_for_good():
    stream = Stream(fed(2), OFFER)
    waiting = asyncio.ensure_future(stream.until(lambda: False, timeout_s=0.05))
    await asyncio.sleep(0)
    stream.publish()
    assert await waiting is False


async def test_what_is_there_is_not_waited_for():
    assert await Stream(fed(2), OFFER).until(lambda: True, timeout_s=0)


async def test_the_end_lets_go_of_everyone_and_of_those_who_come_later():
    stream = Stream(fed(2), OFFER)
    waiting = asyncio.ensure_future(stream.until(lambda: False, timeout_s=5))
    await asyncio.sleep(0)
    stream.end()
    stream.end()
    stream.publish()
    with pytest.raises(StreamEnded):
        await waiting
    with pytest.raises(StreamEnded):
        await stream.until(lambda: True, timeout_s=5)


async def test_a_playlist_is_rendered_and_compressed_once_for_all_who_wait():
    stream = Stream(fed(2), OFFER)
    plain, packed = (stream.playlist("360p", compressed=compressed) for compressed in (False, True))
    assert gzip.decompress(packed) == plain
    assert stream.playlist("360p", compressed=False) is plain
    assert stream.playlist("360p", compressed=True) is packed
    assert stream.playlist("240p", compressed=False) != plain
    feed(stream.packager, 3, start=6)
    stream.publish()
    assert stream.playlist("360p", compressed=False) != plain


async def test_a_newer_still_wakes_those_who_wait_for_one():
    stream = Stream(fed(2), OFFER)
    waiting = asyncio.ensure_future(stream.until(lambda: stream.still is not None, timeout_s=5))
    await asyncio.sleep(0)
    stream.show(Still(NOON, b"jpeg"))
    assert await waiting
    assert stream.still == Still(NOON, b"jpeg")


async def test_viewers_are_counted_while_they_wait_whatever_ends_that():
    stream = Stream(fed(2), OFFER)
    with stream.viewer(), contextlib.suppress(StreamEnded), stream.viewer():
        assert stream.viewers == 2
        raise StreamEnded
    assert stream.viewers == 0


async def test_the_playlists_report_the_rungs_of_the_offer_and_no_other():
    small = offer([Profile("sub", "/", width_px=640, height_px=360)], DEFAULT, masked=False)
    stream = Stream(fed(2), small)
    text = stream.playlist("360p", compressed=False).decode()
    assert text == playlist.media(stream.packager, "360p", ("240p", "360p"))
    assert "540p" not in text
