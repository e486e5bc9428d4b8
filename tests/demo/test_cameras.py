import asyncio
import contextlib
import itertools
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.cameras import camera, configuration, conversation, film, h264, simulator
from demo.cameras.configuration import CameraSetting
from demo.cameras.rtsp import TRACK
from tests.demo.conftest import LOGIN, LOOP, ROOT
from tests.demo.rtsp_client import Client

FPS = 15


@pytest.mark.parametrize(
    ("sent", "now", "counts"),
    [
        (99, 6.64, []),  # frame 99 is due from 6.6 s, frame 100 from 6.667 s
        (99, 6.67, [100]),
        (99, 6.80, [100, 101, 102]),
        (99, 8.59, list(range(100, 129))),
        (99, 8.73, [130]),  # more than two seconds behind
        (99, 6.50, []),  # the clock stepped back a little: wait
        (99, 4.50, [67]),  # by more: follow it
    ],
)
def test_what_is_due_follows_the_wall_clock(sent, now, counts):
    assert list(camera.due(sent, now, fps=FPS)) == counts


LOOPED = film.Film([str(n) for n in range(30)], (0, 10, 20), b"", list, lambda _: b"")


@pytest.mark.parametrize(
    ("count", "since"), [(0, 0), (9, 0), (10, 10), (29, 20), (30, 30), (65, 60), (3_000_019, 3_000_010)]
)
def test_the_last_key_frame_is_found_from_loop_to_loop(count, since):
    assert LOOPED.key_since(count) == since


@pytest.mark.parametrize(
    ("count", "held"),
    [
        (43, None),
        (44, (40, 0)),  # it hangs from 43.5 on: the key frame it had last, at once
        (45, (40, 1)),
        (49, (40, 5)),
        (50, (40, 0)),  # again where it would send a key frame
        (58, (40, 8)),
        (59, (40, 9)),  # freed at 58.5: what follows refers to pictures that were never sent
        (60, None),
        (61, None),
    ],
)
def test_a_hung_encoder_shows_its_last_key_frame_and_goes_on_with_the_next(count, held):
    assert camera.hung(LOOPED, count, frozen=(43.5, 58.5)) == held


def test_an_encoder_may_hang_for_ever():
    hung = [camera.hung(LOOPED, count, frozen=(43.5, float("inf"))) for count in range(50, 500)]
    assert hung == [(40, n % 10) for n in range(450)]


def test_a_gop_begins_anew_when_asked_and_the_next_one_is_on_time():
    clip = Path("/c.h264")
    asked = camera.Camera(CameraSetting(path="/a", clip=clip, fps=FPS), {clip: LOOPED}, ready_at=0)
    asked.send_key_frame()  # nobody watches
    assert [asked._unit(LOOPED, count) for count in (44, 45)] == ["14", "15"]
    asked._feeds.add("somebody")
    shown = []
    for count in range(44, 62):
        if count in (46, 48):
            asked.send_key_frame()
        shown.append(int(asked._unit(LOOPED, count)))
    assert shown == [14, 15, 10, 11, 10, 11, *range(20, 30), 0, 1]


def index_of(unit, track):
    return [[bytes(nal) for nal in known] for known in track.units].index(unit.nals)


@pytest.mark.process
def test_every_client_gets_the_frame_that_the_wall_clock_says_whenever_it_joins(simulator, clip):
    track = h264.load(clip)
    first_indexes = set()
    for _ in range(4):
        with Client(simulator).play() as client:
            (unit,) = client.units(1)
            due = int(time.time() * FPS) % LOOP
            first_indexes.add(index_of(unit, track))
            assert (due - index_of(unit, track)) % LOOP <= 2  # a busy machine may be a frame late, never early
    assert first_indexes - {0}, "nobody joined mid-GOP"


