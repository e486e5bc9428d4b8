"""What a client sees of cameras that misbehave from the beginning."""

import contextlib
import itertools
import json
import subprocess
import sys

import pytest

from demo.cameras import h264
from tests.demo.conftest import ROOT
from tests.demo.rtsp_client import Client

pytestmark = pytest.mark.process
STEP = 6000  # ticks of a frame at 15 fps
WRAP, HOUR = 1 << 32, 3600 * 90_000
LATER_S = 5.0
TARGET = "rtsp://127.0.0.2:1/elsewhere"
FAULTS = {
    "silent": {},
    "unauthorized": {},
    "redirect": {"target": TARGET},
    "redirect_loop": {},
    "gigantic_sdp": {},
    "fin": {},
    "rst": {},
    "reboot_loop": {},
    "stall": {},
    "clock_frozen": {},
    "clock_fast": {},
    "clock_wrapped": {"after_s": LATER_S},
    "clock_forward": {"after_s": LATER_S},
    "clock_back": {"after_s": LATER_S},
    "no_key_frame": {},
    "frozen": {},
}


@pytest.fixture(scope="module")
def port(clip, tmp_path_factory):
    config = tmp_path_factory.mktemp("faults") / "cameras.json"
    cameras = [
        {"path": f"/{fault}", "clip": str(clip), "fps": 15, "behaviour": {"fault": fault} | more}
        for fault, more in FAULTS.items()
    ]
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": cameras}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())["port"]
        process.terminate()


@pytest.fixture
def client(port, request):
    with Client(port, path=f"/{request.param}") as made:
        yield made


def steps(units):
    return [(b.timestamp - a.timestamp) % WRAP for a, b in itertools.pairwise(units)]


def test_a_clock_goes_wrong_once_and_only_when_it_should(port):
    """The first test here: these faults begin some seconds after the start."""
    jumps = {"clock_wrapped": [], "clock_forward": [STEP + HOUR], "clock_back": [(STEP - HOUR) % WRAP]}
    with contextlib.ExitStack() as stack:
        clients = {fault: stack.enter_context(Client(port, path=f"/{fault}")).play() for fault in jumps}
        units = {fault: client.units(int(LATER_S + 1) * 15) for fault, client in clients.items()}
    assert {fault: [step for step in steps(seen) if step != STEP] for fault, seen in units.items()} == jumps
    wrapped = [unit.timestamp for unit in units["clock_wrapped"]]
    assert wrapped[-1] < wrapped[0], "it went through 2^32"


@pytest.mark.parametrize("client", ["silent"], indirect=True)
def test_a_silent_camera_takes_a_request_and_says_nothing(client):
    client.send("OPTIONS")
    client.connection.settimeout(0.5)
    with pytest.raises(TimeoutError):
        client.answer()


@pytest.mark.parametrize(
    ("client", "status", "location"),
    [("unauthorized", 401, None), ("redirect", 302, TARGET), ("redirect_loop", 302, "itself")],
    indirect=["client"],
)
def test_a_refusal_is_the_answer_to_every_request(client, status, location):
    for method in ("OPTIONS", "DESCRIBE"):
        answered, headers, _ = client.ask(method)
        assert (answered, headers.get("location")) == (status, client.uri if location == "itself" else location)


@pytest.mark.parametrize("client", ["gigantic_sdp"], indirect=True)
def test_a_gigantic_description_is_sent_whole(client):
    status, _, body = client.ask("DESCRIBE")
    assert status == 200
    assert len(body) > 10_000_000


@pytest.mark.parametrize(("client", "error"), [("fin", EOFError), ("rst", ConnectionResetError)], indirect=["client"])
def test_a_camera_hangs_up_with_fin_or_with_rst(client, error):
    client.play()
    with pytest.raises(error):
        client.answer()


@pytest.mark.parametrize("client", ["stall"], indirect=True)
def test_a_stalled_camera_still_answers(client):
    client.play()
    client.connection.settimeout(0.5)
    assert client.ask("GET_PARAMETER")[0] == 200
    with pytest.raises(TimeoutError):
        client.stream.read(1)


@pytest.mark.parametrize(
    ("client", "step"), [("clock_frozen", {0}), ("clock_fast", {6299, 6300, 6301})], indirect=["client"]
)
def test_a_clock_that_stands_or_runs_fast_does_so_from_frame_to_frame(client, step):
    assert set(steps(client.play().units(10))) <= step


@pytest.mark.parametrize("client", ["no_key_frame"], indirect=True)
def test_a_camera_without_key_frames_sends_the_others(client):
    kinds = {h264.kind(nal) for unit in client.play().units(32) for nal in unit.nals}
    assert kinds <= {h264.SLICE, h264.SEI}
    assert h264.SLICE in kinds


@pytest.mark.parametrize("client", ["frozen"], indirect=True)
def test_a_frozen_stream_goes_on_at_the_right_times_and_is_small_but_for_its_key_frames(client, clip):
    units = client.play().units(32)
    keys = [unit for unit in units if any(h264.is_key(nal) for nal in unit.nals)]
    assert {tuple(unit.nals) for unit in keys} == {tuple(map(bytes, h264.load(clip).units[0]))}
    assert max(sum(map(len, unit.nals)) for unit in units if unit not in keys) < 100
    assert set(steps(units)) == {STEP}


def test_ffmpeg_decodes_a_frozen_picture_without_complaint(port, ffmpeg):
    argv = [ffmpeg, "-v", "warning", "-rtsp_transport", "tcp", "-i", f"rtsp://127.0.0.1:{port}/frozen"]
    argv += ["-frames:v", "40", "-f", "framemd5", "-"]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    rows = [line.split(",") for line in run.stdout.splitlines() if line and line[0] != "#"]
    assert (len(rows), len({row[-1] for row in rows})) == (40, 1)
    assert run.stderr == ""
