import json
import shutil
import subprocess
import sys
import time

import pytest

from demo.cameras import h264
from demo.pictures import clips, numbers, sub, wallclock
from demo.pictures.clips import ClipsNotMade
from tests.demo.conftest import ROOT
from tests.demo.rtsp_client import Client

pytestmark = pytest.mark.process
ID = "46110-0001"


def quiet(*_):
    pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def main(folder, ffmpeg):
    """A minute of much movement with the clock in it, as large as the clips of the demo."""
    path = folder / f"{ID}-0123456789abcdef.h264"
    picture = f"testsrc2=s=1280x720:r=15,{wallclock.drawbox_filters(1280, 720)}"
    argv = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", str(clips.FRAMES), "-c:v", "libx264"]
    argv += ["-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p", "-b:v", "1M", "-f", "h264", str(path)]
    subprocess.run(argv, check=True)
    return path


@pytest.fixture(scope="module")
def made(folder, main):
    told = []
    files = sub.make({ID: main}, folder, progress=lambda *seen: told.append(seen))
    assert told == [(1, 1, ID)]
    return files[ID]


def test_a_sub_clip_is_what_a_narrow_link_can_carry_even_of_much_movement(made):
    counted = numbers.of(made, fps=15)
    assert (counted.width_px, counted.height_px, counted.gop_frames, counted.b_frames) == (640, 360, 30, False)
    assert counted.codecs.startswith("avc1.4D40")
    assert counted.bitrate_bps <= 400_000
    assert len(h264.load(made).units) == clips.FRAMES


def test_each_of_its_frames_shows_the_moment_of_the_same_frame_of_the_main_clip(made, ffmpeg):
    argv = [ffmpeg, "-v", "error", "-r", "15", "-i", str(made), "-vf", "format=gray", "-f", "rawvideo", "-"]
    raw = subprocess.run(argv, capture_output=True, check=True).stdout
    frame = sub.WIDTH * sub.HEIGHT
    seen = []
    for at in range(0, len(raw), frame):
        shown = memoryview(raw)[at : at + frame]
        seen.append(
            wallclock.read(lambda x, y, shown=shown: shown[int(y * sub.HEIGHT) * sub.WIDTH + int(x * sub.WIDTH)])
        )
    assert len(seen) == clips.FRAMES
    assert all(index in (n, None) for n, index in enumerate(seen))
    assert seen.count(None) <= clips.FRAMES // 100


def test_main_and_sub_stream_of_a_camera_show_the_same_moment(made, main, configured):
    cameras = [{"path": path, "clip": str(clip), "fps": 15} for path, clip in (("/main", main), ("/sub", made))]
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(configured(cameras))]
    behind = []
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as process:
        port = json.loads(process.stdout.readline())["port"]
        with Client(port, path="/main").play() as large, Client(port, path="/sub").play() as small:
            for client, clip in ((large, main), (small, made)):
                known = [[bytes(nal) for nal in unit] for unit in h264.load(clip).units]
                (*_, unit) = client.units(5)
                behind.append((int(time.time() * 15) - known.index(unit.nals)) % clips.FRAMES)
        process.terminate()
    assert max(behind) <= 8  # what waits in the sockets while the clips are indexed, never ahead


def test_a_second_start_makes_nothing_and_another_main_clip_replaces_it(made, main, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    kept = shutil.copy2(made, folder)
    (folder / f"{ID}-0123456789abcdef.h264").touch()
    assert sub.make({ID: main}, folder, progress=quiet, ffmpeg="/none/ffmpeg") == {ID: folder / made.name}
    other = shutil.copy(main, folder / f"{ID}-fedcba9876543210.h264")
    replaced = sub.make({ID: other}, folder, progress=quiet)[ID]
    assert not (folder / kept).exists()
    assert {path.name for path in folder.glob("*.sub-*")} == {replaced.name}
    assert (folder / f"{ID}-0123456789abcdef.h264").exists()


@pytest.mark.parametrize(
    ("broken", "code"), [("/none/ffmpeg", "ffmpeg_missing"), (shutil.which("false"), "encoder_failed")]
)
def test_an_encoder_that_fails_leaves_nothing_behind(tmp_path, main, broken, code):
    with pytest.raises(ClipsNotMade, match=f"^{code}: "):
        sub.make({ID: main}, tmp_path, progress=quiet, ffmpeg=broken)
    assert list(tmp_path.iterdir()) == []
