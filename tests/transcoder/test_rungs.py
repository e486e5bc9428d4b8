"""Rungs that are copied, let go, taken from another stream, given up and given back, while a player goes on."""

import re
import subprocess
import threading
import time
from dataclasses import asdict, replace

import imageio_ffmpeg
import pytest

from demo.pictures import numbers
from server.cameras.profile import Profile
from tests import hls_invariants
from tests.transcoder import faulty
from tests.transcoder.running import Transcoder
from tests.transcoder.waiting import until

pytestmark = pytest.mark.process
CAM = "cam-near"
CALM, SHORT = 0.0, 0.95  # share of time in which something waits for a CPU


class Host:
    """The pressure that the transcoder reads of its host."""

    def __init__(self, proc):
        self.proc, self.file, self.share, self.total_us = proc, proc / "pressure" / "cpu", CALM, 0.0
        self.file.parent.mkdir(parents=True)
        self.is_over = threading.Event()
        self.write(0.0)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def write(self, took_s):
        self.total_us += took_s * self.share * 1e6
        draft = self.file.with_suffix(".new")
        draft.write_text(f"some avg10=0.00 avg60=0.00 avg300=0.00 total={int(self.total_us)}\n")
        draft.replace(self.file)  # as the kernel: never half a line

    def run(self):
        before = time.monotonic()
        while not self.is_over.wait(0.05):
            now = time.monotonic()
            self.write(now - before)
            before = now

    def stop(self):
        self.is_over.set()
        self.thread.join()


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rungs")
    return {
        "main": coded(folder / "main.h264", "1280x720", "2M"),
        "sub": coded(folder / "sub.h264", "640x360", "300k"),
        "fits": coded(folder / "fits.h264", "960x540", "450k"),
        "long": coded(folder / "long.h264", "640x360", "300k", gop=150, frames=300),
    }


