import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert, update

from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import Blackout, Camera, Centre, Host, Lease, LeaseState, Stream
from tests import town
from transcoder.registered import Register


@pytest.fixture
def want(any_database, transaction):
    def make(camera_id="cam-near", seconds=60.0, priority=4):
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        with transaction() as session:
            session.merge(Stream(camera_id=camera_id, wanted_until=until, priority=priority))

    return make


@pytest.fixture
def alter(any_database, transaction):
    def change(camera_id="cam-near", **values):
        with transaction() as session:
            session.execute(update(Camera).where(Camera.id == camera_id).values(**values))

    return change


@pytest.fixture
def asked(any_database, read, data_dir):
    """What one register reads, again and again."""
    register = Register(data_dir)

    def look():
        with read() as session:
            return register.asked(session, "host-a", now=datetime.now(UTC))

    return look


def test_a_new_password_is_seen(asked, want, transaction, data_dir):
    want()
    asked()
    with transaction() as session:
        session.get(Camera, "cam-near").rtsp_password_sealed = Vault(data_dir).seal("another")
    assert asked()["cam-near"].camera.source.password == "another"


def test_a_password_that_cannot_be_opened_spares_the_other_cameras(asked, want, transaction):
    with transaction() as session:
        session.get(Camera, "cam-near").rtsp_password_sealed = b"made with another key"
    want()
    want("cam-looks")
    grants = asked()
    assert (grants["cam-near"].camera.source, grants["cam-near"].camera.refusal) == (None, "camera_password_unreadable")
    assert grants["cam-looks"].camera.source.password == town.RTSP_PASSWORD


def test_a_camera_without_a_password_is_found(asked, want, transaction):
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        camera.rtsp_username = camera.rtsp_password_sealed = None
    want()
    assert asked()["cam-near"].camera.source.url == f"rtsp://{town.RTSP_HOST}:554/"


def test_what_is_registered_of_a_camera_arrives(asked, want, alter):
    profiles = [
        Profile(name="main", path="/m", codec="h265", width_px=2560, height_px=1440, fps=25.0, gop_frames=50),
        Profile(name="sub", path="/s?x=1", codec="h264", b_frames=False, codecs="avc1.4D401F", bitrate_bps=400_000),
    ]
    stored = [profile.stored() for profile in profiles] + [{"name": "later", "path": "/l", "said_by_a_newer_server": 1}]
    alter(profiles=stored, masks=[[[0, 0], [0.5, 0], [0.5, 0.25]]], onvif_port=8080)
    want()
    camera = asked()["cam-near"].camera
    assert [asdict(one) for one in camera.profiles[:2]] == stored[:2]
    assert (camera.profiles[2].name, camera.profiles[2].path) == ("later", "/l")
    assert (camera.masks, camera.onvif_port) == ((((0, 0), (0.5, 0), (0.5, 0.25)),), 8080)


@pytest.mark.parametrize("address", ["10.47.0.9", "169.254.169.254", "camera.example", "::ffff:10.47.0.9", "127.1", ""])
def test_a_camera_outside_its_centres_networks_has_no_address_to_connect_to(asked, want, alter, address):
    alter(rtsp_host=address)
    want()
    grant = asked()["cam-near"]
    assert (grant.camera.source, grant.camera.refusal) == (None, "camera_outside_networks")


def test_networks_that_change_while_a_camera_plays_are_obeyed(asked, want, transaction):
    want()
    assert asked()["cam-near"].camera.source
    with transaction() as session:
        session.get(Centre, "centre").networks = ["10.47.0.0/16"]
    assert asked()["cam-near"].camera.refusal == "camera_outside_networks"


def test_a_warm_camera_is_held_for_nobody_and_comes_last(asked, want, alter):
    alter("cam-away", warm=True)
    alter("cam-looks", warm=True)
    want("cam-looks", seconds=-1, priority=0)
    want("cam-near", priority=4)
    grants = asked()
    assert [(id_, grant.is_wanted, grant.priority) for id_, grant in grants.items()] == [
        ("cam-near", True, 4),
        ("cam-away", False, 4),
        ("cam-looks", False, 4),
    ]
    want("cam-looks", priority=1)
    assert [grant.is_wanted for grant in asked().values()] == [True, True, False]


def test_a_warm_camera_that_is_disabled_is_left_alone(asked, alter):
    alter("cam-off", warm=True)
    assert asked() == {}


@pytest.mark.parametrize("camera_id", ["cam-near", None])
def test_what_its_centre_has_switched_off_is_pulled_by_nobody_until_it_is_switched_on_again(
    camera_id, *, asked, want, alter, transaction
):
    alter("cam-near", warm=True)
    want("cam-near")
    want("cam-looks")
    beside = {"cam-looks"} if camera_id else set()
    assert set(asked()) == {"cam-near", "cam-looks"}
    order = {"centre_id": "centre", "camera_id": camera_id, "reason": "민원", "ordered_by": "centre"}
    with transaction() as session:
        session.add(Blackout(id="b", at=datetime.now(UTC), **order))
    assert set(asked()) == beside
    with transaction() as session:
        session.get(Blackout, "b").ended_at = datetime.now(UTC)
    assert asked()["cam-near"].is_wanted


def test_looking_reads_no_more_of_a_hundred_thousand_cameras_than_what_is_asked_for(transaction, data_dir):
    now = datetime.now(UTC)
    like = {column.key: town.camera("x", 0, 1).__dict__.get(column.key) for column in Camera.__table__.c}
    like = {key: value for key, value in like.items() if value is not None}
    streams = [{"camera_id": f"none-{n}", "wanted_until": now - timedelta(days=n)} for n in range(100_000)]
    ran = []
    with transaction() as session:
        session.execute(insert(Camera), [like | {"id": stream["camera_id"]} for stream in streams])
        session.execute(insert(Stream), streams)
        session.add(Stream(camera_id="cam-near", wanted_until=now + timedelta(seconds=9)))
        session.get(Camera, "cam-away").warm = True
        session.flush()
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda _c, _k, said, given, *_: ran.append((said, given)))
        began_at = time.perf_counter()
        assert set(Register(data_dir).asked(session, "host-a", now=now)) == {"cam-near", "cam-away"}
        took_s = time.perf_counter() - began_at
        ((said, given),) = ran
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]
    assert [step for step in plan if step.startswith("SCAN") and "ix_cameras_warm" not in step] == []
    assert any("ix_streams_wanted_until" in step for step in plan)
    assert took_s < 0.1


def test_a_centre_that_is_full_lets_the_less_urgent_wait_whichever_host_pulls_the_others(asked, want, transaction):
    now = datetime.now(UTC)
    with transaction() as session:
        session.get(Centre, "centre").max_pulls = 2
        session.add(Host(id="host-b", seen_at=now))
        session.flush()
        for id_, pulls in (("cam-near", 1), ("cam-looks", 1)):
            lease = Lease(camera_id=id_, host_id="host-b", state=LeaseState.LIVE, state_at=now, pulls=pulls)
            lease.expires_at = now + timedelta(seconds=60)
            session.add(lease)
    for id_ in ("cam-near", "cam-looks", "cam-away"):
        want(id_, priority=2)
    assert {id_: one.waits for id_, one in asked().items()} == {"cam-away": True}
    want("cam-away", priority=1)
    assert {id_: one.waits for id_, one in asked().items()} == {"cam-away": False}, "host-b lets one of its own wait"
