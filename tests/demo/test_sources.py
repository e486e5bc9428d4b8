"""The simulator plays pictures of every shape, and their numbers are counted right."""

import json
import re
import subprocess
import sys
import time

import pytest

from demo.cameras import film, h264
from demo.pictures import numbers
from tests.demo.conftest import ROOT
from tests.demo.rtsp_client import Client
from tests.demo.sources import SOURCES, make

pytestmark = pytest.mark.process
NAMES = sorted(SOURCES)
H264 = [name for name in NAMES if SOURCES[name].codec == "h264"]
PLAYED = ["five_fps", "fifty_fps", "four_k", "odd", "portrait", "rotated", "h265", "h265_odd"]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    return {name: make(name, folder) for name in NAMES}


@pytest.fixture(scope="module")
def port(clips, tmp_path_factory):
    config = tmp_path_factory.mktemp("cameras") / "cameras.json"
    cameras = [{"path": f"/{name}", "clip": str(clips[name]), "fps": SOURCES[name].fps} for name in NAMES]
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": cameras}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())["port"]
        process.terminate()


@pytest.mark.parametrize("name", [name for name in PLAYED if name in H264])
def test_every_picture_arrives_whole_and_at_its_time(port, clips, name):
    source, track = SOURCES[name], h264.load(clips[name])
    known = [[bytes(nal) for nal in unit] for unit in track.units]
    with Client(port, path=f"/{name}").play() as client:
        units = client.units(source.gop + 2)
    indexes = [known.index(unit.nals) for unit in units]
    assert indexes == [(indexes[0] + n) % source.frames for n in range(len(units))]
    assert {(b.timestamp - a.timestamp) % (1 << 32) for a, b in zip(units, units[1:], strict=False)} == {
        90_000 // source.fps
    }
    if name == "four_k":
        assert max(sum(map(len, unit.nals)) for unit in units) > 300_000


@pytest.mark.parametrize("name", PLAYED)
def test_ffmpeg_loses_nothing_of_it(port, name, ffmpeg):
    source = SOURCES[name]
    # -probesize 32: looking longer, ffmpeg gives two of the pictures before the first key frame the same time
    argv = [ffmpeg, "-v", "error", "-rtsp_transport", "tcp", "-probesize", "32"]
    argv += [
        "-i",
        f"rtsp://127.0.0.1:{port}/{name}",
        "-frames:v",
        str(source.frames + 2),
        "-c",
        "copy",
        "-f",
        "framecrc",
        "-",
    ]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    rows = [line.split(",") for line in run.stdout.splitlines() if line and line[0] != "#"]
    stamps = [int(row[2]) for row in rows]
    assert {b - a for a, b in zip(stamps, stamps[1:], strict=False)} == {90_000 // source.fps}, stamps
    assert len({row[5] for row in rows}) == source.frames
    assert f"#dimensions 0: {source.width}x{source.height}" in run.stdout


def test_fifty_frames_a_second_follow_the_wall_clock(port, clips):
    source = SOURCES["fifty_fps"]
    known = [[bytes(nal) for nal in unit] for unit in h264.load(clips["fifty_fps"]).units]
    with Client(port, path="/fifty_fps").play() as client:
        (*_, unit) = client.units(60)
        due = int(time.time() * source.fps) % source.frames
    assert (due - known.index(unit.nals)) % source.frames <= 5  # a tenth of a second, on a busy machine


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_of_a_clip_are_those_of_its_encoder(clips, name):
    source = SOURCES[name]
    counted = numbers.of(clips[name], fps=source.fps)
    assert (counted.codec, counted.width_px, counted.height_px) == (source.codec, source.width, source.height)
    assert (counted.fps, counted.gop_frames) == (source.fps, source.gop)
    assert counted.b_frames == (bool(source.b_frames) if source.codec == "h264" else None)


@pytest.mark.parametrize("name", NAMES)
def test_the_codec_is_named_as_ffmpeg_names_it(clips, name, ffmpeg, tmp_path):
    argv = [ffmpeg, "-v", "error", "-r", str(SOURCES[name].fps), "-i", str(clips[name]), "-c", "copy"]
    subprocess.run(
        [*argv, "-tag:v", "hvc1" if name.startswith("h265") else "avc1", "-f", "dash", "m.mpd"],
        cwd=tmp_path,
        check=True,
    )
    named = re.search(r'codecs="([^"]+)"', (tmp_path / "m.mpd").read_text())[1]
    assert numbers.of(clips[name], fps=15).codecs.lower() == named.lower()


def test_the_bitrate_is_that_of_the_largest_second_also_over_the_loop_point(tmp_path, clips):
    counted = numbers.of(clips["five_fps"], fps=5)
    sizes = [sum(4 + len(nal) for nal in unit) for unit in h264.load(clips["five_fps"]).units]
    around = sizes + sizes
    assert counted.bitrate_bps == max(sum(around[at : at + 5]) for at in range(len(sizes))) * 8


def test_a_parameter_set_that_is_cut_off_names_the_file(tmp_path):
    clip = tmp_path / "c.h264"
    clip.write_bytes(b"\0\0\1\x67\x42\0\0\1\x68\1\0\0\1\x65\x80")
    with pytest.raises(h264.ClipUnusable, match=r"c\.h264: its parameter set is cut off"):
        numbers.of(clip, fps=15)


@pytest.mark.parametrize("name", ["h265", "h265_odd"])
def test_of_h265_a_still_stream_is_key_frames_only(clips, name):
    made = film.load(clips[name])
    assert made.still(10, 7) == made.unit(10)


@pytest.mark.parametrize("name", H264)
def test_pictures_in_which_nothing_moves_are_read_so_by_a_decoder(clips, name, ffmpeg):
    made = film.load(clips[name])
    stream = b"".join(b"\0\0\0\1" + nal for number in range(40) for nal in made.still(0, number))
    argv = [ffmpeg, "-v", "warning", "-f", "h264", "-i", "-", "-f", "framemd5", "-"]
    run = subprocess.run(argv, input=stream, capture_output=True, check=True)
    rows = [line.split(b",")[-1] for line in run.stdout.splitlines() if line[:1] != b"#"]
    assert (len(rows), len(set(rows)), run.stderr) == (40, 1, b"")
