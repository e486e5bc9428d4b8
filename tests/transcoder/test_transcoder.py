"""The whole transcoder with a real ffmpeg and an RTSP server that we did not write."""

import json
import os
import signal
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import imageio_ffmpeg
import pytest

from server.models import Blackout, Camera
from tests import hls_invariants
from tests.transcoder.running import PASSWORD, Transcoder, alive, gstreamer_cameras, position, simulated_camera
from tests.transcoder.waiting import until

pytestmark = pytest.mark.process
CAM = "cam-near"


@pytest.fixture(scope="module")
def cameras():
    with gstreamer_cameras() as port:
        yield port


@pytest.fixture
def transcoder(transaction, data_dir, database_url, tmp_path):
    module = ("tests.transcoder.calm", str(tmp_path / "proc"))
    made = Transcoder(transaction, data_dir, database_url, tmp_path / "transcoder.log", module=module)
    yield made
    if made.process.poll() is None:
        assert made.stop() == 0
    assert PASSWORD not in made.log.read_text()


@pytest.mark.parametrize("path", ["/idr", "/join"])
def test_a_stream_keeps_every_rule_of_low_latency_hls(transcoder, cameras, path):
    transcoder.camera(CAM, cameras, path)
    transcoder.want(CAM)
    figures = hls_invariants.check(transcoder.url(f"/live/{CAM}/index.m3u8"), seconds=8, tolerance_s=3)
    assert figures["rungs"] == ["240p", "360p", "540p"]


def test_the_simulated_cameras_of_the_demo_are_played_too(transcoder, tmp_path):
    with simulated_camera(tmp_path) as port:
        transcoder.camera(CAM, port, "/street")
        transcoder.want(CAM)
        hls_invariants.check(transcoder.url(f"/live/{CAM}/index.m3u8"), seconds=6, tolerance_s=3)


