"""A real nginx with stand-ins behind it."""

import contextlib
import re
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import nginx
from tests.nginx.standins import Gate, Origin, Server, echo

SID = "A" * 22
OTHER_SID = "B" * 22


def until(condition, within_s=20.0):
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        pause.wait(0.005)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Front:
    """nginx, what stands behind it, and the folder it writes in."""

    def __init__(self, folder, options=None):
        self.folder = folder
        self.sockets = folder / "s"
        self.sockets.mkdir()
        self.port, self.management_port = free_port(), free_port()
        self.gate = Gate(self.sockets / "gate.sock", "host-1")
        self.gate.allowed.add((SID, "camA"))
        self.origin = Origin(("127.0.0.1", 0))
        self.api = Server(self.sockets / "api.sock", echo)
        self.events = Server(self.sockets / "events.sock", echo)
        address = f"127.0.0.1:{self.origin.server_address[1]}"
        options = options or nginx.Options(
            limits=nginx.Limits(media_per_s=10000, calls_per_s=10000, management_per_s=10000)
        )
        self.options = replace(options, management=f"127.0.0.1:{self.management_port}")
        self.conf = self.render({"host-1": address, "host-2": "127.0.0.1:9"})
        self.errors = (folder / "stderr.log").open("wb")
        self.process = subprocess.Popen(nginx.argv(self.conf), stderr=self.errors)
        until(lambda: listening(self.port))

    def render(self, origins):
        return nginx.render(
            folder=self.folder / "nginx", port=self.port, sockets=self.sockets, origins=origins, options=self.options
        )

    def stop(self):
        self.process.terminate()
        assert self.process.wait(10) == 0
        self.errors.close()
        for server in (self.gate, self.origin, self.api, self.events):
            server.stop()

    def written(self):
        """Everything any log says, after nginx has stopped or flushed."""
        logs = [*(self.folder / "nginx" / "logs").iterdir(), self.folder / "stderr.log"]
        return "\n".join(path.read_text(errors="replace") for path in logs)


@contextlib.contextmanager
def running(options=None):
    # A short folder: a unix socket's path may have no more than 107 bytes.
    with tempfile.TemporaryDirectory(prefix="gt-") as folder:
        front = Front(Path(folder), options)
        try:
            yield front
        finally:
            front.stop()


@pytest.fixture(scope="module")
def front():
    with running() as started:
        yield started


@pytest.fixture
def fresh():
    """One nginx for one test, because the test breaks something."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def site_text():
    """The rendered configuration of the server block, with its includes in place."""
    with tempfile.TemporaryDirectory(prefix="gt-") as name:
        folder = Path(name)
        options = nginx.Options(management="127.0.0.1:8081")
        conf = nginx.render(
            folder=folder, port=8080, sockets=folder, origins={"host-1": "127.0.0.1:8701"}, options=options
        )

        def included(match):
            return (conf.parent / match[1]).read_text()

        text = conf.read_text()
        while "include " in text:
            text = re.sub(r"include ([a-z_./]+);", included, text)
        return text


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    pem, key = folder / "site.pem", folder / "site.key"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(["openssl", *words.split(), *names], check=True, capture_output=True)
    return pem, key
