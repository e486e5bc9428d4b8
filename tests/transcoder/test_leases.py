from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.cameras.credentials import Vault
from server.models import Camera, Host, Lease, LeaseState, Stream
from tests import town
from transcoder import leases
from transcoder.leases import DatabaseUnreachable, Leases, Report

LIVE = Report("live")


@pytest.fixture
def host(any_database, database_url, data_dir):
    """Makers of hosts that share the database."""
    made = []

    def make(host_id="host-a"):
        made.append(Leases(database_url, data_dir, host_id))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def want(transaction):
    def make(camera_id="cam-near", seconds=60.0, priority=4):
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        with transaction() as session:
            session.merge(Stream(camera_id=camera_id, wanted_until=until, priority=priority))

    return make


@pytest.fixture
def row(transaction):
    def read(camera_id="cam-near"):
        with transaction() as session:
            return session.get(Lease, camera_id)

    return read


def expire(transaction, camera_id="cam-near"):
    with transaction() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Lease).where(Lease.camera_id == camera_id).values(expires_at=past))


def test_a_wanted_camera_is_claimed_with_its_address_and_password(host, want, row):
    want()
    grants = host().exchange({})
    assert list(grants) == ["cam-near"]
    source = grants["cam-near"].source
    assert (source.host, source.port, source.path) == (town.RTSP_HOST, 554, "/cam-near")
    assert (source.username, source.password) == ("viewer", town.RTSP_PASSWORD)
    lease = row()
    assert (lease.host_id, lease.fence, lease.state) == ("host-a", 1, LeaseState.STARTING)
    assert timedelta(seconds=8) < lease.expires_at - datetime.now(UTC) <= timedelta(seconds=10)


def test_a_camera_that_was_wanted_or_is_disabled_is_not_claimed(host, want, row):
    want(seconds=-1)
    want("cam-off")
    assert host().exchange({}) == {}
    assert row() is None


def test_the_most_urgent_comes_first(host, want):
    want("cam-near", priority=3)
    want("cam-looks", priority=0)
    want("cam-away", priority=1)
    assert list(host().exchange({})) == ["cam-looks", "cam-away", "cam-near"]


def test_a_lease_has_one_holder(host, want, row):
    want()
    first, second = host("host-a"), host("host-b")
    assert "cam-near" in first.exchange({})
    assert second.exchange({}) == {}
    assert (row().host_id, row().fence) == ("host-a", 1)


def test_a_claim_that_comes_too_late_takes_nothing(host, want, transaction):
    want()
    host("host-a").exchange({})
    host("host-b").exchange({})
    with transaction() as session:
        assert leases.claim(session, "cam-near", "host-b", now=datetime.now(UTC)) is None


def test_an_expired_lease_goes_to_another_host_and_its_old_holder_learns_it(host, want, row, transaction):
    want()
    first, second = host("host-a"), host("host-b")
    first.exchange({})
    expire(transaction)
    assert second.exchange({})["cam-near"].fence == 2
    assert first.exchange({"cam-near": LIVE}) == {}, "it may not report for the new holder"
    assert (row().host_id, row().fence, row().state) == ("host-b", 2, LeaseState.STARTING)


def test_what_is_done_is_released_and_can_be_claimed_at_once(host, want, row):
    want()
    first, second = host("host-a"), host("host-b")
    first.exchange({})
    want(seconds=-1)
    assert first.exchange({"cam-near": LIVE}, done=["cam-near"]) == {}
    assert row().expires_at <= datetime.now(UTC)
    want()
    assert second.exchange({})["cam-near"].fence == 2


def test_what_is_done_and_wanted_again_meanwhile_is_claimed_anew(host, want):
    want()
    one = host()
    one.exchange({})
    assert one.exchange({}, done=["cam-near"])["cam-near"].fence == 2


def test_a_new_state_is_reported_at_once_and_dated(host, want, row):
    want()
    one = host()
    one.exchange({})
    one.exchange({"cam-near": Report("backoff", "camera_unreachable")})
    first = row()
    assert (first.state, first.reason) == (LeaseState.BACKOFF, "camera_unreachable")
    one.exchange({"cam-near": LIVE})
    assert (row().state, row().reason) == (LeaseState.LIVE, None)
    assert row().state_at > first.state_at


def test_a_lease_is_renewed_every_three_seconds_and_not_more_often(host, want, row, monkeypatch):
    want()
    one = host()
    one.exchange({})
    one.exchange({"cam-near": LIVE})
    before = row()
    one.exchange({"cam-near": LIVE})
    assert row().expires_at == before.expires_at
    monkeypatch.setattr(leases, "RENEW_S", 0.0)
    one.exchange({"cam-near": LIVE})
    assert row().expires_at > before.expires_at
    assert row().state_at == before.state_at, "the state is as old as it was"


def test_a_host_is_seen(host, transaction):
    host("host-b").exchange({})
    with transaction() as session:
        seen = session.scalars(select(Host).where(Host.id == "host-b")).one().seen_at
    assert abs(seen - datetime.now(UTC)) < timedelta(seconds=5)


def test_leaving_releases_everything(host, want, row):
    want()
    one = host()
    one.exchange({})
    one.close()
    assert row().expires_at <= datetime.now(UTC)


def test_a_new_password_is_seen(host, want, transaction, data_dir):
    want()
    one = host()
    one.exchange({})
    with transaction() as session:
        session.get(Camera, "cam-near").rtsp_password_sealed = Vault(data_dir).seal("another")
    assert one.exchange({})["cam-near"].source.password == "another"


def test_a_password_that_cannot_be_opened_spares_the_other_cameras(host, want, transaction):
    with transaction() as session:
        session.get(Camera, "cam-near").rtsp_password_sealed = b"made with another key"
    want()
    want("cam-looks")
    grants = host().exchange({})
    assert grants["cam-near"].source is None
    assert grants["cam-looks"].source.password == town.RTSP_PASSWORD


def test_a_camera_without_a_password_is_found(host, want, transaction):
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        camera.rtsp_username = camera.rtsp_password_sealed = None
    want()
    assert host().exchange({})["cam-near"].source.url == f"rtsp://{town.RTSP_HOST}:554/cam-near"


def test_an_unreachable_database_is_said_and_nothing_is_forgotten(data_dir, tmp_path):
    one = Leases(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}", data_dir, "host-a")
    with pytest.raises(DatabaseUnreachable):
        one.exchange({})
    one.close()