def test_a_camera_with_sound_is_played_without_it(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i"]
    camera = subprocess.run(
        [*argv, f"rtsp://viewer:canary%27%20p%40ss%3A%2541@127.0.0.1:{cameras}/idr"], capture_output=True, check=False
    )
    assert b"Audio: pcm_alaw" in camera.stderr, "this camera does have a sound track"
    transcoder.get(f"/live/{CAM}/540p/index.m3u8")
    ours = subprocess.run(
        [*argv, transcoder.url(f"/live/{CAM}/index.m3u8"), "-t", "1", "-f", "null", "-"],
        capture_output=True,
        check=True,
    )
    assert ours.stderr.count(b": Video: h264 (Main)") == 3
    assert b"Audio:" not in ours.stderr.split(b"Stream mapping:")[0]


def test_a_camera_that_nobody_wants_is_404_and_takes_no_process(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    assert transcoder.get(f"/live/{CAM}/index.m3u8")[0] == 404
    assert transcoder.get(f"/live/{CAM}/240p/index.m3u8")[0] == 404
    assert transcoder.children() == []


def test_a_stream_is_reported_live_and_ends_when_nobody_wants_it(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    status, playlist = transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    assert status == 200
    until(lambda: transcoder.lease(CAM).state == "live")
    pids = transcoder.children()
    msn, part, _ = position(playlist)
    answers = []
    path = f"/live/{CAM}/360p/index.m3u8?_HLS_msn={msn + 2}&_HLS_part={part + 14}"
    held = threading.Thread(target=lambda: answers.append(transcoder.get(path)))
    held.start()
    transcoder.want(CAM, seconds=-1)
    held.join(timeout=3)
    assert answers[0][0] in {200, 410}
    until(lambda: not any(map(alive, pids)), within_s=5)
    until(lambda: transcoder.lease(CAM).expires_at <= datetime.now(UTC), within_s=3)
    assert transcoder.get(f"/live/{CAM}/360p/index.m3u8")[0] == 404
    assert transcoder.events("ingest_ended")[-1]["reason"] == "not_wanted"
    assert transcoder.events("ingest_ended")[-1]["code"] == 0, "it said goodbye to the camera"


@pytest.mark.parametrize(("what", "reason"), [("ingest", "camera_closed"), ("encoder", "encoder_ended")])
def test_an_ffmpeg_that_is_killed_is_replaced_and_the_stream_goes_on(transcoder, cameras, what, reason):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    path = f"/live/{CAM}/360p/index.m3u8"
    before = position(transcoder.get(path)[1])
    os.kill(transcoder.newest("ingest") if what == "ingest" else transcoder.encoding(rungs=3), signal.SIGKILL)
    until(lambda: "#EXT-X-DISCONTINUITY\n" in transcoder.get(path)[1])
    playlist = transcoder.get(path)[1]
    assert position(playlist)[0] > before[0]
    assert position(playlist)[2] >= before[2]
    assert playlist.count("#EXT-X-MAP:") == 1, "the same encoder settings have the same init segment"
    assert transcoder.events(f"{what}_ended")[0]["reason"] == reason
    for name in {line for line in playlist.splitlines() if line.endswith(".m4s")}:
        assert transcoder.get(f"/live/{CAM}/360p/{name}")[0] == 200


@pytest.mark.parametrize("what", ["ingest", "encoder"])
def test_an_ffmpeg_that_stands_still_is_replaced(transcoder, cameras, what):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    pid = transcoder.newest("ingest") if what == "ingest" else transcoder.encoding(rungs=3)
    os.kill(pid, signal.SIGSTOP)
    until(lambda: transcoder.lease(CAM).state == "delayed")
    until(lambda: transcoder.lease(CAM).state == "stale")
    until(lambda: not alive(pid), within_s=12)
    until(lambda: transcoder.lease(CAM).state == "live", within_s=5)
    ended = until(lambda: transcoder.events(f"{what}_ended"))  # it may be live again before the old one is reaped
    assert [one["reason"] for one in ended] == ["picture_stalled"]


def test_a_wrong_password_is_tried_twice_and_never_shown(transcoder, cameras):
    wrong = "canary-that-is-wrong"
    transcoder.camera(CAM, cameras, "/idr", password=wrong)
    transcoder.want(CAM)
    status, body = transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    assert (status, json.loads(body)["code"]) == (503, "camera_unauthorized")
    until(lambda: transcoder.lease(CAM).state == "failed")
    assert transcoder.lease(CAM).reason == "camera_unauthorized"
    transcoder.want(CAM, seconds=-1)
    until(lambda: transcoder.events("camera_unwanted"))
    transcoder.want(CAM)
    status, body = transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    assert json.loads(body)["code"] == "camera_unauthorized", "asking again does not try again"
    assert len(transcoder.events("ingest_started")) == 2
    assert wrong not in transcoder.log.read_text()
    assert "***@127.0.0.1" in transcoder.log.read_text(), "what ffmpeg said is kept, without the password"
    transcoder.camera(CAM, cameras, "/idr")
    until(lambda: transcoder.lease(CAM).state == "live")


@pytest.mark.parametrize(("port", "reason"), [(1, "camera_unreachable"), (None, "camera_path_unknown")])
def test_a_camera_that_is_not_there_is_tried_again_with_pauses(transcoder, cameras, port, reason):
    transcoder.camera(CAM, port or cameras, "/nowhere")
    transcoder.want(CAM)
    until(lambda: len(transcoder.events("ingest_ended")) >= 2)
    assert {line["reason"] for line in transcoder.events("ingest_ended")} == {reason}
    until(lambda: (lease := transcoder.lease(CAM)).state == "backoff" and lease.reason == reason)
    assert transcoder.get("/healthz")[0] == 200


def test_the_password_is_on_no_command_line_and_in_no_environment(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    for seen in (*transcoder.children(), transcoder.process.pid):
        for file in ("cmdline", "environ"):
            content = Path(f"/proc/{seen}/{file}").read_bytes()
            assert b"canary" not in content
            assert b"rtsp://" not in content


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_leaves_nothing(transcoder, cameras, number):
    for camera_id in (CAM, "cam-looks", "cam-far"):
        transcoder.camera(camera_id, cameras, "/idr")
        transcoder.want(camera_id)
    assert transcoder.get("/live/cam-far/360p/index.m3u8")[0] == 200
    until(lambda: len(transcoder.children()) >= 6)
    pids = transcoder.children()
    transcoder.process.send_signal(number)
    assert transcoder.process.wait(timeout=5) == 0
    assert not any(alive(pid) for pid in pids)
    assert transcoder.lease(CAM).expires_at <= datetime.now(UTC)


def test_its_ffmpegs_die_with_it(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    pids = transcoder.children()
    transcoder.process.kill()
    transcoder.process.wait()
    until(lambda: not any(map(alive, pids)), within_s=2)


def test_a_camera_wanted_again_while_it_stops_comes_back(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    transcoder.want(CAM, seconds=-1)
    until(lambda: transcoder.events("camera_unwanted"))
    transcoder.want(CAM)
    assert transcoder.get(f"/live/{CAM}/index.m3u8")[0] == 200
    assert transcoder.get(f"/live/{CAM}/360p/index.m3u8")[0] == 200
    until(lambda: len(transcoder.children()) == 2)


def test_a_camera_that_its_centre_switches_off_is_let_go_though_it_is_wanted_and_warm(transcoder, cameras):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM)
    with transcoder.transaction() as session:
        session.get(Camera, CAM).warm = True
    transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    pids = transcoder.children()
    with transcoder.transaction() as session:
        order = {"centre_id": "centre", "camera_id": CAM, "reason": "민원", "ordered_by": "centre"}
        session.add(Blackout(id="b", at=datetime.now(UTC), **order))
    until(lambda: not any(map(alive, pids)), within_s=5)
    assert transcoder.get(f"/live/{CAM}/360p/index.m3u8")[0] == 404
    with transcoder.transaction() as session:
        session.get(Blackout, "b").ended_at = datetime.now(UTC)
    assert transcoder.get(f"/live/{CAM}/360p/index.m3u8")[0] == 200


def test_a_host_that_cannot_renew_its_leases_stops_by_itself_and_comes_back(transcoder, cameras, engine):
    transcoder.camera(CAM, cameras, "/idr")
    transcoder.want(CAM, seconds=120)
    transcoder.get(f"/live/{CAM}/360p/index.m3u8")
    with engine.connect() as connection:  # holds the write lock
        connection.exec_driver_sql("SELECT 1")
        until(lambda: not transcoder.children(), within_s=10)
        assert transcoder.get(f"/live/{CAM}/360p/index.m3u8")[0] == 404
        until(lambda: transcoder.get("/healthz")[0] == 503)
    until(lambda: (lease := transcoder.lease(CAM)).fence == 2 and lease.state == "live", within_s=15)
    assert transcoder.get("/healthz")[0] == 200
