"""Simulated cameras: one process that serves looped clips over RTSP, as many cameras as its configuration names."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from demo.cameras import conversation, film, onvif, rtsp
from demo.cameras.behaviour import Fault
from demo.cameras.camera import Camera
from demo.cameras.configuration import CameraSetting, Configuration
from demo.cameras.feed import reset


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
async def serving(settings: Configuration) -> AsyncIterator[dict[str, int]]:
    """Serve the cameras while the block runs; yields ``port`` and, if there is one, ``onvif_port``.

    Raises:
        ClipUnusable: a clip is missing or no H.264 that can be looped.
        OSError: the address is taken or not this machine's.
    """
    clips = {clip for camera in settings.cameras for clip in _clips(camera)}
    films = {clip: film.load(clip) for clip in clips}
    ready_at = time.time()
    cameras = {camera.path: Camera(camera, films, ready_at=ready_at) for camera in settings.cameras}
    simulator = Simulator(cameras)
    server = await asyncio.start_server(
        simulator.serve, settings.listen, settings.port, limit=rtsp.HEAD_MAX_BYTES, backlog=128
    )
    ports = {"port": server.sockets[0].getsockname()[1]}
    try:
        async with contextlib.AsyncExitStack() as stack:
            if settings.onvif_port is not None:
                profiles = [onvif.Profile(camera, cameras[camera.path]) for camera in settings.cameras]
                ports["onvif_port"] = await stack.enter_async_context(
                    onvif.answering(settings, profiles, rtsp_port=ports["port"])
                )
            yield ports
    finally:
        server.close()
        await simulator.close()


def _clips(camera: CameraSetting) -> tuple[Path, ...]:
    other = camera.behaviour.clip if camera.behaviour else None
    return (camera.clip, other) if other else (camera.clip,)
