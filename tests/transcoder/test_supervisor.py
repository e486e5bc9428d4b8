"""The loop over all cameras, in this process, with a real database and cameras that are not there."""

from datetime import UTC, datetime, timedelta

from server.cameras.credentials import Vault
from server.models import Camera, Stream
from tests.transcoder.running import PASSWORD
from tests.transcoder.supervised import supervised
from tests.transcoder.waiting import arrives
from transcoder import supervisor as module

IDS = ("cam-near", "cam-far")


async def test_a_step_of_a_camera_that_fails_ends_no_other_camera(database_url, data_dir, transaction, monkeypatch):
    monkeypatch.setattr(module, "BROKEN_S", 0.2)
    with transaction() as session:
        for id_ in IDS:
            camera = session.get(Camera, id_)
            camera.rtsp_host, camera.rtsp_port = "127.0.0.1", 1
            camera.rtsp_password_sealed = Vault(data_dir).seal(PASSWORD)
            until = datetime.now(UTC) + timedelta(seconds=60)
            session.merge(Stream(camera_id=id_, wanted_until=until, priority=0))
    stepped = dict.fromkeys(IDS, 0)
    usual = module.Camera.step

    def step(camera, **given):
        stepped[camera.id] += 1
        if camera.id == IDS[0]:
            raise ValueError("out of luck")
        usual(camera, **given)

    monkeypatch.setattr(module.Camera, "step", step)
    async with supervised(database_url, data_dir) as running:
        await arrives(lambda: running.cameras.keys() == set(IDS))
        await arrives(lambda: running.cameras[IDS[1]].pull.failed >= 2)
        await arrives(lambda: stepped[IDS[0]] >= 3)
        assert stepped[IDS[1]] > stepped[IDS[0]], "it is let be for a while"
        assert running.health()["ok"]
        monkeypatch.setattr(module.Camera, "step", usual)
        await arrives(lambda: running.cameras[IDS[0]].pull.failed >= 1)
