"""Simulated cameras: one process that serves looped clips over RTSP, as many cameras as its configuration names.

Invariants: frame n of a loop of N is sent when floor(t * fps) mod N == n for the wall clock t, so every client of a
camera sees the same picture and a clock burned into it is true; a client joins at whatever frame is due, mostly
mid-GOP.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping

from demo.cameras import conversation, h264, rtp, rtsp
from demo.cameras.configuration import CameraSetting, Configuration
from demo.cameras.feed import Feed

CATCH_UP_S = 2.0  # further behind than this, the missed frames are skipped, as after a suspended machine


def due(sent: int, now: float, *, fps: float) -> range:
    """Frames since the epoch to send at ``now`` (epoch seconds) when ``sent`` was the last; empty when none is due.

    After a stepped clock or a sleep longer than CATCH_UP_S, only the present frame.
    """
    current = int(now * fps)
    if abs(current - sent) > CATCH_UP_S * fps:
        return range(current, current + 1)
    return range(sent + 1, current + 1)


class Camera:
    """One clip on the wall clock, sent to every feed that joined. It ticks only while somebody watches."""

    def __init__(self, setting: CameraSetting, track: h264.Track) -> None:
        password = setting.password.get_secret_value()
        self.account = conversation.Account(setting.username, password, rtp.sdp(track, fps=setting.fps))
        self._fps = setting.fps
        self._units = track.units
        self._feeds: set[Feed] = set()
        self._ticking: asyncio.Task[None] | None = None

    def join(self, feed: Feed) -> None:
        self._feeds.add(feed)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())

    def leave(self, feed: Feed) -> None:
        self._feeds.discard(feed)

    async def _tick(self) -> None:
        sent = int(time.time() * self._fps)
        while self._feeds:
            await asyncio.sleep(max(0.0, (sent + 1) / self._fps - time.time()))
            for count in due(sent, time.time(), fps=self._fps):
                packets = rtp.payloads(self._units[count % len(self._units)])
                self._feeds -= {feed for feed in self._feeds if not feed.send(packets, count, fps=self._fps)}
                sent = count


class Simulator:
    """The cameras by path, and the clients that talk to them."""

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        self._cameras = cameras
        self._accounts = {path: camera.account for path, camera in cameras.items()}
        self._clients: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves, is silent for longer than a session lasts, or sends what is no RTSP."""
        client = asyncio.ensure_future(self._converse(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)
        try:
            await client
        except rtsp.Malformed as error:
            writer.write(rtsp.render(rtsp.Response(error.status), error.cseq))
        except (TimeoutError, ConnectionError, EOFError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()

    async def close(self) -> None:
        """End every conversation."""
        clients = list(self._clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state = conversation.State(
            nonce=secrets.token_hex(16),
            session=secrets.token_hex(8),
            ssrc=secrets.randbits(32),
            sequence=secrets.randbits(16),
        )
        with contextlib.ExitStack() as watching:
            while True:
                async with asyncio.timeout(conversation.SESSION_TIMEOUT_S):
                    request = await next_request(reader)
                before = state
                state, response = conversation.answer(before, request, self._accounts)
                writer.write(rtsp.render(response, request.cseq))
                if state.playing and not before.playing:
                    self._play(state, writer.transport, watching)
                elif before.playing and not state.playing:
                    watching.close()

    def _play(
        self, state: conversation.State, transport: asyncio.WriteTransport, watching: contextlib.ExitStack
    ) -> None:
        camera = self._cameras[state.path or ""]
        feed = Feed(transport, channel=state.channel, ssrc=state.ssrc, sequence=state.sequence)
        camera.join(feed)
        watching.callback(camera.leave, feed)


async def next_request(reader: asyncio.StreamReader) -> rtsp.Request:
    """Next request of a connection; the client's own RTCP, interleaved between requests, is read and left out.

    Raises:
        Malformed: see ``rtsp.parse``, or a head longer than the reader's limit.
        IncompleteReadError: the client closed the connection.
    """
    while (first := await reader.readexactly(1)) in b"$\r\n":
        if first == b"$":
            framing = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(framing[1:]))
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise rtsp.Malformed(f"the head is longer than {rtsp.HEAD_MAX_BYTES} bytes") from error
    request = rtsp.parse(head.removesuffix(b"\r\n\r\n"))
    await reader.readexactly(request.content_length)
    return request


@contextlib.asynccontextmanager
async def serving(settings: Configuration) -> AsyncIterator[int]:
    """Serve the cameras while the block runs; yields the port.

    Raises:
        ClipUnusable: a clip is missing or no H.264 that can be looped.
        OSError: the address is taken or not this machine's.
    """
    tracks = {clip: h264.load(clip) for clip in {camera.clip for camera in settings.cameras}}
    simulator = Simulator({camera.path: Camera(camera, tracks[camera.clip]) for camera in settings.cameras})
    server = await asyncio.start_server(
        simulator.serve, settings.listen, settings.port, limit=rtsp.HEAD_MAX_BYTES, backlog=128
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await simulator.close()
