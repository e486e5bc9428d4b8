from pathlib import Path

import pytest
from sqlalchemy import func, select

from demo import province, seed
from demo.accounts import Secrets
from server import db
from server.access import passwords
from server.access.keys import Keys
from server.cameras import near
from server.cameras.credentials import Vault
from server.models import Camera, Client, Officer, Unit


@pytest.fixture
def secrets():
    return Secrets(
        passwords={officer.key: f"password of {officer.key}" for officer in province.OFFICERS},
        client_secrets={client.key: f"secret of {client.key}" for client in province.CLIENTS},
        camera_username="viewer",
        camera_password="canary",
    )


def seeded(folder: Path, secrets, port):
    Keys.create(folder)
    Vault.create(folder)
    db.migrate(f"sqlite:///{folder / 'goldentime.db'}")
    units = seed.province_in(folder, secrets, rtsp_port=port)
    return units, db.engine(f"sqlite:///{folder / 'goldentime.db'}")


def test_the_province_is_put_in_whole_and_a_second_time_changes_only_the_port(tmp_path, secrets):
    units, engine = seeded(tmp_path, secrets, 8554)
    again, engine = seeded(tmp_path, secrets, 8555)
    assert units == again
    with db.read(engine)() as session:
        count = {model: session.scalar(select(func.count()).select_from(model)) for model in (Camera, Officer, Client)}
        assert set(session.scalars(select(Unit.id))) == set(units.values())
        camera = session.get(Camera, province.CAMERAS[0].id)
        officer = session.scalars(select(Officer).where(Officer.username == "patrol11")).one()
        assert camera.rtsp_port == 8555
        assert camera.h3_cell == near.cell(camera.lat, camera.lon)
        assert b"canary" not in camera.rtsp_password_sealed
        assert Vault(tmp_path).open(camera.rtsp_password_sealed) == "canary"
        assert passwords.fits("password of officer", officer.password_hash)
    engine.dispose()
    assert count == {Camera: len(province.CAMERAS), Officer: len(province.OFFICERS), Client: len(province.CLIENTS)}


def test_the_call_shows_the_live_cameras_first(tmp_path, secrets):
    _, engine = seeded(tmp_path, secrets, 8554)
    with db.read(engine)() as session:
        found = near.around(session, province.CALL.lat, province.CALL.lon, radius_m=500)
    engine.dispose()
    live = {camera.id for camera in province.CAMERAS if camera.live}
    assert live <= {candidate.id for candidate in found}
