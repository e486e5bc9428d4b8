import asyncio
import gzip

import pytest

from tests.transcoder.feeding import fed, feed
from transcoder.stream import Stream, StreamEnded


async def test_everyone_who_waits_is_woken_by_one_publish():
    stream = Stream(fed(2))
    waiting = [
        asyncio.ensure_future(stream.until(lambda: len(stream.packager.segments) > 2, timeout_s=5)) for _ in range(500)
    ]
    await asyncio.sleep(0)
    feed(stream.packager, 3, start=6)
    stream.publish()
    assert all(await asyncio.wait_for(asyncio.gather(*waiting), timeout=2)), "woken, not timed out"


async def test_a_publish_that_brings_something_else_wakes_nobody_for_good():
    stream = Stream(fed(2))
    waiting = asyncio.ensure_future(stream.until(lambda: False, timeout_s=0.05))
    await asyncio.sleep(0)
    stream.publish()
    assert await waiting is False


async def test_what_is_there_is_not_waited_for():
    assert await Stream(fed(2)).until(lambda: True, timeout_s=0)


async def test_the_end_lets_go_of_everyone_and_of_those_who_come_later():
    stream = Stream(fed(2))
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
    stream = Stream(fed(2))
    plain, packed = (stream.playlist("360p", compressed=compressed) for compressed in (False, True))
    assert gzip.decompress(packed) == plain
    assert stream.playlist("360p", compressed=False) is plain
    assert stream.playlist("360p", compressed=True) is packed
    assert stream.playlist("240p", compressed=False) != plain
    feed(stream.packager, 3, start=6)
    stream.publish()
    assert stream.playlist("360p", compressed=False) != plain
