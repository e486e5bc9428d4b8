import json
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import pytest

from demo.pictures import wallclock

ROOT = Path(__file__).parents[2]
LOOP = 30  # frames of the short clip: 2 s at 15 fps, one IDR
LOGIN = {"username": "viewer", "password": "correct horse"}


@pytest.fixture(scope="session")
def ffmpeg():
    return imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(scope="session")
def clip(ffmpeg, tmp_path_factory):
    """A loop of 30 frames, 1280x720, busy, with the clock burned in and an IDR only at its beginning."""
    path = tmp_path_factory.mktemp("clip") / "short.h264"
    picture = f"testsrc2=s=1280x720:r=15,noise=c0s=6:c0f=t,{wallclock.drawbox_filters(1280, 720)}"
    argv = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", str(LOOP), "-c:v", "libx264"]
    argv += [
        "-preset",
        "ultrafast",
        "-profile:v",
        "main",
        "-bf",
        "0",
        "-g",
        "300",
        "-b:v",
        "1500k",
        "-f",
        "h264",
        str(path),
    ]
    subprocess.run(argv, check=True)
    return path


@pytest.fixture
def configured(tmp_path):
    """Write a configuration for the simulator, readable by its owner only."""

    def write(cameras, *, mode=0o600, **more):
        path = tmp_path / "cameras.json"
        path.write_text(json.dumps({"cameras": cameras, **more}))
        path.chmod(mode)
        return path

    return write


@pytest.fixture
def simulator(clip, configured):
    """A running simulator of a closed and an open camera on the same clip; its port."""
    cameras = [
        {"path": "/cam/closed", "clip": str(clip), "fps": 15, **LOGIN},
        {"path": "/cam/open", "clip": str(clip), "fps": 15},
    ]
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(configured(cameras, port=0))]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())["port"]
    finally:
        process.terminate()
        said, complaints = process.communicate(timeout=20)
    assert (process.returncode, said, complaints) == (0, "", "")
