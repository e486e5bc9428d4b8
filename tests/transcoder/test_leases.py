from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

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
    camera = grants["cam-near"].camera
    source = camera.source.at(camera.profiles[0].path)
    assert (source.host, source.port, source.path) == (town.RTSP_HOST, 554, "/cam-near")
    assert (source.username, source.password) == ("viewer", town.RTSP_PASSWORD)
    assert (camera.centre_id, camera.refusal, camera.masks, camera.onvif_port) == ("centre", None, (), None)
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
    grants = host().exchange({})
    assert [(id_, grant.priority) for id_, grant in grants.items()] == [
        ("cam-looks", 0),
        ("cam-away", 1),
        ("cam-near", 3),
    ]


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


@pytest.mark.parametrize("change", [{"state": "stale"}, {"reason": "picture_late"}, {"frozen": True}, {"step": "slow"}])
def test_all_but_the_going_on_of_time_is_news(host, want, row, change):
    want()
    one = host()
    one.exchange({})
    one.exchange({"cam-near": LIVE})
    before = row().reported_at
    later = datetime.now(UTC) + timedelta(seconds=1)
    one.exchange({"cam-near": replace(LIVE, picture_at=later, still_at=later)})
    assert row().reported_at == before
    one.exchange({"cam-near": replace(LIVE, **change)})
    assert row().reported_at > before


def test_a_report_is_written_whole_and_a_new_holder_begins_with_nothing(host, want, row, transaction):
    want()
    first, second = host("host-a"), host("host-b")
    first.exchange({})
    taken_at = datetime(2026, 11, 22, 3, 0, 0, 123_000, UTC)
    report = Report("stale", "picture_frozen", taken_at, taken_at - timedelta(seconds=1), frozen=True, step="no_top")
    first.exchange({"cam-near": report})
    lease = row()
    told = Report(lease.state, lease.reason, lease.picture_at, lease.still_at, frozen=lease.frozen, step=lease.step)
    assert told == report
    assert abs(lease.reported_at - datetime.now(UTC)) < timedelta(seconds=5)
    expire(transaction)
    second.exchange({})
    lease = row()
    assert (lease.picture_at, lease.still_at, lease.reason, lease.frozen) == (None, None, None, False)
    assert (lease.state, lease.step) == (LeaseState.STARTING, "full")


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


def test_a_warm_camera_is_claimed_though_nobody_wants_it(host, transaction, row):
    with transaction() as session:
        session.get(Camera, "cam-near").warm = True
    assert not host().exchange({})["cam-near"].is_wanted
    assert row().host_id == "host-a"


def test_an_unreachable_database_is_said_and_nothing_is_forgotten(data_dir, tmp_path):
    one = Leases(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}", data_dir, "host-a")
    with pytest.raises(DatabaseUnreachable):
        one.exchange({})
    one.close()
