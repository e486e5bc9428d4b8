"""Steering: the simulated cameras' PTZ service, a real database, and hosts that die in between."""

import asyncio
import contextlib
import json
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from server.cameras.credentials import Vault
from server.models import Camera, Centre, Incident, PlaybackSession, PtzHold, PtzState
from tests import town
from tests.transcoder.running import PASSWORD, ROOT
from tests.transcoder.test_onvif import LOGIN, Impostor, envelope, response
from tests.transcoder.waiting import arrives
from transcoder import ptz
from transcoder.ptz import Do, Work
from transcoder.soap import Door, Outcome
from transcoder.steered import Steered
from transcoder.steering import Steering

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
DOOR = Door("127.0.0.1", 1, "", "")
HELD = Work("cam-near", DOOR, "home", "h1", 1, {"preset": "gate"}, NOW)
AWAY = replace(HELD, away=True, done_hold_id="h1", done_seq=1, outcome="asked", at=NOW)
OVER = {"hold_id": None, "seq": 0, "move": None, "move_at": None}


@pytest.mark.parametrize(
    ("work", "do"),
    [
        (HELD, Do.MOVE),
        (AWAY, Do.NOTHING),
        (replace(AWAY, seq=2), Do.MOVE),
        (replace(HELD, seq=0, move=None, move_at=None), Do.NOTHING),
        (replace(HELD, move_at=NOW - timedelta(seconds=4)), Do.SKIP),
        (replace(HELD, door=None), Do.NOTHING),
        (replace(AWAY, **OVER), Do.RETURN),
        (replace(AWAY, hold_id="h2"), Do.RETURN),  # whoever takes it next finds it at its preset
        (replace(AWAY, **OVER, door=None), Do.NOTHING),
        (replace(AWAY, **OVER, outcome="timeout", at=NOW - timedelta(seconds=4)), Do.NOTHING),
        (replace(AWAY, **OVER, outcome="timeout", at=NOW - timedelta(seconds=5)), Do.RETURN),
        (replace(AWAY, **OVER, outcome="unauthorized", at=NOW - timedelta(minutes=29)), Do.NOTHING),
        (replace(AWAY, **OVER, outcome=None, at=None), Do.RETURN),  # a host died in the middle of a move
        (replace(AWAY, **OVER, away=False), Do.NOTHING),
    ],
)
def test_the_next_step_is_the_newest_order_or_the_way_back(work, do):
    assert ptz.decide(work, now=NOW) is do


@pytest.fixture
def camera(tmp_path, transaction, data_dir):
    """``cam-near`` is one of the simulated cameras, that Kim watches and holds; what it was told is ``pointed()``."""
    (tmp_path / "clip.h264").write_bytes(b"")
    row = {"path": "/turns", "fps": 15, "username": "viewer", "password": PASSWORD, "onvif_profile": "turns"}
    clip = tmp_path / "clip.h264"
    make = [
        __import__("imageio_ffmpeg").get_ffmpeg_exe(),
        "-y",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=64x64:r=15",
    ]
    subprocess.run([*make, "-frames:v", "15", "-c:v", "libx264", "-f", "h264", str(clip)], check=True)
    config = tmp_path / "cameras.json"
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": [row | {"clip": str(clip), "presets": ["gate"]}], "onvif_port": 0}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as process:
        port = json.loads(process.stdout.readline())["onvif_port"]
        try:
            settle(transaction, data_dir, port)
            yield lambda: json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/pointed")).get("turns", [])
        finally:
            process.terminate()


def settle(transaction, data_dir, port):
    now = datetime.now(UTC)
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        camera.rtsp_host, camera.onvif_port, camera.ptz, camera.ptz_home = "127.0.0.1", port, True, "home"
        camera.profiles = [{"name": "main", "path": "/turns"}]
        camera.rtsp_password_sealed = Vault(data_dir).seal(PASSWORD)
        report = town.report() | {"lat": 34.8, "lon": 126.4}
        names = ("service", "external_id", "type", "priority", "summary", "legal_basis", "lat", "lon")
        session.add(
            Incident(
                id="fire",
                agency_id="room112",
                content_hash="0" * 64,
                reported_at=now,
                created_at=now,
                **{name: report[name] for name in names},
            )
        )
        session.flush()
        who = {"viewer_kind": "officer", "viewer_id": "kim", "basis_kind": "room", "basis_id": "fire"}
        times = {"started_at": now, "seen_at": now, "expires_at": now + timedelta(hours=1)}
        session.add(
            PlaybackSession(id="s1", sid_hash="0" * 64, camera_id="cam-near", incident_id="fire", **who, **times)
        )
        held = {"camera_id": "cam-near", "session_id": "s1", "incident_id": "fire", "viewer_id": "kim", "reason": "…"}
        session.add(PtzHold(id="h1", begins_at=now, until=now + timedelta(seconds=60), seq=0, **held))


