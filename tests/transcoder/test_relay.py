"""The relay between a client and a camera that are plain sockets of the test."""

import asyncio
import contextlib
import time

import pytest

from tests.transcoder.waiting import arrives
from transcoder.command import Source
from transcoder.relay import Relay

OK = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
MOVED = b"RTSP/1.0 302 Moved\r\nLocation: rtsp://127.0.0.2:1/\r\n\r\n"


@contextlib.asynccontextmanager
async def between():
    """A relay, the client's two ends and the camera's."""
    arrived = asyncio.Queue()

    async def visited(reader, writer):
        await arrived.put((reader, writer))

    server = await asyncio.start_server(visited, "127.0.0.1", 0)
    async with server:
        relay = Relay(Source("127.0.0.1", server.sockets[0].getsockname()[1], "/a", "viewer", "secret"))
        client = await asyncio.open_connection(relay.source.host, relay.source.port)
        camera = await asyncio.wait_for(arrived.get(), 5)
        yield relay, client, camera
        relay.close()
        client[1].close()
        camera[1].close()


async def read(reader, size):
    return await asyncio.wait_for(reader.readexactly(size), 5)


async def test_both_directions_pass_and_only_the_address_is_another():
    async with between() as (relay, (from_relay, to_relay), (from_client, to_client)):
        assert (relay.source.path, relay.source.username, relay.source.password) == ("/a", "viewer", "secret")
        to_relay.write(b"DESCRIBE x RTSP/1.0\r\n\r\n")
        assert await read(from_client, 23) == b"DESCRIBE x RTSP/1.0\r\n\r\n"
        to_client.write(OK)
        assert await read(from_relay, len(OK)) == OK


async def test_a_redirect_ends_both_connections_and_the_client_sees_none_of_it():
    async with between() as (relay, (from_relay, _), (from_client, to_client)):
        to_client.write(OK + MOVED)
        assert await asyncio.wait_for(from_relay.read(), 5) in {b"", OK}
        assert await asyncio.wait_for(from_client.read(), 5) == b""
        assert relay.refusal == "camera_redirects"


async def test_after_play_bytes_pass_unread_with_what_was_held_back_before_them():
    async with between() as (relay, (from_relay, to_relay), (from_client, to_client)):
        to_client.write(OK[:10])
        to_relay.write(b"PLAY x RTSP/1.0\r\n\r\n")
        await read(from_client, 19)
        assert relay.flowing_since is None, "its answer to PLAY is no picture, but nothing came yet at all"
        began_at = time.monotonic()
        to_client.write(OK[10:] + b"$\x00\x00\x01x" + b"anything")
        assert await read(from_relay, len(OK) + 13) == OK + b"$\x00\x00\x01xanything"
        assert relay.refusal is None
        assert began_at <= relay.flowing_since <= time.monotonic()


async def test_the_goodbye_of_a_client_that_has_ended_still_reaches_the_camera():
    async with between() as (relay, (_, to_relay), (from_client, _)):
        to_relay.write(b"TEARDOWN x RTSP/1.0\r\n\r\n")
        to_relay.close()
        relay.close()
        assert await asyncio.wait_for(from_client.read(), 5) == b"TEARDOWN x RTSP/1.0\r\n\r\n"


async def test_the_door_opens_once():
    async with between() as (relay, _, _):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(relay.source.host, relay.source.port)


async def test_a_door_that_nobody_came_through_is_closed():
    relay = Relay(Source("127.0.0.1", 1, "/a"))
    relay.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(relay.source.host, relay.source.port)


async def test_a_camera_that_is_not_there_is_said_so():
    relay = Relay(Source("127.0.0.1", 1, "/a"))
    from_relay, writer = await asyncio.open_connection(relay.source.host, relay.source.port)
    assert await asyncio.wait_for(from_relay.read(), 5) == b""
    await arrives(lambda: relay.refusal == "camera_unreachable")
    writer.close()
