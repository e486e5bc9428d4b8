"""A supervisor in this process, with a real database, a simulated camera and real ffmpegs, as its host sees it."""

from datetime import UTC, datetime, timedelta

import pytest

from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import Camera, Stream
from tests.transcoder.running import PASSWORD, simulated_camera
from tests.transcoder.supervised import supervised
from tests.transcoder.waiting import arrives
from transcoder import measured
from transcoder.brownout import Step
from transcoder.metrics import render

pytestmark = pytest.mark.process


@pytest.fixture
def want(transaction, data_dir):
    """Makes a camera of the town wanted, at this port of the loopback, and for so long."""

    def make(port, *, seconds=60.0, password=PASSWORD):
        with transaction() as session:
            camera = session.get(Camera, "cam-near")
            camera.rtsp_host, camera.rtsp_port = "127.0.0.1", port
            camera.profiles = [Profile(name="main", path="/street").stored()]
            camera.rtsp_password_sealed = Vault(data_dir).seal(password)
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            session.merge(Stream(camera_id="cam-near", wanted_until=until, priority=0))

    return make


def of_camera(supervisor):
    """The snapshot of the only stream, if there is one."""
    return next(iter(measured.host(supervisor).streams), None)


async def test_a_host_without_cameras_has_nothing_to_tell(database_url, data_dir):
    async with supervised(database_url, data_dir) as supervisor:
        await arrives(lambda: supervisor.health()["ok"])
        host = measured.host(supervisor)
        assert (host.streams, host.leases, host.ffmpeg_processes, host.ffmpeg_rss_bytes) == ((), 0, 0, 0)
        assert host.is_database_reachable
        assert b"transcoder_leases 0.0" in render(lambda: host)


async def test_a_camera_that_plays_is_measured_and_its_numbers_end_with_its_stream(
    database_url, data_dir, tmp_path, want
):
    with simulated_camera(tmp_path) as port:
        want(port)
        async with supervised(database_url, data_dir) as supervisor:
            await arrives(
                lambda: (one := of_camera(supervisor)) and one.state == "live" and one.parts >= 15, within_s=30
            )
            await arrives(lambda: measured.host(supervisor).ffmpeg_rss_bytes)
            host, one = measured.host(supervisor), of_camera(supervisor)
            assert (one.camera_id, one.step, one.encoded_rungs, one.restarts) == ("cam-near", Step.FULL, 1, {})
            assert -0.1 < one.picture_age_s < 1.2
            assert set(one.part_bytes) == {"240p"}
            assert one.source_bps > 10_000
            assert one.source_fps == pytest.approx(15, rel=0.5)
            assert one.gop_bytes > 0
            assert (host.ffmpeg_processes, host.leases) == (2, 1), "an ingest and an encoder"
            assert 50_000_000 < host.ffmpeg_rss_bytes < 500_000_000
            want(port, seconds=-1)
            await arrives(lambda: not measured.host(supervisor).leases)
            after = measured.host(supervisor)
            assert (after.streams, after.ffmpeg_processes) == ((), 0)
            assert after.ffmpeg_cpu_s >= host.ffmpeg_cpu_s > 0, "a count never goes back"


async def test_a_camera_that_refuses_us_is_down_and_its_runs_are_counted_by_reason(
    database_url, data_dir, tmp_path, want
):
    with simulated_camera(tmp_path) as port:
        want(port, password="another")
        async with supervised(database_url, data_dir) as supervisor:
            await arrives(
                lambda: (one := of_camera(supervisor)) and one.restarts.get("camera_unauthorized"), within_s=20
            )
            one = of_camera(supervisor)
            assert (one.state, one.picture_age_s, one.encoded_rungs) == ("down", None, 0)
            assert b'reason="camera_unauthorized"' in render(lambda: measured.host(supervisor))
