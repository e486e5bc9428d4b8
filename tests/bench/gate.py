"""How many decisions one core of the gate gives, and how soon it takes one back.

*Decisions*: the gate's own gunicorn is asked over its unix socket, as nginx does, about 2,000 sessions, by 16 connections, and by 4,
of which each asks again when it has its answer. *Revocations*: ``revocations`` through nginx, in front of stand-in pictures.
"""

import asyncio
import contextlib
import os
import random
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.running import listens
from deploy import nginx
from deploy.ports import free_port
from server import clock, db
from server.access.keys import Keys
from server.audit.note import AuditKey
from server.cameras.credentials import Vault
from tests import town
from tests.bench.cpu import Meter
from tests.bench.fronts import NO_LIMITS
from tests.bench.report import Figure
from tests.bench.revocations import Outcome, Room, take_back
from tests.bench.seats import HOST_ID, WAYS, Seat, fill
from tests.nginx.standins import Origin

ROOT = Path(__file__).parents[2]
SESSIONS, REVOKED = 2000, 1000
ASKING = 16  # which saturates the gate
UNQUEUED = 4  # an answer is then not kept waiting by the others
READY_WITHIN_S = 60.0
REVOKED_PER_S = 20.0  # about; a busy machine takes longer


@dataclass(frozen=True)
class Scene:
    """A running gate and nginx. The gate's process is the root of its workers."""

    folder: Path
    seats: list[Seat]
    room: Room
    gate_pid: int
    port: int

    @property
    def gate(self) -> Path:
        return self.folder / "s" / "gate.sock"


def measure(*, seconds: float = 60.0) -> Iterator[Figure]:
    """A tenth of ``seconds`` is for decisions; the rest for revocations, 1,000 at most."""
    count = min(REVOKED, max(len(WAYS), int(seconds * 0.9 * REVOKED_PER_S)))
    with tempfile.TemporaryDirectory(prefix="gt-") as name, running(Path(name), SESSIONS) as scene:
        yield from decisions(scene, seconds=seconds / 10)
        with scene.room as room:
            took = asyncio.run(take_back(room, scene.seats[:count], port=scene.port, gate=scene.gate))
        yield from revocations(took)


@contextlib.contextmanager
def running(folder: Path, count: int, url: str | None = None) -> Iterator[Scene]:
    """The gate with ``count`` sessions to decide on, in a database of its own, and nginx before it."""
    data, sockets = folder / "data", folder / "s"
    url = url or f"sqlite:///{data / 'goldentime.db'}"
    for made in (data, sockets):
        made.mkdir()
    for kind in (Keys, Vault, AuditKey):
        kind.create(data)
    db.migrate(url)
    engine = db.engine(url)
    with db.transaction(engine)() as session:
        town.settle(session, data)
    with db.transaction(engine)() as session:
        seats = fill(session, count, now=clock.now())
    engine.dispose()
    with contextlib.ExitStack() as stack:
        gate = stack.enter_context(_gate(folder, url))
        room = Room(url, data, folder / "room.log")
        _wait(lambda: all(_decided(sockets / "gate.sock", seat) == 204 for seat in (seats[0], seats[-1]) * ASKING))
        origin = Origin(("127.0.0.1", 0))
        stack.callback(origin.stop)
        port = free_port(0)
        conf = nginx.render(
            folder=folder / "nginx",
            port=port,
            sockets=sockets,
            origins={HOST_ID: f"127.0.0.1:{origin.server_address[1]}"},
            options=nginx.Options(limits=NO_LIMITS),
        )
        stack.enter_context(_child(nginx.argv(conf), folder / "nginx.log", {}))
        _wait(lambda: listens(port))
        yield Scene(folder, seats, room, gate.pid, port)