@pytest.mark.process
def test_the_loop_leaves_no_trace_in_order_timestamp_or_sequence(simulator, clip):
    track = h264.load(clip)
    with Client(simulator).play() as client:
        units = client.units(LOOP + 10)
    indexes = [index_of(unit, track) for unit in units]
    assert indexes == [(indexes[0] + n) % LOOP for n in range(len(units))]
    assert 0 in indexes[1:]
    steps = {(b.timestamp - a.timestamp) % (1 << 32) for a, b in itertools.pairwise(units)}
    assert steps == {6000}


@pytest.mark.process
def test_parameter_sets_come_before_each_idr(simulator):
    with Client(simulator).play() as client:
        units = client.units(LOOP)
    kinds = [[h264.kind(nal) for nal in unit.nals] for unit in units]
    idrs = [unit for unit in kinds if h264.IDR in unit]
    assert len(idrs) == 1
    assert [kind for kind in idrs[0] if kind in (h264.SPS, h264.PPS, h264.IDR)] == [h264.SPS, h264.PPS, h264.IDR]


@pytest.mark.process
def test_many_clients_of_one_camera_see_the_same_frames(simulator, clip):
    track = h264.load(clip)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(simulator)) for _ in range(40)]
        for client in clients:
            client.play()
        newest = [index_of(client.units(3)[-1], track) for client in clients]
        behind = [(int(time.time() * FPS) - index) % LOOP for index in newest]
    assert len(newest) == 40
    assert max(behind) < LOOP // 2


@pytest.mark.process
def test_a_closed_camera_shows_nothing_without_its_password(simulator):
    with Client(simulator, path="/cam/closed") as stranger:
        assert stranger.ask("DESCRIBE")[0] == 401
        assert stranger.ask("SETUP", f"{stranger.uri}/{TRACK}", Transport="RTP/AVP/TCP;interleaved=0-1")[0] == 401
        assert stranger.ask("PLAY")[0] == 401
    with Client(simulator, path="/cam/closed", login=LOGIN | {"password": "wrong"}) as liar:
        assert liar.ask("DESCRIBE")[0] == 401
    with Client(simulator, path="/cam/closed", login=LOGIN) as viewer:
        assert viewer.ask("DESCRIBE")[0] == 200
        assert len(viewer.play().units(2)) == 2


@pytest.mark.process
def test_teardown_ends_the_picture_and_the_connection_can_set_up_again(simulator):
    with Client(simulator).play() as client:
        client.units(2)
        assert client.ask("TEARDOWN")[0] == 200
        assert client.ask("GET_PARAMETER")[0] == 454
        client.session = None
        client.connection.settimeout(0.3)
        with pytest.raises(TimeoutError):  # four frames would have come
            client.stream.read(1)
    with Client(simulator).play() as client:
        client.units(1)
        client.ask("TEARDOWN")
        client.session = None
        assert client.play().units(1)


@pytest.mark.process
def test_requests_are_answered_and_reports_swallowed_while_it_plays(simulator):
    with Client(simulator).play() as client:
        client.connection.sendall(b"$\x01\x00\x08\x80\xc9\x00\x01\x00\x00\x00\x01")  # an empty RTCP receiver report
        assert client.ask("GET_PARAMETER")[0] == 200
        assert client.ask("PAUSE")[0] == 501
        assert client.ask("OPTIONS")[0] == 200


@pytest.mark.process
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"OPTIONS * RTSP/1.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nCSeq: 1\r\n\r\n", 505),
        (b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 99999999\r\n\r\n", 413),
    ],
)
def test_what_is_no_rtsp_is_answered_and_the_connection_closed(simulator, sent, status):
    with socket.create_connection(("127.0.0.1", simulator), timeout=10) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as stream:
            answer = stream.read()
    assert answer.startswith(f"RTSP/1.0 {status} ".encode())


