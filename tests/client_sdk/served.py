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


class Served:
    """``answers`` are the statuses it gave, by method and path; the answers to the next ``lost`` calls never arrive."""

    def __init__(self, deps, clock, address="127.0.0.1"):
        self.answers = []
        self.lost = 0
        self.clock = clock
        self.server = make_server(address, 0, self._wsgi, threaded=True, request_handler=Quiet)
        self.base = f"http://127.0.0.1:{self.server.port}"
        self.app = application.create_app(deps(self.base))
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
            return start_response(status, [*headers, ("X-Time", f"{self.clock().timestamp():.3f}")], *more)

        return self.app(environ, start)

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
