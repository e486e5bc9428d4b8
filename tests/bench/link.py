"""A thin mobile link between a browser and nginx: a TCP relay with a rate, a round trip and a short queue.

Both directions share one queue each among all connections, as a radio bearer does. A new connection pays the round trip of
its handshake before its first byte, because the relay itself accepts at once. In a tunnel nothing passes and nobody is told; what was
open before is lost when it ends, as when the network gives the tablet another address.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

CHUNK_BYTES = 2048
QUEUE_BYTES = 48_000


@dataclass
class Direction:
    """One direction of the bearer; ``free_at`` is when the last queued byte leaves it."""

    rate_bps: float
    free_at: float = 0.0

    def departure(self, size_bytes: int, now: float) -> float:
        self.free_at = max(self.free_at, now) + size_bytes * 8 / self.rate_bps
        return self.free_at


@dataclass
class Link:
    """A relay to ``target_port`` on the loopback address. Down is what the tablet receives."""

    target_port: int
    down_bps: float
    up_bps: float
    rtt_s: float
    port: int = 0
    _connections: set[asyncio.Task[None]] = field(default_factory=set)
    _lost: set[asyncio.Task[None]] = field(default_factory=set)
    _passes: asyncio.Event = field(default_factory=asyncio.Event)

    def become(self, *, down_bps: float, up_bps: float, rtt_s: float) -> None:
        """Another network from the next bytes on."""
        self._down.rate_bps, self._up.rate_bps, self.rtt_s = down_bps, up_bps, rtt_s

    @contextlib.contextmanager
    def tunnel(self) -> Iterator[None]:
        """Nothing passes until this ends. For any thread but the link's own."""
        self._loop.call_soon_threadsafe(self._enter)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._leave)

    def _enter(self) -> None:
        self._passes.clear()
        self._lost = set(self._connections)

    def _leave(self) -> None:
        self._passes.set()
        for task in self._lost:
            task.cancel()

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        self._down, self._up = Direction(self.down_bps), Direction(self.up_bps)
        self._loop = asyncio.get_running_loop()
        self._passes.set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK_BYTES)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_writer = None
        try:
            await self._passes.wait()
            await asyncio.sleep(self.rtt_s)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port, limit=CHUNK_BYTES)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, far_writer, self._up))
                both.create_task(self._carry(far_reader, writer, self._down))
        except* OSError:
            pass  # one end is gone, and the other is let go below
        finally:
            for end in filter(None, (writer, far_writer)):
                end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Direction) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(QUEUE_BYTES // CHUNK_BYTES)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._read(source, queue, way))
            both.create_task(self._deliver(queue, sink))

    async def _read(
        self, source: asyncio.StreamReader, queue: asyncio.Queue[tuple[float, bytes]], way: Direction
    ) -> None:
        loop = asyncio.get_running_loop()
        while chunk := await source.read(CHUNK_BYTES):
            await queue.put((way.departure(len(chunk), loop.time()) + self.rtt_s / 2, chunk))
        await queue.put((loop.time(), b""))

    async def _deliver(self, queue: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, chunk = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self._passes.wait()
            if not chunk:
                break
            if sink.is_closing():
                raise ConnectionResetError
            sink.write(chunk)
        sink.close()


@contextlib.contextmanager
def link(target_port: int, *, down_bps: float, up_bps: float, rtt_s: float) -> Iterator[int]:
    """Run a link in a thread; yields the port a browser connects to."""
    with bearer(target_port, down_bps=down_bps, up_bps=up_bps, rtt_s=rtt_s) as relay:
        yield relay.port


@contextlib.contextmanager
def bearer(target_port: int, *, down_bps: float, up_bps: float, rtt_s: float) -> Iterator[Link]:
    """The same, as the link itself, which can change and be cut."""
    relay = Link(target_port, down_bps, up_bps, rtt_s)
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(relay.serve(ready, stop))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield relay
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()
