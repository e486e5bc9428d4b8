import contextlib
import http.server
import socket
import threading
import time
import urllib.request

import pytest

from tests.bench.link import Direction, bearer, link
from tests.bench.report import Figure, as_json, as_table

SIZE_BYTES = 60_000


@pytest.fixture
def far():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(SIZE_BYTES))
            self.end_headers()
            self.wfile.write(bytes(SIZE_BYTES))

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(port):
    started = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as reply:
        assert len(reply.read()) == SIZE_BYTES
    return time.monotonic() - started


def test_a_link_is_as_slow_as_its_rate_and_round_trips(far):
    with link(far, down_bps=600_000, up_bps=300_000, rtt_s=0.12) as port:
        took_s = fetch(port)
    least_s = SIZE_BYTES * 8 / 600_000 + 2 * 0.12  # handshake, then request and answer
    assert least_s * 0.95 <= took_s


def test_nothing_passes_in_a_tunnel_and_what_was_open_before_is_lost(far):
    with bearer(far, down_bps=50_000_000, up_bps=50_000_000, rtt_s=0.01) as relay:
        before = socket.create_connection(("127.0.0.1", relay.port))
        before.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert before.recv(1)
        with relay.tunnel(), socket.create_connection(("127.0.0.1", relay.port)) as within:
            within.sendall(b"GET / HTTP/1.0\r\n\r\n")
            within.settimeout(0.3)
            with pytest.raises(TimeoutError):
                within.recv(1)
        assert fetch(relay.port) < 5
        with before, contextlib.suppress(ConnectionResetError):
            while before.recv(SIZE_BYTES):
                pass


def test_bytes_leave_one_after_the_other():
    way = Direction(rate_bps=8000)
    assert [way.departure(1000, 0.0), way.departure(1000, 0.5), way.departure(1000, 5.0)] == [1.0, 2.0, 6.0]


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("a", 1.0, "ms", 2.0), True),
        (Figure("a", 3.0, "ms", 2.0), False),
        (Figure("a", 3.0, "x", 2.0, at_least=True), True),
        (Figure("a", 1.0, "x", 2.0, at_least=True), False),
        (Figure("a", 1.0, "ms"), None),
    ],
)
def test_a_figure_knows_whether_it_meets_its_target(figure, met):
    assert figure.met is met
    assert ("MISSED" in as_table("bench", [figure])) is (met is False)
    assert '"met"' in as_json("bench", [figure])
