"""Asking a camera what it is: the simulated cameras over real sockets, and impostors that mean no good."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cameras.credentials import Vault
from server.models import Camera, Centre, Discovery, DiscoveryWish
from tests.transcoder.running import PASSWORD, ROOT
from tests.transcoder.test_onvif import Impostor, envelope, response
from tests.transcoder.waiting import arrives
from transcoder import discovery
from transcoder.discovered import Discovered
from transcoder.discovering import Discovering
from transcoder.soap import SCHEMA, Door

PLACE = {"lat": 34.81, "lon": 126.39, "heading_deg": 90.0}


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    """A recorder with three cameras: one knows Media2 and turns, one names another host, one stands still."""
    folder = tmp_path_factory.mktemp("cameras")
    (folder / "clip.h264").write_bytes(b"")
    ffmpeg = __import__("imageio_ffmpeg").get_ffmpeg_exe()
    make = [ffmpeg, "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=15", "-frames:v", "15"]
    subprocess.run([*make, "-c:v", "libx264", "-f", "h264", str(folder / "clip.h264")], check=True)
    row = {"clip": str(folder / "clip.h264"), "fps": 15, "password": PASSWORD}
    rows = [
        row | {"path": "/turns", "onvif_profile": "turns", "username": "viewer", "presets": ["gate"], "onvif": PLACE},
        row
        | {"path": "/else", "onvif_profile": "else", "username": "old"}
        | {"onvif": {"media2": False, "steers": False, "stream_host": "127.0.0.2"}},
    ]
    config = folder / "cameras.json"
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": rows, "onvif_port": 0}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


async def asked(door, **more):
    return await discovery.discover(door, now=datetime.now(UTC), **more)


@pytest.mark.process
async def test_a_camera_tells_its_streams_its_place_and_where_it_can_be_sent(ports):
    door = Door("127.0.0.1", ports["onvif_port"], "viewer", PASSWORD, stream_path="/turns")
    outcome, found = await asked(door)
    stream = {"codec": "h264", "width_px": 1280, "height_px": 720, "fps": 15.0, "bitrate_bps": 2_048_000}
    names = {"token": "turns", "name": "/turns", "path": "/turns", "elsewhere": None}
    assert outcome == "asked"
    assert found == {
        "profiles": [names | stream | {"gop_frames": 30}],
        "position": {"lat": 34.81, "lon": 126.39},
        "heading_deg": 90.0,
        "ptz": True,
        "presets": [{"token": one, "name": one} for one in ("gate", "home")],
    }


@pytest.mark.process
async def test_an_older_camera_is_asked_the_older_way_and_another_host_it_names_is_only_told_of(ports):
    outcome, found = await asked(Door("127.0.0.1", ports["onvif_port"], "old", PASSWORD, stream_path="/else"))
    assert outcome == "asked"
    [profile] = found["profiles"]
    assert (profile["path"], profile["elsewhere"], profile["gop_frames"]) == ("/else", "127.0.0.2", 30)
    assert (found["position"], found["heading_deg"], found["ptz"], found["presets"]) == (None, None, False, [])


@pytest.mark.process
async def test_a_wrong_password_finds_nothing(ports):
    assert await asked(Door("127.0.0.1", ports["onvif_port"], "viewer", "wrong")) == ("unauthorized", None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (response("<html/>"), "malformed"),
        (response('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "malformed"),
        (response(envelope("<x/>")), "malformed"),
        (response(b"<" * 70_000), "too_large"),
        (response("", status="401 Unauthorized"), "unauthorized"),
        (response(envelope(""), status="302 Found", headers="Location: http://127.0.0.2:1/\r\n"), "redirected"),
        (b"", "unreachable"),
    ],
)
async def test_a_camera_that_answers_nonsense_is_left_with_its_outcome(answer, outcome):
    async with Impostor(answer).listening() as door:
        assert await asked(door) == (outcome, None)


async def test_a_camera_that_never_answers_is_left_in_time():
    async def mute(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    door = Door("127.0.0.1", server.sockets[0].getsockname()[1], "", "")
    assert await asked(door, timeout_s=0.2) == ("timeout", None)
    server.close()


@settings(max_examples=60)
@given(width=st.text("0123456789.-eainfN", max_size=8), uri=st.text(max_size=40))
def test_whatever_a_profile_says_what_is_taken_is_in_bounds(width, uri):
    told = f'<VideoEncoder xmlns="{SCHEMA}"><Width>{width}</Width></VideoEncoder>'
    row = fromstring(f'<Profiles token="a">{told}</Profiles>')
    taken = discovery.profile(row)["width_px"]
    assert taken is None or 16 <= taken <= 16_384
    path = discovery.where(f"rtsp://10.0.0.1{uri}", "10.0.0.1")["path"]
    assert path is None or (path[0] == "/" and path.isascii() and len(path) <= 255)


@pytest.fixture
def wished(ports, transaction, data_dir, database_url):
    """``cam-near`` is the camera that turns, and somebody wants it asked."""
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        camera.rtsp_host, camera.onvif_port = "127.0.0.1", ports["onvif_port"]
        camera.profiles = [{"name": "main", "path": "/turns"}]
        camera.rtsp_password_sealed = Vault(data_dir).seal(PASSWORD)
        session.add(DiscoveryWish(camera_id="cam-near", seq=1, wanted_at=datetime.now(UTC), wanted_by="admin"))
    opened = []

    def rows(host):
        opened.append(Discovered(database_url, data_dir, host))
        return opened[-1]

    yield rows
    for one in opened:
        one.close()


@pytest.mark.process
@pytest.mark.usefixtures("any_database")
async def test_a_wish_is_answered_once_and_changes_nothing_that_is_registered(wished, transaction):
    def row():
        with transaction() as session:
            return session.get(Discovery, "cam-near")

    stopping = asyncio.Event()
    loop = asyncio.ensure_future(Discovering(wished("host-a")).run(stopping))
    await arrives(lambda: row() is not None and row().outcome == "found")
    stopping.set()
    await loop
    assert (row().seq, row().found["ptz"]) == (1, True)
    assert wished("host-b").take() is None
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        assert (camera.ptz, camera.ptz_presets, camera.profiles) == (False, [], [{"name": "main", "path": "/turns"}])


@pytest.mark.process
def test_of_a_centre_one_camera_at_a_time_is_asked(wished, transaction):
    with transaction() as session:
        session.get(Camera, "cam-far").onvif_port = 80
        session.add(DiscoveryWish(camera_id="cam-far", seq=1, wanted_at=datetime.now(UTC), wanted_by="admin"))
    first = wished("host-a").take()
    assert wished("host-b").take() is None
    wished("host-a").done(first, "timeout", None)
    assert wished("host-b").take().camera_id != first.camera_id


@pytest.mark.process
def test_a_camera_outside_its_centres_networks_is_never_spoken_to(wished, transaction):
    with transaction() as session:
        session.get(Centre, "centre").networks = ["10.46.0.0/16"]
    wish = wished("host-a").take()
    assert (wish.door, wish.refusal) == (None, "camera_outside_networks")


@pytest.mark.process
@pytest.mark.parametrize("why", ["retired", "late"])
def test_a_wish_for_a_retired_camera_or_an_old_one_is_not_carried_out(wished, transaction, why):
    with transaction() as session:
        if why == "retired":
            session.get(Camera, "cam-near").enabled = False
        else:
            session.get(DiscoveryWish, "cam-near").wanted_at = datetime.now(UTC) - timedelta(minutes=6)
    assert wished("host-a").take() is None
