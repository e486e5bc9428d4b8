"""Many players of one camera, as they really ask: each holds a playlist and the part it hints at, five times a second.

Every viewer has a session and two keep-alive connections of its own. A part is late by how much later it is whole at a viewer
than at the first one who had it; one more watcher asks the origin itself, so that a delay which all viewers share is seen too.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.load import HEAD_END, LENGTH

HINT = re.compile(rb'PRELOAD-HINT:TYPE=PART,URI="((?:\.\./\d+p/)?[0-9a-f]+)-(\d+)\.(\d+)\.m4s"')
READY_WITHIN_S = 30.0
LOOK_EVERY_S = 0.01
AGAIN_S = 0.2


class ViewerFailed(Exception):
    """A connection ended, or an answer had no length."""


@dataclass(frozen=True)
class Cut:
    """Which part comes next. Every segment has ``parts`` parts, but for those of a stream's first seconds."""

    epoch: str  # with the folder before it, if another rung stands in
    msn: int
    part: int
    parts: int

    @property
    def name(self) -> str:
        return f"{self.epoch}-{self.msn}.{self.part}.m4s"

    @property
    def reload(self) -> str:
        return f"index.m3u8?_HLS_msn={self.msn}&_HLS_part={self.part}"

    def following(self) -> "Cut":
        last = self.part + 1 == self.parts
        return Cut(self.epoch, self.msn + last, 0 if last else self.part + 1, self.parts)


def hinted(playlist: bytes, *, parts: int) -> Cut | None:
    """The part that a playlist says comes next; none when it does not say."""
    found = HINT.search(playlist)
    return Cut(found[1].decode(), int(found[2]), int(found[3]), parts) if found else None


class Line(asyncio.Protocol):
    """One keep-alive connection: ``get`` gives status and body when the answer is whole."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._data, self._end, self._status = b"", 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    async def get(self, path: str, headers: str = "Accept-Encoding: gzip\r\n") -> tuple[int, bytes]:
        self._data, self._end = b"", 0
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{headers}\r\n".encode())
        return await self._answer

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._end:
            head, end, _ = self._data.partition(HEAD_END)
            if not end:
                return
            length = LENGTH.search(head)
            if length is None:
                self._fail(f"an answer without a length: {head[:40]!r}")
                return
            self._status, self._end = int(head[9:12]), len(head) + len(end) + int(length[1])
        if len(self._data) >= self._end and self._answer and not self._answer.done():
            self._answer.set_result((self._status, self._data))

    def connection_lost(self, _exc: Exception | None) -> None:
        self._fail("the connection was closed")

    def _fail(self, why: str) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(ViewerFailed(why))


@dataclass
class Audience:
    """What all viewers saw; times in s of the event loop's clock."""

    viewers: int
    arrivals: dict[str, list[float]] = field(default_factory=dict)  # by part; the watcher's too
    refused: int = 0  # answers other than 200
    lags_s: list[float] = field(default_factory=list)  # how late the load generator itself was
    seconds: float = 0.0
    own_cpu_s: float = 0.0

    def saw(self, name: str) -> None:
        self.arrivals.setdefault(name, []).append(time.monotonic())

    @property
    def parts(self) -> int:
        return sum(map(len, self.arrivals.values()))

    def late_s(self, share: float) -> float:
        """How late a part was at a viewer: the quantile."""
        return quantile([at - min(of_part) for of_part in self.arrivals.values() for at in of_part], share)

    def lag_s(self, share: float) -> float:
        return quantile(self.lags_s, share)


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


@dataclass(frozen=True)
class Seat:
    """Where a viewer asks: a port, and the path of the rung."""

    port: int
    folder: str


async def watch(seats: Sequence[Seat], *, parts: int, seconds: float, around) -> Audience:
    """Play at all seats, for ``seconds`` after the last of them has its first part.

    Args:
        seats: of the viewers and of the watcher at the origin.
        parts: how many make a segment.
        around: a context that is entered for the ``seconds`` alone; a meter.
    """
    audience, begun, waiting = Audience(len(seats)), asyncio.Event(), set(range(len(seats)))

    def ready(number: int) -> None:
        waiting.discard(number)
        if not waiting:
            begun.set()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_lag(audience))]
        for number, seat in enumerate(seats):
            tasks.append(group.create_task(_view(seat, audience, parts, lambda n=number: ready(n))))
        async with asyncio.timeout(READY_WITHIN_S):
            await begun.wait()
        audience.arrivals.clear()
        audience.lags_s.clear()
        audience.refused = 0
        began, began_cpu = time.monotonic(), time.process_time()
        with around:
            await asyncio.sleep(seconds)
        audience.seconds, audience.own_cpu_s = time.monotonic() - began, time.process_time() - began_cpu
        for task in tasks:
            task.cancel()
    return audience


async def _view(seat: Seat, audience: Audience, parts: int, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    lines = [(await loop.create_connection(Line, "127.0.0.1", seat.port))[1] for _ in range(2)]
    try:
        while True:
            status, playlist = await lines[0].get(f"{seat.folder}/index.m3u8", "")
            audience.refused += status != 200
            cut = hinted(playlist, parts=parts)
            if cut is None:
                await asyncio.sleep(AGAIN_S)
                continue
            await asyncio.gather(
                _hold_playlists(lines[0], seat, cut, audience), _hold_parts(lines[1], seat, cut, audience, ready)
            )
    finally:
        for line in lines:
            line.close()


async def _hold_playlists(line: Line, seat: Seat, cut: Cut, audience: Audience) -> None:
    while (await line.get(f"{seat.folder}/{cut.reload}"))[0] == 200:
        cut = cut.following()
    audience.refused += 1


async def _hold_parts(line: Line, seat: Seat, cut: Cut, audience: Audience, ready: Callable[[], None]) -> None:
    while (await line.get(f"{seat.folder}/{cut.name}"))[0] == 200:
        audience.saw(cut.name)
        ready()
        cut = cut.following()
    audience.refused += 1


async def _lag(audience: Audience) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LOOK_EVERY_S
        await asyncio.sleep(LOOK_EVERY_S)
        audience.lags_s.append(loop.time() - due)
