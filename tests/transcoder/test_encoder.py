"""The command of ``command.py``, run by a real ffmpeg on files, through the packager."""

import subprocess

import imageio_ffmpeg
import pytest

from tests.fragments import Chunk, Init
from tests.transcoder.feeding import NOON
from tests.transcoder.waiting import arrives
from transcoder import command, flv, playlist
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager
from transcoder.process import Process

pytestmark = pytest.mark.process
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
NOISE = "nullsrc=s=1280x720:r=15,geq=random(1)*255:128:128"


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Makes a file with a picture and a sound track."""
    folder = tmp_path_factory.mktemp("clips")

    def make(name, picture, seconds):
        path = folder / f"{name}.mkv"
        sources = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=f=440:r=8000"]
        codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", "-c:a", "pcm_alaw"]
        subprocess.run([FFMPEG, "-v", "error", *sources, "-t", str(seconds), *codecs, str(path)], check=True)
        return path

    return make


async def transcode(path):
    """The packager after ffmpeg has read the whole file."""
    packager, readers = Packager(DEFAULT), {rung.name: flv.Reader() for rung in DEFAULT.rungs}
    packager.begin("00000001")
    keys = {rung.name: [] for rung in DEFAULT.rungs}

    def receive(name, data):
        for item in readers[name].feed(data):
            if isinstance(item, flv.Configuration):
                packager.configure(name, item)
            else:
                keys[name].append(item.is_key)
                packager.add(name, item, arrived_at=NOON)

    process = Process(
        lambda script_fd, ends: command.argv(FFMPEG, DEFAULT, script_fd=script_fd, rung_fds=ends),
        script=f"ffconcat version 1.0\nfile '{path}'\n".encode(),
        outputs=list(readers),
        receive=receive,
    )
    await arrives(lambda: process.poll() is not None, within_s=60)
    assert process.poll() == 0, process.said
    return packager, keys


async def test_the_encoder_is_what_the_playlists_declare_on_the_worst_picture(clip):
    packager, keys = await transcode(clip("noise", NOISE, 5))
    for rung in DEFAULT.rungs:
        init = Init.of(packager.init(rung.name, "00000001"))
        assert f"avc1.{init.avcc[1:4].hex()}" == rung.codecs.lower()
        assert init.handlers == ["vide"], "no sound track, though the camera has one"
        assert [n for n, key in enumerate(keys[rung.name]) if key] == [0, 3, 6, 9, 12, 15, 18, 48]
        chunks = [Chunk.of(part.content[rung.name]) for s in packager.segments for part in s.parts]
        assert all(chunk.is_sync == chunk.has_idr for chunk in chunks)
        # §4.4.6.2: the peak over any run of segments between half and one and a half target durations
        sizes = [(s.frames / 15, len(packager.content(rung.name, s.name))) for s in packager.segments if s.is_complete]
        for first in range(len(sizes)):
            for last in range(first + 1, len(sizes) + 1):
                seconds = sum(duration for duration, _ in sizes[first:last])
                if 1.0 <= seconds <= 3.0:
                    assert sum(size for _, size in sizes[first:last]) * 8 / seconds <= rung.cap_bps


def watched(data):
    """What ffmpeg says while it decodes ``data``."""
    argv = [FFMPEG, "-hide_banner", "-i", "pipe:", "-f", "null", "-"]
    return subprocess.run(argv, input=data, capture_output=True, check=True).stderr.decode()


@pytest.mark.parametrize("size", ["640x480", "352x288", "1920x1080", "720x1280"])
async def test_a_camera_of_any_shape_fills_the_declared_size(clip, size):
    packager, _ = await transcode(clip(size, f"testsrc2=s={size}:r=15", 1))
    for rung in DEFAULT.rungs:
        data = packager.init(rung.name, "00000001") + b"".join(
            packager.content(rung.name, s.name) for s in packager.segments
        )
        said = watched(data)
        assert f"{rung.width_px}x{rung.height_px} [SAR 1:1" in said
        assert "Audio" not in said
        assert "frame=   15" in said


@pytest.mark.parametrize("fps", [10, 12.5, 25, 30])
async def test_a_camera_of_any_rate_is_put_on_the_grid(clip, fps):
    packager, keys = await transcode(clip(f"fps{fps}", f"testsrc2=s=640x360:r={fps}", 4))
    assert all(abs(len(frames) - 60) <= 2 for frames in keys.values())
    assert playlist.media(packager, "360p").count("DURATION=0.2,") >= 19
