"""Small real servers that stand behind nginx in these tests: a gate, an origin and an API. They behave and remember."""

import contextlib
import json
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

SECRET = "picture of "


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """One HTTP/1.1 server in threads; ``answer(handler)`` gives status, headers and body. Its requests are in ``seen``."""

    allow_reuse_address = True
    request_queue_size = 128
    daemon_threads = False
    block_on_close = True

    def __init__(self, where, answer):
        if isinstance(where, Path):
            self.address_family = socket.AF_UNIX
            where.unlink(missing_ok=True)
            where = str(where)
        self.answer = answer
        self.seen = []
        self.connections = []
        super().__init__(where, Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def handle_error(self, request, client_address):
        """A caller that stopped waiting is no failure of the server."""

    def process_request(self, request, client_address):
        self.connections.append(request)
        super().process_request(request, client_address)

    def stop(self):
        self.shutdown()
        self.thread.join()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    wbufsize = -1  # head and body in one packet: between two the kernel would wait 40 ms

    def address_string(self):
        return "peer"

    def log_message(self, *_):
        pass

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, self.headers.items()))
        status, headers, body = self.server.answer(self)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)


for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(Handler, f"do_{method}", Handler.do_GET)


class Gate(Server):
    """Allows the pairs in ``allowed``; ``broken`` makes it answer that status to everything."""

    def __init__(self, where, host):
        self.allowed = set()
        self.broken = None
        self.host = host
        super().__init__(where, self._decide)

    def _decide(self, handler):
        if self.broken:
            return self.broken, {}, b"broken"
        pair = handler.headers["X-Session"], handler.headers["X-Camera"]
        if pair in self.allowed:
            return 204, {"X-Origin": self.host, "Cache-Control": "max-age=3600", "X-Accel-Expires": "3600"}, b""
        return 403, {}, b""


class Origin(Server):
    """Serves any path under /live/<camera>/ with a body that names the camera, after ``hold_s`` for playlists."""

    def __init__(self, where):
        self.release = threading.Event()
        self.release.set()
        super().__init__(where, self._serve)

    def _serve(self, handler):
        path = handler.path.split("?")[0]
        camera = path.split("/")[2]
        if path.endswith(".m3u8"):
            assert self.release.wait(15)
            body = (f"#EXTM3U\n# {SECRET}{camera}\n# {handler.path}\n" + "#EXT-X-PART\n" * 40).encode()
            return 200, {"Content-Type": "application/vnd.apple.mpegurl", "Cache-Control": "public, max-age=9"}, body
        kind = "image/jpeg" if path.endswith(".jpg") else "video/mp4"
        body = f"{SECRET}{camera} {path} {len(self.seen)}".encode()
        return 200, {"Content-Type": kind, "Cache-Control": "public, max-age=600", "Set-Cookie": "a=b"}, body

    def cameras(self):
        return {path.split("/")[2] for _, path, _ in self.seen}


def echo(handler):
    """An API that answers what it heard."""
    heard = {name.lower(): value for name, value in handler.headers.items()}
    body = json.dumps({"method": handler.command, "path": handler.path, "headers": heard, "length": len(handler.body)})
    return 200, {"Content-Type": "application/json", "X-Accel-Redirect": "/live/x"}, body.encode()