@pytest.fixture
def order(transaction):
    def give(move):
        with transaction() as session:
            held = session.get(PtzHold, "h1")
            held.seq, held.move, held.move_at = held.seq + 1, move, datetime.now(UTC)

    return give


@pytest.fixture
def state(transaction):
    def read():
        with transaction() as session:
            return session.get(PtzState, "cam-near")

    return read


@pytest.fixture
def steering(database_url, data_dir):
    def rows(host_id):
        return Steered(database_url, data_dir, host_id)

    @contextlib.asynccontextmanager
    async def running(host_id="host-a"):
        stopping = asyncio.Event()
        loop = asyncio.ensure_future(Steering(rows(host_id)).run(stopping))
        try:
            yield
        finally:
            stopping.set()
            await loop

    running.rows = rows
    return running


def end(transaction):
    """As closing an incident does."""
    with transaction() as session:
        session.execute(update(PlaybackSession).values(ended_at=datetime.now(UTC)))


@pytest.mark.process
@pytest.mark.usefixtures("any_database")
async def test_a_camera_does_what_its_holder_says_and_is_at_its_preset_when_the_access_ends(
    camera, order, state, steering, transaction
):
    async with steering():
        order({"pan": 0.5, "tilt": -0.25, "zoom": 0.0, "duration_ms": 100})
        await arrives(lambda: camera() == ["move 0.5 -0.25", "Stop"])
        await arrives(lambda: state().seq == 1)
        assert (state().away, state().outcome, state().given_back_at) == (True, "asked", None)
        order({"preset": "gate"})
        await arrives(lambda: camera()[-1] == "gate")
        end(transaction)
        await arrives(lambda: not state().away)
    assert camera()[-2:] == ["Stop", "home"]
    assert (state().hold_id, state().seq) == ("h1", 2)
    assert state().given_back_at is not None


@pytest.mark.process
async def test_a_camera_that_a_host_left_turned_away_is_given_back_by_the_next(
    camera, order, state, steering, transaction
):
    order({"preset": "gate"})
    dead = steering.rows("host-a")
    [work], _ = dead.look()
    assert dead.begin(work)
    assert state().away, "it is written before the camera is told"
    dead.close()
    end(transaction)
    async with steering("host-b"):
        await asyncio.sleep(0)
        assert camera() == []
        with transaction() as session:
            session.get(PtzState, "cam-near").claimed_until = datetime.now(UTC)
        await arrives(lambda: not state().away)
    assert camera() == ["Stop", "home"]
    assert state().host_id == "host-b"


@pytest.mark.process
async def test_an_order_that_waited_too_long_is_not_carried_out(camera, order, state, steering, transaction):
    order({"preset": "gate"})
    with transaction() as session:
        session.get(PtzHold, "h1").move_at = datetime.now(UTC) - timedelta(seconds=10)
    async with steering():
        await arrives(lambda: state() is not None and state().outcome == "late")
    assert "gate" not in camera()


@pytest.mark.process
async def test_a_camera_outside_its_centres_networks_is_never_spoken_to(camera, order, state, steering, transaction):
    with transaction() as session:
        session.get(Centre, "centre").networks = ["10.46.0.0/16"]
    order({"preset": "gate"})
    async with steering():
        await asyncio.sleep(0.5)
    assert (camera(), state()) == ([], None)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (response("<html/>"), "malformed"),
        (response("", status="401 Unauthorized"), "unauthorized"),
        (response(envelope(""), status="302 Found", headers="Location: http://127.0.0.2:1/\r\n"), "redirected"),
        (b"", "unreachable"),
    ],
)
async def test_whatever_a_camera_answers_an_order_is_over_soon(answer, outcome):
    async with Impostor(answer).listening() as door:
        assert await ptz.move(door, {"preset": "a"}, now=NOW) == outcome
        assert await ptz.give_back(door, None, now=NOW) == outcome
    assert LOGIN["password"] not in repr(door)
    assert Outcome(outcome)
