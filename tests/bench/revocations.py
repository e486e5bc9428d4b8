"""Access is taken back at random moments while its viewers go on asking: nginx for media, and the gate itself.

The calls are made by a process of their own, so that they do not slow those who watch the clock. What counts begins when the
call was answered, and ends when every connection to the gate refuses, or with the first of nginx's refusals that no byte follows.
"""

import asyncio
import multiprocessing
import os
import random
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from server import app as application
from server import clock, db
from server.access.keys import Keys
from server.api.deps import Deps
from server.cameras.credentials import Vault
from server.models import Agency
from tests import town
from tests.bench.seats import Seat
from tests.phone import Phone

ACCOUNTS = ("cad112", "lee", "supervisor", "admin", "centre")
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
ASK_EVERY_S = 0.02
AT_ONCE = 40
BEFORE_S = 0.2  # watching begins so long before, and up to a second more
AFTER_S = 0.7  # and goes on so long after a refusal: longer than nginx would keep another worker's yes
GATE_DOORS = 4


@dataclass(frozen=True)
class Outcome:
    """Seconds after the answer to who revoked."""

    way: str
    denied_s: float
    refused_s: float


class Door:
    """One keep-alive connection."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.lock = reader, writer, asyncio.Lock()

    async def ask(self, path, **headers):
        async with self.lock:
            lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
            self.writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{lines}\r\n".encode())
            head = await self.reader.readuntil(b"\r\n\r\n")
            if length := LENGTH.search(head):
                await self.reader.readexactly(int(length[1]))
            return int(head[9:12])


class Room:
    """Who takes access away, in a process of its own."""

    def __init__(self, url: str, data_dir: Path, log: Path):
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_answer_calls, args=(theirs, url, data_dir, log), daemon=True)
        self._process.start()
        theirs.close()
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self):
        if self._pipe.recv() != "ready":
            raise RuntimeError("the room did not come up")
        return self

    def __exit__(self, *_):
        self._pipe.send(None)
        self._thread.shutdown()
        self._process.join()

    async def revoke(self, seat: Seat) -> float:
        """When the call was answered, by the monotonic clock."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._call, seat)

    def _call(self, seat):
        self._pipe.send(seat.revocation)
        status, answered_at = self._pipe.recv()
        if status not in {200, 204}:
            raise RuntimeError(f"{seat.way}: {status}")
        return answered_at


def _answer_calls(pipe, url, data_dir, log):
    with log.open("wb") as into:
        os.dup2(into.fileno(), 1)
        os.dup2(into.fileno(), 2)
    engine = db.engine(url)
    transaction = db.transaction(engine)
    parts = (Keys(data_dir), Vault(data_dir))
    app = application.create_app(
        Deps(transaction, db.read(engine), *parts, "https://goldentime.test", clock.now), town.UNLIMITED
    )
    phones = {account: Phone(app.test_client(), account) for account in ACCOUNTS}
    pipe.send("ready")
    while (asked := pipe.recv()) is not None:
        if asked.centre_id:
            with transaction() as session:
                session.get(Agency, "control").centre_id = asked.centre_id
        reply = phones[asked.account].call(asked.method, asked.path, asked.body)
        pipe.send((reply.status_code, time.monotonic()))
    engine.dispose()


async def take_back(room: Room, seats: Sequence[Seat], *, port: int, gate: Path) -> list[Outcome]:
    """Revoke each seat at a random moment; ``AT_ONCE`` of them are watched at a time.

    Args:
        port: of an nginx that asks the gate at the socket ``gate``.
    """
    doors = [Door(*await asyncio.open_unix_connection(str(gate))) for _ in range(GATE_DOORS)]
    places = asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        order = random.sample(seats, len(seats))
        tasks = [group.create_task(_one(room, seat, port, doors, places)) for seat in order]
    for door in doors:
        door.writer.close()
    return [task.result() for task in tasks]


async def _one(room, seat, port, doors, places):
    async with places, asyncio.TaskGroup() as group:
        playing = asyncio.Event()
        watched = group.create_task(_watch(seat, port, playing))
        await playing.wait()
        await asyncio.sleep(random.uniform(BEFORE_S, BEFORE_S + 1))
        answered_at = await room.revoke(seat)
        denied = [group.create_task(_denied(door, seat)) for door in doors]
    denied_at = max(task.result() for task in denied)
    return Outcome(seat.way, denied_at - answered_at, watched.result() - answered_at)


async def _denied(door, seat):
    while True:
        status = await door.ask("/internal/gate", X_Session=seat.sid, X_Camera=seat.camera_id)
        if status != 204:
            return time.monotonic()
        await asyncio.sleep(0.001)


async def _watch(seat, port, playing):
    """When the first refusal was asked for that nothing was served after."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    door, path = Door(reader, writer), f"/live/{seat.sid}/{seat.camera_id}/360p/1a2b-12.m4s"
    refused_at = None
    while (asked_at := time.monotonic()) < (refused_at or asked_at) + AFTER_S:
        if await door.ask(path) == 200:
            playing.set()
            refused_at = None
        elif playing.is_set():
            refused_at = refused_at or asked_at
        await asyncio.sleep(max(0.0, asked_at + ASK_EVERY_S - time.monotonic()))
    writer.close()
    return refused_at
