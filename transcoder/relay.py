"""The only way from an ffmpeg to its camera: a door on loopback for one connection, and one connection out.

Invariants: nothing but the camera's own address is connected to, whatever the camera says; until ffmpeg asks it to
play, each of its answers is read before ffmpeg sees it; after that, when ffmpeg follows nothing any more, bytes are
passed on unread. Used on the event loop only.
"""

import asyncio
import contextlib
import socket
import time
from asyncio import StreamReader, StreamWriter
from dataclasses import replace

from transcoder.command import Source
from transcoder.handshake import Handshake, Refused

LOOPBACK = "127.0.0.1"
CONNECT_S = 3.0
READ_BYTES = 65_536


class Relay:
    """For one run of ffmpeg."""

    def __init__(self, source: Source) -> None:
        """Open the door. Raises OSError when no socket is left."""
        self.refusal: str | None = None  # a stable code for why the camera was not listened to
        self.flowing_since: float | None = None  # monotonic seconds: when the first picture's first packet came
        self._camera = source
        self._is_playing = False
        self._door = socket.create_server((LOOPBACK, 0), backlog=1)
        self._door.setblocking(False)
        self._port: int = self._door.getsockname()[1]
        self._waiting = asyncio.ensure_future(self._wait())
        self._passing: asyncio.Task[None] | None = None

    @property
    def source(self) -> Source:
        """The camera as ffmpeg is told of it."""
        return replace(self._camera, host=LOOPBACK, port=self._port)

    def close(self) -> None:
        """To be called when ffmpeg has ended. Connections end by themselves: its goodbye still reaches the camera."""
        self._waiting.cancel()
        self._door.close()

    async def _wait(self) -> None:
        accepted, _ = await asyncio.get_running_loop().sock_accept(self._door)
        self._door.close()
        self._passing = asyncio.create_task(self._pass(accepted))

    async def _pass(self, accepted: socket.socket) -> None:
        from_ffmpeg, to_ffmpeg = await asyncio.open_connection(sock=accepted)
        with contextlib.closing(to_ffmpeg):
            try:
                async with asyncio.timeout(CONNECT_S):
                    from_camera, to_camera = await asyncio.open_connection(self._camera.host, self._camera.port)
            except (OSError, TimeoutError):
                self.refusal = "camera_unreachable"
                return
            with contextlib.closing(to_camera):
                both = (
                    asyncio.create_task(self._tell(from_ffmpeg, to_camera)),
                    asyncio.create_task(self._listen(from_camera, to_ffmpeg)),
                )
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)

    async def _tell(self, from_ffmpeg: StreamReader, to_camera: StreamWriter) -> None:
        """What ffmpeg says. It sends a request at a time and waits for the answer, so one is never cut."""
        while data := await from_ffmpeg.read(READ_BYTES):
            self._is_playing |= data.startswith(b"PLAY ")
            to_camera.write(data)
            await to_camera.drain()

    async def _listen(self, from_camera: StreamReader, to_ffmpeg: StreamWriter) -> None:
        """What the camera says."""
        handshake = Handshake()
        while data := await from_camera.read(READ_BYTES):
            if self._is_playing:
                self.flowing_since = self.flowing_since or time.monotonic()
                to_ffmpeg.write(handshake.rest() + data)
            else:
                try:
                    to_ffmpeg.write(handshake.feed(data))
                except Refused as refused:
                    self.refusal = str(refused)
                    return
            await to_ffmpeg.drain()
