"""The tools of the fan-out benchmark: what they count is what happened."""

import asyncio
import contextlib
import http.server
import os
import threading
import time
from pathlib import Path

import pytest

from tests.bench.cpu import Meter, cpu_s, descendants
from tests.bench.load import saturate
from tests.bench.viewers import Audience, Cut, Seat, hinted, quantile, watch

BODY = b"x" * 5000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append(self.path)
        status = 403 if "refused" in self.path else 200
        body = self.server.body(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.seen, made.body = [], lambda _path: BODY
    made.handle_error = lambda *_: None  # a caller that leaves is no failure
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_load_counts_answers_bytes_and_refusals(server):
    load = saturate(server.server_address[1], [["/a", "/refused"], ["/b", "/refused"]], seconds=0.3)
    whole = [path for path in server.seen if path != "/refused"]
    assert load.requests > 10
    assert len(server.seen) - 2 <= load.requests <= len(server.seen)
    assert abs(load.refused - (len(server.seen) - len(whole))) <= 2
    assert load.body_bytes == load.requests * len(BODY)
    assert 0 < load.own_cpu_s <= load.seconds * 1.1


def test_cpu_time_is_of_the_work_that_was_done():
    with Meter({"me": os.getpid()}) as meter:
        began = time.process_time()
        while time.process_time() < began + 0.1:
            pass
    assert 0.09 < meter.spent_s["me"] < 0.5


def test_processes_of_another_name_are_left_out():
    mine = Path("/proc/self/comm").read_text().strip()
    assert os.getpid() in descendants(os.getpid())
    assert cpu_s(os.getpid(), without={mine}) < cpu_s(os.getpid())


@pytest.mark.parametrize(
    ("cut", "name"),
    [(Cut("0a", 7, 8, 10), "0a-7.9.m4s"), (Cut("0a", 7, 9, 10), "0a-8.0.m4s")],
)
def test_after_a_segments_last_part_comes_the_next_segments_first(cut, name):
    assert cut.following().name == name


def test_a_viewer_begins_where_the_playlist_hints():
    cut = hinted(b'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="64340d02-9.5.m4s"\n', parts=10)
    assert (cut.name, cut.reload) == ("64340d02-9.5.m4s", "index.m3u8?_HLS_msn=9&_HLS_part=5")
    assert hinted(b'PRELOAD-HINT:TYPE=PART,URI="../240p/0a-9.5.m4s"', parts=10).name == "../240p/0a-9.5.m4s"
    assert hinted(b"#EXTM3U\n", parts=10) is None


def test_a_part_is_late_by_the_time_since_the_first_viewer_had_it():
    audience = Audience(2, arrivals={"a": [1.0, 1.25], "b": [2.0, 2.0]})
    assert (audience.late_s(0.5), audience.late_s(0.99), audience.parts) == (0.0, 0.25, 4)


def test_a_quantile_of_nothing_is_nothing():
    assert quantile([], 0.5) != quantile([], 0.5)


def test_every_viewer_gets_every_part_and_holds_a_playlist(server):
    hint = b'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="0a-1.0.m4s"\n'
    pause = threading.Event()

    def body(path):
        if path.endswith("/index.m3u8"):
            return hint
        pause.wait(0.02)
        return BODY

    server.body = body
    seats = [Seat(server.server_address[1], f"/{number}") for number in range(3)]
    audience = asyncio.run(watch(seats, parts=2, seconds=0.4, around=contextlib.nullcontext()))
    assert audience.refused == 0
    assert all(len(of_part) == 3 for of_part in list(audience.arrivals.values())[1:-1])
    assert len(audience.arrivals) > 3
    assert {f"/{number}/index.m3u8?_HLS_msn=1&_HLS_part=1" for number in range(3)} <= set(server.seen)