def decisions(scene: Scene, *, seconds: float) -> Iterator[Figure]:
    requests = [
        f"GET /internal/gate HTTP/1.1\r\nHost: gate\r\nX-Session: {s.sid}\r\nX-Camera: {s.camera_id}\r\n"
        f"X-Request-ID: {os.urandom(16).hex()}\r\n\r\n".encode()
        for s in scene.seats
    ]
    ask(scene.gate, requests, seconds=seconds / 10)
    with Meter({"gate": scene.gate_pid}) as meter:
        took_s, others = ask(scene.gate, requests, seconds=seconds)
    yield Figure(
        "decisions/s of one core of the gate", round(len(took_s) / meter.spent_s["gate"]), "/s", 3000, at_least=True
    )
    yield Figure("… by the clock, load generator beside it", round(len(took_s) / seconds), "/s")
    yield Figure("… not allowed", others, "", 0)
    took_s, _ = ask(scene.gate, requests, seconds=seconds, asking=UNQUEUED)
    yield Figure("decisions/s by the clock, few at a time", round(len(took_s) / seconds), "/s")
    yield Figure("… answered after, p50", round(took_s[len(took_s) // 2] * 1000, 2), "ms")
    yield Figure("… p99", round(took_s[int(len(took_s) * 0.99)] * 1000, 2), "ms", 10)


def revocations(took: list[Outcome]) -> Iterator[Figure]:
    denied, refused = sorted(o.denied_s for o in took), sorted(o.refused_s for o in took)
    yield Figure("revocations, in five ways", len(took), "")
    yield Figure("revoked → denied by every gate worker, p50", round(denied[len(took) // 2] * 1000), "ms")
    yield Figure("… p99", round(denied[int(len(took) * 0.99)] * 1000), "ms", 150)
    yield Figure("… at most", round(denied[-1] * 1000), "ms")
    yield Figure("revoked → last byte through nginx, p50", round(refused[len(took) // 2], 3), "s")
    yield Figure("… p99", round(refused[int(len(took) * 0.99)], 3), "s", 1.0)
    yield Figure("… at most", round(refused[-1], 3), "s", 2.0)
    for way in WAYS:
        yield Figure(
            f"… at most, {way}", round(max((o.refused_s for o in took if o.way == way), default=0), 3), "s", 2.0
        )


def ask(path: Path, requests: list[bytes], *, seconds: float, asking: int = ASKING) -> tuple[list[float], int]:
    """How long each answer took, sorted, and how many were not 204."""
    took_s, others, asked_at = [], 0, {}
    poll, connections = select.epoll(), {}
    for _ in range(asking):
        made = socket.socket(socket.AF_UNIX)
        made.connect(str(path))
        connections[made.fileno()] = made
        poll.register(made, select.EPOLLIN)
    ends = time.monotonic() + seconds
    for fd, connection in connections.items():
        connection.sendall(random.choice(requests))
        asked_at[fd] = time.monotonic()
    while (now := time.monotonic()) < ends:
        for fd, _ in poll.poll(5):
            others += not connections[fd].recv(4096).startswith(b"HTTP/1.1 204")
            now = time.monotonic()
            took_s.append(now - asked_at[fd])
            connections[fd].sendall(random.choice(requests))
            asked_at[fd] = now
    for connection in connections.values():
        connection.close()
    poll.close()
    return sorted(took_s), others


def _gate(folder: Path, url: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    given = {
        "GOLDENTIME_DATA_DIR": str(folder / "data"),
        "GOLDENTIME_PUBLIC_URL": "https://goldentime.test",
        "GOLDENTIME_POOL": "gate",
        "GOLDENTIME_BIND": f"unix:{folder / 's' / 'gate.sock'}",
        "GOLDENTIME_DATABASE_URL": url,
    }
    argv = [sys.executable, "-m", "gunicorn", "-c", "python:server.gunicorn_conf", "server.wsgi_gate:app"]
    return _child(argv, folder / "gate.log", given)


@contextlib.contextmanager
def _child(argv: list[str], log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as into:
        child = subprocess.Popen(argv, cwd=ROOT, env=os.environ | environment, stdout=into, stderr=into)
        try:
            yield child
        finally:
            child.terminate()
            child.wait()


def _decided(path: Path, seat: Seat) -> int:
    request = (
        f"GET /internal/gate HTTP/1.1\r\nX-Session: {seat.sid}\r\nX-Camera: {seat.camera_id}\r\nHost: gate\r\n\r\n"
    )
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as made:
        made.connect(str(path))
        made.sendall(request.encode())
        return int(made.recv(4096)[9:12] or 0)
    return 0


def _wait(met) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not met():
        if time.monotonic() > deadline:
            raise TimeoutError("the gate or nginx did not come up")
        time.sleep(0.02)