@pytest.mark.process
@pytest.mark.parametrize(
    "sent", [b"x" * 100_000, b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n"]
)
def test_a_head_without_end_is_cut_off(simulator, sent):
    with (
        socket.create_connection(("127.0.0.1", simulator), timeout=10) as connection,
        contextlib.suppress(ConnectionError),  # the rest may find nobody
    ):
        connection.sendall(sent)
        while connection.recv(4096):
            pass
    with Client(simulator) as client:
        assert client.ask("OPTIONS")[0] == 200


def test_a_silent_client_is_cut_off_when_its_session_is_over(clip, configured, monkeypatch):
    monkeypatch.setattr(conversation, "SESSION_TIMEOUT_S", 0.1)
    settings = configuration.read(configured([{"path": "/a", "clip": str(clip), "fps": 15}]))

    async def run():
        async with simulator.serving(settings) as ports:
            reader, writer = await asyncio.open_connection("127.0.0.1", ports["port"])
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()

    asyncio.run(run())


@pytest.mark.process
def test_ffmpeg_plays_a_closed_camera_over_the_loop_point_without_a_break(simulator, ffmpeg):
    url = f"rtsp://viewer:correct%20horse@127.0.0.1:{simulator}/cam/closed"
    argv = [ffmpeg, "-v", "warning", "-rtsp_transport", "tcp", "-probesize", "32", "-i", url]
    argv += ["-frames:v", "70", "-c", "copy", "-f", "framecrc", "-"]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    rows = [line.split(",") for line in run.stdout.splitlines() if line and line[0] != "#"]
    stamps = [int(row[2]) for row in rows]
    assert len(stamps) == 70
    assert {b - a for a, b in itertools.pairwise(stamps)} == {6000}
    assert "onoton" not in run.stderr


@pytest.mark.process
@pytest.mark.parametrize(("url", "said"), [("/cam/closed", "401"), ("/cam/none", "404")])
def test_ffmpeg_is_refused_in_words_it_knows(simulator, ffmpeg, url, said):
    argv = [
        ffmpeg,
        "-v",
        "error",
        "-rtsp_transport",
        "tcp",
        "-i",
        f"rtsp://a:b@127.0.0.1:{simulator}{url}",
        "-f",
        "null",
        "-",
    ]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode != 0
    assert said in run.stderr


@pytest.mark.process
def test_ffmpeg_over_udp_is_refused(simulator, ffmpeg):
    url = f"rtsp://127.0.0.1:{simulator}/cam/open"
    argv = [ffmpeg, "-v", "error", "-rtsp_transport", "udp", "-i", url, "-f", "null", "-"]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert "461" in run.stderr


@pytest.mark.process
def test_gstreamer_plays_it_too(simulator):
    source = ["rtspsrc", f"location=rtsp://127.0.0.1:{simulator}/cam/closed", "protocols=tcp"]
    login = ["user-id=viewer", 'user-pw="correct horse"']
    pipeline = [*source, *login, "!", "rtph264depay", "!", "h264parse", "!", "fakesink", "num-buffers=40"]
    run = subprocess.run(["gst-launch-1.0", *pipeline], capture_output=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr


def start(config):
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.process
def test_it_does_not_start_without_its_clip_or_on_a_taken_port(configured, clip, simulator):
    missing = start(configured([{"path": "/a", "clip": "/none.h264", "fps": 15, "password": "hunter2"}]))
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "/none.h264" in missing.stderr
    taken = start(configured([{"path": "/a", "clip": str(clip), "fps": 15, "password": "hunter2"}], port=simulator))
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "hunter2" not in missing.stderr + taken.stderr
    assert len(taken.stderr.splitlines()) == 1


@pytest.mark.process
def test_it_ends_when_its_parent_does(configured, clip):
    config = configured([{"path": "/a", "clip": str(clip), "fps": 15}])
    script = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-m', 'demo.cameras', '--config', {str(config)!r}])"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with parent.stdout as said:
        port = json.loads(said.readline())["port"]
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
        assert said.read() == ""  # ends when the last that could write to it is gone
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
