import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from demo.cameras import h264
from demo.pictures import clips, fonts, wallclock
from demo.pictures.clips import Clip, ClipsNotMade

HOSTILE = "목포역 ':,[]{}%{n}\\ 1"  # every letter that a filter string gives a meaning to
DRAWN = Clip("46110-0001", "목포역 광장", 0)


def quiet(*_):
    pass


def luma(path, ffmpeg, *, size, frames, filters="null", codec=None):
    """Grey pictures of a clip, after a second encoding when one is given."""
    source = ["-r", "15", "-i", str(path)]
    width, height = size
    if codec:
        encoded = [
            ffmpeg,
            "-v",
            "error",
            *source,
            "-frames:v",
            str(frames),
            "-vf",
            f"scale={width}:{height}",
            *codec,
            "-f",
            "h264",
            "-",
        ]
        piped = subprocess.run(encoded, capture_output=True, check=True).stdout
        source = ["-r", "15", "-i", "-"]
    else:
        piped = b""
    argv = [
        ffmpeg,
        "-v",
        "error",
        *source,
        "-frames:v",
        str(frames),
        "-vf",
        f"{filters},scale={width}:{height},format=gray",
    ]
    raw = subprocess.run([*argv, "-f", "rawvideo", "-"], input=piped, capture_output=True, check=True).stdout
    return [raw[at : at + width * height] for at in range(0, len(raw), width * height)]


def reads(picture, width, height):
    return wallclock.read(lambda x, y: picture[int(y * height) * width + int(x * width)])


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def drawn(kept):
    return clips.make([DRAWN], kept, progress=quiet)[DRAWN.id]


@pytest.mark.process
def test_a_drawn_clip_is_a_minute_that_a_camera_can_loop(drawn, ffmpeg):
    track = h264.load(drawn)
    idrs = [n for n, unit in enumerate(track.units) if any(h264.kind(nal) == h264.IDR for nal in unit)]
    assert (len(track.units), idrs) == (clips.FRAMES, list(range(0, clips.FRAMES, 30)))
    assert {sum(h264.kind(nal) in h264.PICTURES for nal in unit) for unit in track.units} == {1}  # not sliced
    assert 500_000 < drawn.stat().st_size * 8 / clips.SECONDS < 1_500_000  # bit/s
    said = subprocess.run(
        [ffmpeg, "-hide_banner", "-i", str(drawn)], capture_output=True, text=True, check=False
    ).stderr
    assert re.search(r"h264 \(Main\), yuv420p.*1280x720", said)
    assert "Audio" not in said


@pytest.mark.process
def test_the_clock_still_reads_after_the_smallest_rung(drawn, ffmpeg):
    codec = [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-tune",
        "zerolatency",
        "-crf",
        "28",
        "-maxrate",
        "180k",
        "-bufsize",
        "180k",
    ]
    size = (426, 240)
    pictures = luma(drawn, ffmpeg, size=size, frames=450, codec=codec)
    indexes = [reads(picture, *size) for picture in pictures]
    assert len(indexes) == 450
    assert sum(index == n for n, index in enumerate(indexes)) >= 0.99 * 450
    assert all(index in (n, None) for n, index in enumerate(indexes))


@pytest.mark.process
def test_a_second_start_makes_nothing_and_another_name_replaces_the_clip(drawn, kept, ffmpeg, tmp_path):
    before = drawn.stat().st_mtime_ns
    told = []
    again = clips.make([DRAWN], kept, progress=lambda *seen: told.append(seen))
    assert (again, drawn.stat().st_mtime_ns, told) == ({DRAWN.id: drawn}, before, [(1, 1, DRAWN)])
    folder = tmp_path / "copy"
    shutil.copytree(kept, folder)
    (folder / f"{DRAWN.id}9-0123456789abcdef.h264").touch()  # another camera's
    recordings = recording(tmp_path, ffmpeg)
    changed = clips.make([Clip(DRAWN.id, HOSTILE, 1)], folder, progress=quiet, source_clips=recordings)[DRAWN.id]
    assert {path.name for path in folder.iterdir()} == {changed.name, f"{DRAWN.id}9-0123456789abcdef.h264"}
    assert len(h264.load(changed).units) == clips.FRAMES
    size = (426, 240)
    assert [reads(picture, *size) for picture in luma(changed, ffmpeg, size=size, frames=40)] == list(range(40))
    labels = luma(changed, ffmpeg, size=(400, 40), frames=20, filters="crop=400:40:20:18")
    assert sum(pixel > 200 for pixel in labels[0]) > 400  # white letters on a black picture
    assert sum(pixel < 40 for pixel in labels[0]) > 8000
    assert max(abs(a - b) for a, b in zip(labels[0], labels[-1], strict=True)) < 60  # and none of them counts frames


