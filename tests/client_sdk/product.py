"""The product as an SDK meets it: nginx, the real API behind it in this process, and the events in a gunicorn of their own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy import nginx
from server import clock
from server.api.deps import Deps
from server.cameras.credentials import Vault
from tests.client_sdk.served import Served
from tests.nginx.conftest import free_port, listening, until

ROOT = Path(__file__).parents[2]
FAST = nginx.Options(limits=nginx.Limits(logins_per_s=1000, calls_per_s=10000))


class Product:
    """``base`` is its address. Its clock is the real one."""

    def __init__(self, folder, deps, environ):
        port = free_port()
        self.base, self.sockets = f"http://127.0.0.1:{port}", folder
        self.environ = environ | {"GOLDENTIME_PUBLIC_URL": self.base}
        conf = nginx.render(folder=folder / "n", port=port, sockets=folder, origins={"h": "127.0.0.1:9"}, options=FAST)
        with contextlib.ExitStack() as stack:
            self.api = Served(lambda _: deps(self.base), clock.now, address=f"unix://{folder}/api.sock")
            stack.callback(self.api.stop)
            self.nginx = subprocess.Popen(nginx.argv(conf), stderr=subprocess.DEVNULL)
            stack.callback(self.nginx.wait, 20)
            stack.callback(self.nginx.terminate)
            self.start_events()
            stack.callback(self.stop_events)
            until(lambda: listening(port), within_s=20)
            self.stop = stack.pop_all().close

    def start_events(self):
        bind = self.sockets / "events.sock"
        bind.unlink(missing_ok=True)
        argv = [sys.executable, "-m", "gunicorn", "-c", "python:server.gunicorn_conf", "server.wsgi_events:app"]
        given = self.environ | {"GOLDENTIME_POOL": "events", "GOLDENTIME_BIND": f"unix:{bind}"}
        self.events = subprocess.Popen(argv, env=given, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
        until(bind.exists, within_s=30)

    def stop_events(self):
        """As when it crashes: no open page is told."""
        os.killpg(self.events.pid, signal.SIGKILL)
        self.events.wait()


@contextlib.contextmanager
def running(*, transaction, read, keys, data_dir, database_url):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GOLDENTIME_")}
    environ |= {"GOLDENTIME_DATA_DIR": str(data_dir), "GOLDENTIME_DATABASE_URL": database_url}
    with tempfile.TemporaryDirectory(prefix="gt-") as name:
        product = Product(
            Path(name), lambda base: Deps(transaction, read, keys, Vault(data_dir), base, clock.now), environ
        )
        try:
            yield product
        finally:
            product.stop()
