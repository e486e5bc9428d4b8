import json
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "gstreamer_camera.py"
pytestmark = pytest.mark.process


@pytest.fixture
def gstreamer():
    """Start the GStreamer RTSP server with what it should serve; its port."""
    started = []

    def start(**wanted):
        process = subprocess.Popen(
            ["/usr/bin/python3", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        process.stdin.write(json.dumps(wanted) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())["port"]

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=20)
        assert process.returncode == 0


def frames(ffmpeg, url, *, count=20):
    argv = [ffmpeg, "-v", "error", "-rtsp_transport", "tcp", "-i", url, "-frames:v", str(count), "-f", "framecrc", "-"]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    return len([line for line in run.stdout.splitlines() if line[0] != "#"]), run.stderr


def test_ffmpeg_plays_every_mount_of_an_open_server(gstreamer, ffmpeg):
    port = gstreamer(mounts=["/a", "/b"])
    for mount in ("a", "b"):
        assert frames(ffmpeg, f"rtsp://127.0.0.1:{port}/{mount}")[0] == 20


def test_a_closed_server_wants_its_password(gstreamer, ffmpeg):
    port = gstreamer(mounts=["/a"], username="viewer", password="secret")
    assert frames(ffmpeg, f"rtsp://viewer:secret@127.0.0.1:{port}/a")[0] == 20
    shown, said = frames(ffmpeg, f"rtsp://viewer:wrong@127.0.0.1:{port}/a")
    assert shown == 0
    assert "401" in said


def test_the_server_ends_when_its_standard_input_does():
    process = subprocess.Popen(
        ["/usr/bin/python3", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdin.write('{"mounts": []}\n')
    process.stdin.flush()
    process.stdout.readline()
    process.communicate(timeout=20)
    assert process.returncode == 0
