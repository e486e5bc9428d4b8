"""One page's open push line to the real events process, and when it heard of what."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.nginx.conftest import until
from tests.phone import Phone

ROOT = Path(__file__).parents[2]
WITHIN_S = 30.0


class PushLine:
    """``heard`` grows while the line is open: the moment, of ``time.perf_counter``, by the id of the hit."""

    def __init__(self, address: Path, who: Phone) -> None:
        self.heard: dict[str, float] = {}
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(WITHIN_S)
        self.socket.connect(str(address))
        headers = "".join(f"{name}: {value}\r\n" for name, value in who.headers("GET", "/v1/events").items())
        self.socket.sendall(f"GET /v1/events HTTP/1.0\r\n{headers}\r\n".encode())
        self.lines = self.socket.makefile("rb")
        assert b" 200 " in next(self.lines)
        while not next(self.lines).startswith(b"retry:"):
            pass
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        kind = b""
        with contextlib.suppress(OSError, ValueError):
            for line in self.lines:
                if line.startswith(b"event:"):
                    kind = line[6:].strip()
                elif line.startswith(b"data:") and kind == b"hit":
                    self.heard[json.loads(line[5:])["hit_id"]] = time.perf_counter()

    def wait_for(self, count: int) -> None:
        with contextlib.suppress(AssertionError):  # how many were never told is a figure
            until(lambda: len(self.heard) >= count, WITHIN_S)

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()


@contextlib.contextmanager
def open_line(folder: Path, database_url: str, who: Phone) -> Iterator[PushLine]:
    """Start the events process of that database and its keys, and listen as ``who``."""
    address = folder / "events.sock"
    given = {name: value for name, value in os.environ.items() if not name.startswith("GOLDENTIME_")}
    given |= {"GOLDENTIME_DATA_DIR": str(folder), "GOLDENTIME_DATABASE_URL": database_url}
    given |= {"GOLDENTIME_PUBLIC_URL": who.deps.issuer, "GOLDENTIME_POOL": "events"}
    argv = [sys.executable, "-m", "gunicorn", "-c", "python:server.gunicorn_conf", "server.wsgi_events:app"]
    process = subprocess.Popen(
        argv, env=given | {"GOLDENTIME_BIND": f"unix:{address}"}, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        until(address.exists, WITHIN_S)
        line = PushLine(address, who)
        yield line
        line.close()
    finally:
        process.terminate()
        process.wait(WITHIN_S)