def coded(path, size, rate, *, gop=30, frames=60):
    picture = ["-f", "lavfi", "-i", f"testsrc=s={size}:r=15", "-frames:v", str(frames)]
    rate = ["-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-profile:v", "main", "-preset", "veryfast"]
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, "-c:v", "libx264", "-bf", "0", *rate]
    argv += ["-g", str(gop), "-keyint_min", str(gop), "-sc_threshold", "0", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(argv, check=True)
    return path


@pytest.fixture(scope="module")
def port(clips, tmp_path_factory):
    settings = {name: {"clip": str(clip)} for name, clip in clips.items()}
    with faulty.cameras(tmp_path_factory.mktemp("cameras"), settings) as (port, _):
        yield port


@pytest.fixture
def host(tmp_path):
    made = Host(tmp_path / "proc")
    yield made
    made.stop()


@pytest.fixture
def transcoder(transaction, data_dir, database_url, host, port):
    folder = data_dir.parent
    module = ("tests.transcoder.hasty", str(host.proc))
    made = Transcoder(transaction, data_dir, database_url, folder / "transcoder.log", module=module)
    made.camera(CAM, port, "/main")
    yield made
    if made.process.poll() is None:
        assert made.stop() == 0


def profile(clips, name):
    return Profile(name=name, path=f"/{name}", **asdict(numbers.of(clips[name], fps=15)))


def playlist(transcoder, rung):
    status, text = transcoder.get(f"/live/{CAM}/{rung}/index.m3u8")
    assert status == 200, text
    return text


def made(transcoder):
    """What the encoders that came to live have made: their rungs, in order."""
    return [line["rungs"] for line in transcoder.events("encoder_live")]


def watch(transcoder, rung, *, seconds, until_true=lambda: False):
    """Ask for a rung's playlist as a player does; returns the texts."""
    texts, deadline = [], time.monotonic() + seconds
    while time.monotonic() < deadline and not until_true():
        texts.append(playlist(transcoder, rung))
        msn, part = map(int, re.search(r"LAST-MSN=(\d+),LAST-PART=(\d+)", texts[-1]).groups())
        transcoder.get(f"/live/{CAM}/{rung}/index.m3u8?_HLS_msn={msn}&_HLS_part={part + 1}")
    return texts


def test_a_camera_that_fits_is_copied_into_the_tallest_rung(transcoder, clips):
    fits = profile(clips, "fits")
    transcoder.profiles(CAM, fits)
    transcoder.want(CAM)
    offered = transcoder.get(f"/live/{CAM}/index.m3u8")[1]
    assert f'CODECS="{fits.codecs}",RESOLUTION=960x540,FRAME-RATE=15.000' in offered
    hls_invariants.check(transcoder.url(f"/live/{CAM}/index.m3u8"), seconds=10, tolerance_s=3)
    assert made(transcoder)[-1] == ["240p", "360p"]
    newest = playlist(transcoder, "540p").rsplit("#EXT-X-PART", 2)[1]
    assert "../" not in newest, "the camera's own pictures, not those of a lower rung"
    assert transcoder.events("camera_distrusted") == []


def test_a_camera_that_is_not_what_it_was_registered_as_is_encoded(transcoder, clips, port):
    claimed = replace(profile(clips, "fits"), path="/long")
    transcoder.profiles(CAM, claimed)
    transcoder.want(CAM)
    until(lambda: transcoder.events("encoder_live"), within_s=15)  # its key frame comes in 10 s at most
    until(lambda: watch(transcoder, "540p", seconds=1) and transcoder.events("camera_distrusted"), within_s=25)
    assert transcoder.events("camera_distrusted")[0]["reason"] == "key_frames"
    until(lambda: "540p" in made(transcoder)[-1], within_s=20)
    until(lambda: "../" not in playlist(transcoder, "540p").rsplit("#EXT-X-PART", 2)[1], within_s=10)


def test_a_rung_that_nobody_watches_is_let_go_and_comes_back_without_a_break(transcoder):
    transcoder.want(CAM)
    watch(transcoder, "540p", seconds=20, until_true=lambda: made(transcoder)[-1:] == [["240p", "360p", "540p"]])
    watch(transcoder, "240p", seconds=20, until_true=lambda: made(transcoder)[-1] == ["240p"])
    texts = watch(transcoder, "540p", seconds=8)
    assert "../240p/" in texts[0], "at once, with what there is"
    assert made(transcoder)[-1][-1] == "540p"
    assert "../" not in texts[-1].rsplit("#EXT-X-PART", 2)[1]
    assert not any("#EXT-X-DISCONTINUITY\n" in text for text in texts)
    assert transcoder.events("ingest_started")[1:] == [], "the camera notices nothing"


def test_the_smallest_stream_that_is_large_enough_is_used(transcoder, clips):
    transcoder.profiles(CAM, profile(clips, "main"), profile(clips, "sub"))
    transcoder.want(CAM)
    watch(transcoder, "540p", seconds=10, until_true=lambda: "540p" in (made(transcoder) or [[]])[-1])
    assert transcoder.events("encoder_started")[-1]["profile"] == "main"
    watch(transcoder, "360p", seconds=20, until_true=lambda: made(transcoder)[-1] == ["240p", "360p"])
    assert transcoder.events("encoder_started")[-1]["profile"] == "sub"
    ended = transcoder.events
    until(lambda: [line["profile"] for line in ended("ingest_ended")][-1:] == ["main"])
    assert {line["reason"] for line in ended("ingest_ended")} == {"not_wanted"}
    assert "#EXT-X-DISCONTINUITY\n" not in playlist(transcoder, "360p")


def test_who_looks_at_stills_only_costs_no_video(transcoder):
    transcoder.want(CAM)
    path, seen = f"/live/{CAM}/still.jpg", []
    until(lambda: transcoder.get(path)[0] == 200 and made(transcoder)[-1:] == [[]], within_s=15)
    until(lambda: transcoder.lease(CAM).state == "stills")

    def two_pictures():
        seen.append(transcoder.lease(CAM).still_at)
        return transcoder.get(path)[0] == 200 and len(set(seen)) >= 2

    until(two_pictures, within_s=15)
    assert transcoder.get(f"/live/{CAM}/240p/index.m3u8")[0] == 200, "video comes back for who asks"
    until(lambda: transcoder.lease(CAM).state == "live")


def test_a_warm_camera_is_pulled_by_nobodys_wish_and_no_key_frame_is_waited_for(transcoder, port):
    transcoder.camera(CAM, port, "/long")  # a key frame in 10 s
    transcoder.profiles(CAM, Profile(name="main", path="/long"), warm=True)
    until(lambda: (lease := transcoder.lease(CAM)) and lease.reason == "kept_warm", within_s=15)
    assert len(transcoder.children()) == 1
    assert transcoder.get(f"/live/{CAM}/index.m3u8")[0] == 404, "nobody may see it"
    transcoder.want(CAM)
    wanted_at = time.monotonic()
    playlist(transcoder, "240p")
    assert time.monotonic() - wanted_at < 3.0
    assert len(transcoder.events("ingest_started")) == 1


def test_a_host_that_is_short_of_cpu_gives_up_step_by_step_and_everything_comes_back(transcoder, host):
    transcoder.want(CAM, seconds=120)
    watch(transcoder, "540p", seconds=10, until_true=lambda: "540p" in (made(transcoder) or [[]])[-1])
    host.share = SHORT

    def seen(step):
        return transcoder.lease(CAM).step == step

    texts = watch(transcoder, "540p", seconds=15, until_true=lambda: seen("no_top"))
    texts += watch(transcoder, "540p", seconds=15, until_true=lambda: seen("slow"))
    assert not any("#EXT-X-DISCONTINUITY\n" in text for text in texts), "no player stumbles"
    until(lambda: seen("key_frames"), within_s=15)
    until(lambda: transcoder.get(f"/live/{CAM}/240p/index.m3u8")[0] == 503)
    assert '"stills_only"' in transcoder.get(f"/live/{CAM}/240p/index.m3u8")[1]
    assert transcoder.get(f"/live/{CAM}/still.jpg")[0] == 200
    host.share = CALM
    until(lambda: seen("full"), within_s=60)
    until(lambda: transcoder.get(f"/live/{CAM}/540p/index.m3u8")[0] == 200, within_s=15)
    until(lambda: transcoder.lease(CAM).state == "live")