@pytest.mark.process
def test_of_two_starts_at_once_one_makes_the_clip_and_the_other_takes_it(ffmpeg, tmp_path):
    counting = tmp_path / "ffmpeg"
    counting.write_text(f'#!/bin/sh\necho . >>"{tmp_path}/made"\nexec "{ffmpeg}" "$@"\n')
    counting.chmod(0o755)
    folder, recordings = tmp_path / "clips", recording(tmp_path, ffmpeg)
    with ThreadPoolExecutor() as pool:
        starts = [
            pool.submit(clips.make, [DRAWN], folder, progress=quiet, ffmpeg=counting, source_clips=recordings)
            for _ in range(2)
        ]
        assert starts[0].result() == starts[1].result()
    assert (tmp_path / "made").read_text() == ".\n"


def recording(folder, ffmpeg):
    """A folder with one black recording of 3 s, 25 fps, not 16:9, with a sound track."""
    recordings = folder / "rec: 'ordings', [x]"
    recordings.mkdir()
    argv = [
        ffmpeg,
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=black:s=320x240:r=25:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=d=3",
    ]
    subprocess.run([*argv, "-c:v", "libx264", "-c:a", "aac", str(recordings / "it's.mp4")], check=True)
    (recordings / "notes.txt").write_text("no picture")
    return recordings


@pytest.mark.process
def test_an_encoder_that_fails_leaves_nothing_behind(tmp_path, ffmpeg):
    folder = tmp_path / "clips"
    with pytest.raises(ClipsNotMade, match=r"^encoder_failed: 목포역 광장: 0 of 900"):
        clips.make([DRAWN], folder, progress=quiet, ffmpeg=shutil.which("false"))
    assert list(folder.iterdir()) == []


def test_a_missing_encoder_is_named(tmp_path):
    with pytest.raises(ClipsNotMade, match=r"^ffmpeg_missing: /none/ffmpeg"):
        clips.make([DRAWN], tmp_path, progress=quiet, ffmpeg="/none/ffmpeg")
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_korean_letters_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "KNOWN", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClipsNotMade, match=r"^font_missing: .*apt-get install fonts-nanum"):
        clips.make([DRAWN], tmp_path, progress=quiet)


def test_the_font_is_asked_of_fontconfig_when_it_is_in_no_known_place(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "KNOWN", ())
    listing = tmp_path / "fc-list"
    font = tmp_path / "b.ttf"
    font.touch()
    listing.write_text(f"#!/bin/sh\necho '{tmp_path}/gone.ttf: '\necho '{tmp_path}/c.pcf.gz: '\necho '{font}: '\n")
    listing.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fonts.hangul() == font


def test_a_folder_without_recordings_is_refused(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ClipsNotMade, match=r"^source_empty: .*unset GOLDENTIME_CLIPS"):
        clips.make([DRAWN], tmp_path / "clips", progress=quiet, source_clips=tmp_path)


@pytest.mark.parametrize("bad", ["", "../x", "a/b", "a b", "x" * 65, "é"])
def test_an_id_that_is_no_file_name_is_refused(tmp_path, bad):
    with pytest.raises(ClipsNotMade, match=r"^clip_id_invalid: "):
        clips.make([Clip(bad, "name", 0)], tmp_path, progress=quiet)


def test_a_full_disk_is_said_before_work_begins(tmp_path, monkeypatch):
    monkeypatch.setattr(clips, "CLIP_MAX_BYTES", 1 << 60)  # more than any disk has
    with pytest.raises(ClipsNotMade, match=r"^disk_full: "):
        clips.make([DRAWN], tmp_path, progress=quiet)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_but_not_what_another_is_making(tmp_path):
    old, young = tmp_path / ".making-old", tmp_path / ".making-young"
    for desk in (old, young):
        desk.mkdir()
        (desk / "clip").touch()
    os.utime(old, (0, 0))
    clips.make([], tmp_path, progress=quiet)
    assert list(tmp_path.iterdir()) == [young]
