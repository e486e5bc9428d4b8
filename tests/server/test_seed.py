import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
from sqlalchemy import func, select

from demo import province, seed
from demo.accounts import Secrets
from server import db
from server.access import passwords
from server.access.keys import Keys
from server.cameras import near, network, profile
from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import Camera, Centre, Client, Officer, Unit


@pytest.fixture
def secrets():
    return Secrets(
        passwords={officer.key: f"password of {officer.key}" for officer in province.OFFICERS},
        client_secrets={client.key: f"secret of {client.key}" for client in province.CLIENTS},
        camera_username="viewer",
        camera_password="canary",
    )


def seeded(folder: Path, secrets, port, films=None):
    Keys.create(folder)
    Vault.create(folder)
    db.migrate(f"sqlite:///{folder / 'goldentime.db'}")
    units = seed.province_in(folder, secrets, rtsp_port=port, films=films or {})
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


@pytest.mark.process
def test_what_is_seeded_could_have_been_registered_and_a_film_is_told_as_it_is(tmp_path, secrets):
    live = next(camera.id for camera in province.CAMERAS if camera.live)
    film = tmp_path / "film.h264"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=15", "-frames:v", "20", "-pix_fmt", "yuv420p"]
    coded = ["-c:v", "libx264", "-profile:v", "main", "-bf", "0", "-g", "10", "-f", "h264"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, *coded, film], check=True)
    _, engine = seeded(tmp_path, secrets, 8554, {f"/{live}": film})
    with db.read(engine)() as session:
        cameras = session.scalars(select(Camera)).all()
        for camera in cameras:
            profiles = [Profile(**one) for one in camera.profiles]
            assert profile.checked(profiles, field="profiles") == camera.profiles
            networks = session.get(Centre, camera.centre_id).networks
            assert network.checked(camera.rtsp_host, networks, field="rtsp.host") == camera.rtsp_host
        main = session.get(Camera, live).profiles[0]
    engine.dispose()
    shape = ("codec", "width_px", "height_px", "fps", "gop_frames", "b_frames")
    assert [main[name] for name in shape] == ["h264", 320, 180, 15, 10, False]
    assert main["codecs"].startswith("avc1.4D")
    assert {camera.profiles[0]["codec"] for camera in cameras if camera.id != live} == {None}
