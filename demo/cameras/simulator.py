"""Simulated cameras: one process that serves looped clips over RTSP, as many cameras as its configuration names.

Invariants: frame n of a loop of N is sent when floor(t * fps) mod N == n for the wall clock t, so every client of a
camera sees the same picture and a clock burned into it is true; a client joins at whatever frame is due, mostly
mid-GOP.
"""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from demo.cameras import behaviour, conversation, film, rtp, rtsp
from demo.cameras.behaviour import Behaviour, Fault
from demo.cameras.configuration import CameraSetting, Configuration
from demo.cameras.feed import Feed, reset
from demo.cameras.film import Film

CATCH_UP_S = 2.0  # further behind than this, the missed frames are skipped, as after a suspended machine

WELL = Behaviour(fault=Fault.STALL, until_s=0.0)
HANGING_UP = (Fault.FIN, Fault.RST, Fault.REBOOT_LOOP)


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

    def __init__(self, setting: CameraSetting, films: Mapping[Path, Film], *, ready_at: float) -> None:
        self._setting = setting
        self._behaviour = setting.behaviour or WELL
        self._ready_at = ready_at
        self._film = films[setting.clip]
        self._other = films[self._behaviour.clip or setting.clip]
        self._feeds: set[Feed] = set()
        self._ticking: asyncio.Task[None] | None = None

    def fault(self, now: float) -> Fault | None:
        """What is wrong with it now."""
        return self._behaviour.at(now - self._ready_at)

    def answer(self, state: conversation.State, request: rtsp.Request, fault: Fault | None) -> conversation.Answer:
        """Next state and response, right or as the fault has it."""
        refused = behaviour.refusal(request, fault, target=self._behaviour.target)
        if refused:
            return state, refused
        sdp = behaviour.described(self._shown_by(fault).sdp(self._setting.fps), fault)
        password = self._setting.password.get_secret_value()
        account = conversation.Account(self._setting.username, password, sdp)
        return conversation.answer(state, request, {self._setting.path: account})

    def join(self, state: conversation.State, transport: asyncio.WriteTransport) -> Feed:
        """Send to a client from now on."""
        wraps = self._behaviour.fault is Fault.CLOCK_WRAPPED
        offset = -int(self._began_at * rtp.CLOCK_HZ) if wraps else None
        feed = Feed(transport, channel=state.channel, ssrc=state.ssrc, sequence=state.sequence, offset=offset)
        self._feeds.add(feed)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())
        return feed

    def leave(self, feed: Feed) -> None:
        self._feeds.discard(feed)

    @property
    def _began_at(self) -> float:
        return self._ready_at + self._behaviour.after_s

    def _shown_by(self, fault: Fault | None) -> Film:
        return self._other if fault is Fault.OTHER_CLIP else self._film

    async def _tick(self) -> None:
        fps = self._setting.fps
        sent = int(time.time() * fps)
        while self._feeds:
            await asyncio.sleep(max(0.0, (sent + 1) / fps - time.time()))
            for count in due(sent, time.time(), fps=fps):
                self._send(count)
                sent = count

    def _send(self, count: int) -> None:
        fps, fault = self._setting.fps, self.fault(count / self._setting.fps)
        if fault in HANGING_UP:
            for feed in self._feeds:
                feed.hang_up(abruptly=fault is not Fault.FIN)
            self._feeds.clear()
            return
        film = self._shown_by(fault)
        whole = film.units[count % len(film.units)]
        packets = film.payloads(behaviour.shown(whole, fault, chance=[random.random() for _ in whole]))
        shift = behaviour.clock_shift(int((count / fps - self._began_at) * rtp.CLOCK_HZ), fault)
        if packets:
            self._feeds -= {feed for feed in self._feeds if not feed.send(packets, count, fps=fps, shift=shift)}


class Simulator:
    """The cameras by path, and the clients that talk to them."""

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        self._cameras = cameras
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
                camera, before = self._cameras.get(request.path), state
                fault = camera.fault(time.time()) if camera else None
                if fault is Fault.REBOOT_LOOP:
                    reset(writer.transport)
                    return
                if fault is Fault.SILENT:
                    continue
                if camera:
                    state, response = camera.answer(before, request, fault)
                else:
                    state, response = conversation.answer(before, request, {})
                writer.write(rtsp.render(response, request.cseq))
                if camera and state.playing and not before.playing:
                    watching.callback(camera.leave, camera.join(state, writer.transport))
                elif before.playing and not state.playing:
                    watching.close()


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
    clips = {clip for camera in settings.cameras for clip in _clips(camera)}
    films = {clip: film.load(clip) for clip in clips}
    ready_at = time.time()
    simulator = Simulator({camera.path: Camera(camera, films, ready_at=ready_at) for camera in settings.cameras})
    server = await asyncio.start_server(
        simulator.serve, settings.listen, settings.port, limit=rtsp.HEAD_MAX_BYTES, backlog=128
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await simulator.close()


def _clips(camera: CameraSetting) -> tuple[Path, ...]:
    other = camera.behaviour.clip if camera.behaviour else None
    return (camera.clip, other) if other else (camera.clip,)
