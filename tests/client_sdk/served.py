"""The real API on a loopback port, for SDKs: its WSGI application, told and answering what nginx adds."""

import contextlib
import socket
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from server import app as application
from server.api.deps import Deps
from server.cameras.credentials import Vault


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        clock = vars(self.server).get("clock")
        return super().date_time_string(clock().timestamp() if clock else timestamp)


class Served:
    """``answers`` are the statuses it gave, by method and path; the answers to the next ``lost`` calls never arrive.

    ``coarse``: it tells its time to the second, as without nginx.
    """

    def __init__(self, deps, clock, address="127.0.0.1"):
        self.answers = []
        self.lost, self.coarse = 0, False
        self.clock = clock
        self._listen(address, 0)
        self.base = f"http://127.0.0.1:{self.server.port}"
        self.app = application.create_app(deps(self.base))

    def _listen(self, address, port):
        self.server = make_server(address, port, self._wsgi, threaded=True, request_handler=Quiet)
        self.server.clock = self.clock
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def _wsgi(self, environ, start_response):
        environ["HTTP_X_LISTENER"] = "management"  # where every route is
        if self.lost:
            self.lost -= 1
            b"".join(self.app(environ, lambda *_: None))
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError

        def start(status, headers, *more):
            self.answers.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], int(status[:3])))
            told = [] if self.coarse else [("X-Time", f"{self.clock().timestamp():.3f}")]
            return start_response(status, [*headers, *told], *more)

        return self.app(environ, start)

    def restart(self):
        """As when the process ends and begins again, at the same address."""
        port = self.server.port
        self.stop()
        self._listen("127.0.0.1", port)

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@contextlib.contextmanager
def plain(wsgi):
    """Any WSGI application on a port of its own; gives its address."""
    server = make_server("127.0.0.1", 0, wsgi, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def serving(transaction, read, keys, *, data_dir, clock):
    served = Served(lambda base: Deps(transaction, read, keys, Vault(data_dir), base, clock), clock)
    try:
        yield served
    finally:
        served.stop()
