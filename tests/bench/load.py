"""A closed loop of requests over keep-alive connections: each asks again as soon as it has its answer.

One thread and raw sockets, because an HTTP library would take more CPU than the server it measures. No pipelining: no player
does it.
"""

import re
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
READ_BYTES = 1 << 18
SILENT_S = 5.0


class LoadFailed(Exception):
    """The server closed a connection, sent no length, or did not answer for five seconds."""


@dataclass
class Load:
    """What came back. ``own_cpu_s`` is the load generator's."""

    requests: int = 0
    refused: int = 0  # answers other than 200
    body_bytes: int = 0
    seconds: float = 0.0
    own_cpu_s: float = 0.0


@dataclass
class Connection:
    """One keep-alive connection and what it asks for, in turn for ever."""

    socket: socket.socket
    requests: Iterator[bytes]
    head: bytes = b""
    missing_bytes: int = 0  # of the body that is being read

    def ask(self) -> None:
        self.socket.sendall(next(self.requests))

    def read(self, load: Load) -> bool:
        """Take what has come; whether that ends an answer."""
        data = self.socket.recv(READ_BYTES)
        if not data:
            raise LoadFailed("the server closed a connection")
        if self.missing_bytes:
            self.missing_bytes -= len(data)
            return not self.missing_bytes
        head, end, body = (self.head + data).partition(HEAD_END)
        if not end:
            self.head = head
            return False
        length = LENGTH.search(head)
        if length is None:
            raise LoadFailed(f"an answer without Content-Length: {head[:60]!r}")
        self.head, self.missing_bytes = b"", int(length[1]) - len(body)
        load.requests += 1
        load.refused += not head.startswith(b"HTTP/1.1 200")
        load.body_bytes += int(length[1])
        return not self.missing_bytes


@dataclass
class Connections:
    """The connections, by file descriptor."""

    by_fd: dict[int, Connection] = field(default_factory=dict)

    def open(self, port: int, paths: Sequence[str], headers: str) -> None:
        made = socket.create_connection(("127.0.0.1", port), timeout=SILENT_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        requests = [f"GET {path} HTTP/1.1\r\nHost: bench\r\n{headers}\r\n".encode() for path in paths]
        self.by_fd[made.fileno()] = Connection(made, cycle(requests))

    def close(self) -> None:
        for connection in self.by_fd.values():
            connection.socket.close()


def saturate(port: int, paths: Sequence[Sequence[str]], *, seconds: float, headers: str = "") -> Load:
    """Ask for ``seconds``, one connection for each sequence of paths.

    Args:
        headers: more request headers, each ended by CR LF.

    Raises:
        LoadFailed: see there.
    """
    load, connections, poll = Load(), Connections(), select.epoll()
    try:
        for its_paths in paths:
            connections.open(port, its_paths, headers)
        for fd in connections.by_fd:
            poll.register(fd, select.EPOLLIN)
        _run(load, connections, poll, seconds)
    finally:
        poll.close()
        connections.close()
    return load


def _run(load: Load, connections: Connections, poll: select.epoll, seconds: float) -> None:
    began, began_cpu = time.monotonic(), time.process_time()
    for connection in connections.by_fd.values():
        connection.ask()
    while (now := time.monotonic()) < began + seconds:
        ready = poll.poll(SILENT_S)
        if not ready:
            raise LoadFailed(f"no answer for {SILENT_S:g} s")
        for fd, _ in ready:
            connection = connections.by_fd[fd]
            if connection.read(load):
                connection.ask()
    load.seconds, load.own_cpu_s = now - began, time.process_time() - began_cpu
