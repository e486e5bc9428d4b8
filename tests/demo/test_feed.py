import asyncio
import socket

import pytest

from demo.cameras import feed


async def connected():
    """A writing transport and the socket of a client that does not read unless the test does."""
    ours, theirs = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=ours)
    return writer, theirs


def make(writer):
    return feed.Feed(writer.transport, channel=0, ssrc=1, sequence=65535)


def test_a_client_that_does_not_read_is_dropped_at_two_megabytes():
    async def run():
        writer, theirs = await connected()
        sent = 0
        slow = make(writer)
        while slow.send([b"x" * 1400] * 100, sent, fps=15):
            sent += 1
            assert sent * 140_000 < 2 * feed.QUEUE_MAX_BYTES
        assert writer.transport.is_closing()
        assert sent * 140_000 > feed.QUEUE_MAX_BYTES
        assert not slow.send([b"x"], sent, fps=15)
        theirs.close()

    asyncio.run(run())


@pytest.mark.parametrize(("count", "reports"), [(1, 1), (75, 1), (76, 2), (151, 3)])
def test_a_sender_report_leads_and_then_comes_every_five_seconds(count, reports):
    async def run():
        writer, theirs = await connected()
        view = make(writer)
        for number in range(27_000_000_000, 27_000_000_000 + count):
            assert view.send([b"x"], number, fps=15)
        theirs.settimeout(5)
        expected = count * (4 + 12 + 1) + reports * 32
        received = b""
        while len(received) < expected:
            received += theirs.recv(65536)
        assert len(received) == expected
        assert received[:2] == b"$\x01"
        writer.transport.abort()
        theirs.close()

    asyncio.run(run())
