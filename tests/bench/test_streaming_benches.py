"""What the benchmarks of the streaming tier count with, without a transcoder."""

import os
import socket
import threading
import time

import pytest

from tests.bench import density, host, players
from tests.bench.altered import CHANGES, altered
from tests.bench.gaps import Watcher
from tests.bench.ladder_cost import bare_argv
from transcoder.ladder import DEFAULT


@pytest.mark.parametrize("rungs", [DEFAULT.rungs, DEFAULT.rungs[:1], DEFAULT.rungs[1:]])
def test_the_bare_ffmpeg_makes_each_rung_once_with_our_options(rungs):
    argv = bare_argv("rtsp://127.0.0.1:1/open", rungs)
    assert argv.count("-map") == argv.count("libx264") == argv.count("/dev/null") == len(rungs)
    for rung in rungs:
        begin = argv.index(f"[{rung.name}]")
        options = argv[begin : argv.index("/dev/null", begin)]
        assert options[options.index("-maxrate") + 1] == str(rung.rate_bps)
        assert "-force_key_frames" in options
    graph = argv[argv.index("-filter_complex") + 1]
    assert graph.count("scale=") == len(rungs)
    assert graph.count("[0:v]") == 1, "the camera's size is scaled once"


def test_memory_is_counted_of_one_process():
    pid = os.getpid()
    assert 1 < host.pss_mb(pid) <= host.rss_mb(pid) * 1.05


def test_an_altered_transcoder_is_told_what_to_change():
    assert altered("unspared", "restless") == ("tests.bench.altered", "unspared", "restless")
    assert {"unspared", "two_rungs", "restless"} == set(CHANGES)


def test_steps_and_ages_are_read_of_the_metrics():
    page = (
        "# HELP transcoder_stream_step brown-out\n"
        'transcoder_stream_step{camera="cam-00"} 0.0\n'
        'transcoder_stream_step{camera="cam-01"} 2.0\n'
        'transcoder_stream_picture_age_seconds{camera="cam-01"} 0.31\n'
    )

    class Asked:
        @staticmethod
        def get(path):
            assert path == "/metrics"
            return 200, page

    assert density.steps(Asked) == {"cam-00": 0, "cam-01": 2}
    assert density.ages(Asked) == {"cam-01": 0.31}


@pytest.mark.parametrize(
    ("arrivals", "longest_s"),
    [([10.0, 10.2, 10.4], 0.6), ([], 1.0), ([9.0, 10.9, 12.0], 0.9)],
)
def test_a_stream_that_stands_still_has_a_gap_until_now(arrivals, longest_s):
    watcher = Watcher(1, "cam", ("240p",))
    watcher.arrivals = arrivals
    assert watcher.gap_s(10.0, 11.0, 1.0) == pytest.approx(longest_s)


def test_a_watcher_notes_new_parts_only_and_asks_for_the_next_one():
    asked, parts = [], iter([0, 1, 1, 2])
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve():
            connection, _ = door.accept()
            with connection, connection.makefile("rb") as lines:
                for part in parts:
                    asked.append(lines.readline().split()[1].decode())
                    while lines.readline().strip():
                        pass
                    body = f"#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-RENDITION-REPORT:LAST-MSN=7,LAST-PART={part}\n".encode()
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            over.set()

        thread = threading.Thread(target=serve)
        thread.start()
        watcher = Watcher(door.getsockname()[1], "cam", ("240p", "360p"))
        began = time.monotonic()
        watcher.start()
        assert over.wait(5)
        thread.join()
    watcher.stop()
    assert len(watcher.arrivals) == 3
    assert all(at >= began for at in watcher.arrivals)
    assert asked[:2] == ["/live/cam/240p/index.m3u8", "/live/cam/360p/index.m3u8?_HLS_msn=7&_HLS_part=1"]


def test_both_players_are_told_as_many_bounds_and_every_file_is_there():
    assert {len(heights) for heights in players.CAPS_PX} == {len(players.PLAYERS)}
    assert {height for heights in players.CAPS_PX for height in heights} == {rung.height_px for rung in DEFAULT.rungs}
    assert all(path.is_file() for name, path in players.FILES.items() if "node_modules" not in path.parts)
