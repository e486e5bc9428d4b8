"""The API's own gunicorn on a unix socket, and connections that report to it as fast as it answers, from one thread."""

import contextlib
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.cpu import cpu_s
from tests.bench.load import HEAD_END, LENGTH

ROOT = Path(__file__).parents[2]
REPORTING = 8  # connections
READY_WITHIN_S, SILENT_S = 30.0, 20.0


@dataclass
class Taken:
    """What came back. The server's CPU is that of all processes of the pool."""

    answers: int = 0
    refused: int = 0  # other than 201
    took_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    own_cpu_s: float = 0.0
    server_cpu_s: float = 0.0


class Storm:
    """While the context is open the pool runs."""

    def __init__(self, folder: Path, *, issuer: str, token: str) -> None:
        self.path = folder / "api.sock"
        self.head = f"POST /v1/incidents HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        given = {
            "GOLDENTIME_DATA_DIR": str(folder),
            "GOLDENTIME_PUBLIC_URL": issuer,
            "GOLDENTIME_POOL": "api",
            "GOLDENTIME_BIND": f"unix:{self.path}",
            "GOLDENTIME_LIMIT_INTAKE": "1000000",
        }
        argv = [sys.executable, "-m", "gunicorn", "-c", "python:server.gunicorn_conf", "server.wsgi_api:app"]
        self.log = (folder / "api.log").open("wb")
        self.pool = subprocess.Popen(argv, cwd=ROOT, env=os.environ | given, stdout=self.log, stderr=self.log)

    def __enter__(self):
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.accepts():
            if time.monotonic() > deadline:
                raise TimeoutError("the API did not come up")
            time.sleep(0.05)
        return self

    def __exit__(self, *_) -> None:
        self.pool.terminate()
        self.pool.wait()
        self.log.close()

    def accepts(self) -> bool:
        with contextlib.suppress(OSError):
            self.connected().close()
            return True
        return False

    def connected(self) -> socket.socket:
        made = socket.socket(socket.AF_UNIX)
        made.connect(str(self.path))
        return made

    def run(self, bodies: Iterator[bytes], *, seconds: float = SILENT_S, count: int = 10**9) -> Taken:
        """Report for ``seconds``, or until so many are answered; each is waited for."""
        taken, poll = Taken(), select.epoll()
        connections = {one.fileno(): one for one in (self.connected() for _ in range(REPORTING))}
        began, own, servers = time.perf_counter(), time.process_time(), cpu_s(self.pool.pid)
        asked_at = {}
        for fd, connection in connections.items():
            poll.register(fd, select.EPOLLIN)
            connection.sendall(self.request(next(bodies)))
            asked_at[fd] = time.perf_counter()
        while asked_at:
            ready = poll.poll(SILENT_S)
            if not ready:
                raise TimeoutError(f"no answer for {SILENT_S:g} s")
            for fd, _ in ready:
                status = answer(connections[fd])
                now = time.perf_counter()
                taken.took_ms.append((now - asked_at.pop(fd)) * 1000)
                taken.answers += status == 201
                taken.refused += status != 201
                if now - began < seconds and taken.answers < count:
                    connections[fd].sendall(self.request(next(bodies)))
                    asked_at[fd] = now
        taken.seconds, taken.own_cpu_s = time.perf_counter() - began, time.process_time() - own
        taken.server_cpu_s = cpu_s(self.pool.pid) - servers
        for connection in connections.values():
            connection.close()
        poll.close()
        return taken

    def request(self, body: bytes) -> bytes:
        return f"{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answer(connection: socket.socket) -> int:
    """The status of the answer that has begun to come, once all of it is read."""
    data = b""
    while HEAD_END not in data:
        data += connection.recv(1 << 16)
    head, _, body = data.partition(HEAD_END)
    missing = int(LENGTH.search(head)[1]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(1 << 16))
    return int(head[9:12])
