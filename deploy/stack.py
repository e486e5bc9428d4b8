"""All processes of one host, in the order of the pipeline: started together, ready together, stopped in reverse."""

import contextlib
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy import nginx
from deploy.child import Child, ChildFailed

ROOT = Path(__file__).parents[1]
HOST_ID = "host-1"
READY_WITHIN_S = 30.0
PASSED_ON = ("GOLDENTIME_LIMIT_", "GOLDENTIME_MAP_")
SOCKET_PATH_BYTES = 90  # sun_path holds 108 with the name of the socket


@dataclass(frozen=True)
class Place:
    """Where one host keeps its things and which ports it listens on; ports are already known to be free."""

    var: Path  # everything that is written lives under it
    port: int  # nginx, the only one the outside sees
    origin_port: int  # the transcoder's, loopback only
    management: str  # address:port that administrators and auditors use
    sockets: Path

    @property
    def data(self) -> Path:
        """Keys and the database."""
        return self.var / "data"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.var / "log"

    @property
    def management_url(self) -> str:
        """What administrators and auditors open on this machine."""
        return f"http://{self.management}"

    @property
    def base_url(self) -> str:
        """What a browser on this machine opens."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def place(var: Path, *, port: int, origin_port: int, management: str) -> Iterator[Place]:
    """Make the folders; unix sockets move to a short temporary path when ``var`` is too deep for ``sun_path``."""
    var = var.resolve()
    with contextlib.ExitStack() as stack:
        sockets = var / "run"
        if len(str(sockets).encode()) > SOCKET_PATH_BYTES:
            sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="goldentime-")))
        for folder in (var / "data", var / "log", sockets):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        yield Place(var, port, origin_port, management, sockets)


def environment(at: Place) -> dict[str, str]:
    """What every process of ours is given; of the caller's environment only these few reach them."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TZ") if key in os.environ}
    set_here = {key: value for key, value in os.environ.items() if key.startswith(PASSED_ON)}
    url = f"sqlite:///{at.data / 'goldentime.db'}"
    return (
        kept
        | set_here
        | {
            "PYTHONUNBUFFERED": "1",
            "GOLDENTIME_DATA_DIR": str(at.data),
            "GOLDENTIME_DATABASE_URL": url,
            "GOLDENTIME_PUBLIC_URL": at.base_url,
            "TRANSCODER_DATA_DIR": str(at.data),
            "TRANSCODER_DATABASE_URL": url,
            "TRANSCODER_HOST_ID": HOST_ID,
            "TRANSCODER_LISTEN": f"127.0.0.1:{at.origin_port}",
        }
    )


def tiles_origin() -> str:
    """Where the base map comes from, empty where there is none; ``prepare`` has had the address checked."""
    parts = urllib.parse.urlsplit(os.environ.get("GOLDENTIME_MAP_TILES", ""))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def prepare(at: Place) -> None:
    """Make keys and bring the database to the newest schema; does nothing the second time.

    Raises:
        ChildFailed: with the last line the command printed.
    """
    for words in (("keys", "init"), ("migrate",)):
        argv = [sys.executable, "-m", "server", *words]
        done = subprocess.run(argv, cwd=ROOT, env=environment(at), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise ChildFailed(f"server {' '.join(words)} failed: {' '.join(last)}")


@dataclass
class Stack:
    """The running processes. Use as a context: leaving it stops them, last started first."""

    at: Place
    children: list[Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def spawn(self, name: str, argv: list[str], extra: Mapping[str, str] | None = None) -> Child:
        """Start one more process that stops with the others."""
        child = Child(
            name, argv, env=environment(self.at) | dict(extra or {}), log=self.at.logs / f"{name}.log", cwd=ROOT
        )
        self.children.append(child)
        return child

    def ended(self) -> Child | None:
        """A process that ended on its own, if any."""
        return next((child for child in self.children if child.exit_code() is not None), None)

    def stop(self) -> None:
        """Stop everything; nothing is left running afterwards, and no picture in nginx's cache."""
        while self.children:
            self.children.pop().stop()
        nginx.forget(self.at.var / "nginx")

    def _start(self) -> None:
        python = [sys.executable, "-m"]
        waits: list[tuple[Child, Callable[[], bool]]] = []
        waits.append((self.spawn("transcoder", [*python, "transcoder"]), _answers(self.at.origin_port, "/healthz")))
        for pool in ("gate", "api", "events"):
            bind = self.at.sockets / f"{pool}.sock"
            bind.unlink(missing_ok=True)
            argv = [*python, "gunicorn", "-c", "python:server.gunicorn_conf", f"server.wsgi_{pool}:app"]
            child = self.spawn(pool, argv, {"GOLDENTIME_POOL": pool, "GOLDENTIME_BIND": f"unix:{bind}"})
            waits.append((child, bind.exists))
        self.spawn("scheduler", [*python, "server.scheduler"])
        for child, ready in waits:
            child.wait_until(ready, within_s=READY_WITHIN_S)
        config = nginx.render(
            folder=self.at.var / "nginx",
            port=self.at.port,
            sockets=self.at.sockets,
            origins={HOST_ID: f"127.0.0.1:{self.at.origin_port}"},
            options=nginx.Options(management=self.at.management, tiles=tiles_origin()),
        )
        front = self.spawn("nginx", nginx.argv(config))
        front.wait_until(_answers(self.at.port, "/readyz"), within_s=READY_WITHIN_S)


def _answers(port: int, path: str) -> Callable[[], bool]:
    def ask() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as reply:
            return bool(reply.status == 200)
        return False

    return ask
