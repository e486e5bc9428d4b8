"""What decides is told by the database itself, whoever writes it; what decides nothing is not."""

from datetime import timedelta

import pytest
from sqlalchemy import column, delete, insert, select, table, update
from sqlalchemy.sql import visitors

from server import db, jobs
from server.access import facts, playback
from server.gate import changes
from server.models import (
    AccessChange,
    Blackout,
    Camera,
    Dispatch,
    GrantAcceptance,
    GrantCamera,
    Host,
    IncidentCamera,
    IncidentRoom,
    Lease,
    LeaseState,
    Officer,
    PlaybackSession,
    UnitPosition,
)
from tests import town
from tests.phone import ask

DECIDING = sorted(
    (found.table.name, found.name)
    for found in set(visitors.iterate(facts.MEDIA_REQUEST))
    if found.__visit_name__ == "column" and found.table is not None and found.name != "id"  # which never changes
)
SQLITE_ONLY = pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
TABLES = {name for name, _ in DECIDING}


@pytest.fixture
def told(engine, any_database):
    """What the gates have heard since the last time."""
    followed = changes.follow(engine)
    yield followed.read
    followed.close()


@pytest.fixture
def busy(phone, transaction, clock):
    """A row in every table that decides: kim watches for an incident, lee by a grant that has been accepted."""
    with transaction() as session:
        town.live_host(session, clock())
        session.flush()
        lease = {"host_id": "host-a", "fence": 1, "state": LeaseState.LIVE, "state_at": clock()}
        session.add(Lease(camera_id="cam-near", expires_at=clock() + timedelta(seconds=5), **lease))
        session.add(Blackout(centre_id="centre", camera_id="cam-off", reason="민원", ordered_by="centre", at=clock()))
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    opened = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    times = {"from": clock().isoformat(), "until": (clock() + timedelta(hours=1)).isoformat()}
    body = {"to": {"unit": "car2"}, "camera_ids": ["cam-near"], "reason": "수색", "legal_basis": "PIPA_18_2_3"}
    grant = phone("supervisor").post("/v1/grants", body | times).json
    phone("lee").post(f"/v1/grants/{grant['id']}/acceptance")
    phone("lee").post("/v1/playback", {"camera_id": "cam-near", "grant_id": grant["id"]})
    return opened


def test_the_query_that_decides_is_known_to_this_test():
    assert {
        "incidents",
        "incident_rooms",
        "dispatches",
        "grants",
        "blackouts",
        "officers",
        "playback_sessions",
    } <= TABLES
    assert len(DECIDING) > 30


def test_what_is_kept_of_the_query_does_not_depend_on_the_time():
    assert set(facts.MEDIA_REQUEST.compile().params) <= {"viewer_kind_1", "viewer_kind_2"}


def test_every_column_that_decides_is_told(busy, told, transaction):
    silent = []
    for name, deciding in DECIDING:
        with transaction() as session:
            session.execute(update(table(name, column(deciding))).values({deciding: column(deciding)}))
        if not told():
            silent.append(f"{name}.{deciding}")
    assert silent == []


def test_a_row_that_comes_or_goes_is_told(busy, told, transaction):
    for model in (
        IncidentCamera,
        IncidentRoom,
        GrantCamera,
        GrantAcceptance,
        Dispatch,
        Blackout,
        Lease,
        PlaybackSession,
    ):
        of_model = model.__table__
        with transaction() as session:
            rows = [dict(row) for row in session.execute(select(of_model)).mappings()]
            session.execute(delete(of_model))
        assert told(), f"{of_model}: a row went"
        with transaction() as session:
            session.execute(insert(of_model), rows)
        assert told(), f"{of_model}: a row came"


def test_only_what_decides_is_told_by_what_it_concerns_and_nothing_that_is_undone(busy, told, transaction, clock):
    with transaction() as session:
        playback.seen(session, list(session.scalars(select(PlaybackSession.id))), now=clock())
        session.execute(update(Camera).values(name="새 이름"))
        session.execute(update(Host).values(seen_at=clock()))
        session.execute(update(Lease).values(expires_at=clock() + timedelta(seconds=10), state=LeaseState.STALE))
        session.add(UnitPosition(unit_id="car1", lat=34.8, lon=126.4, at=clock()))
        session.execute(update(Officer).values(name="새 이름"))
        with session.begin_nested() as undone:
            session.execute(update(Officer).values(enabled=False))
            undone.rollback()
    assert told() == set()
    with transaction() as session:
        session.get(Lease, "cam-near").expires_at = clock()
    assert told() == {("origin", "cam-near")}, "a lease that was given up"
    with transaction() as session:
        session.add(Blackout(centre_id="centre", reason="훈련", ordered_by="centre", at=clock()))
    assert told() == {("centre", "centre")}, "a whole centre"
    with transaction() as session:
        session.execute(delete(Blackout).where(Blackout.camera_id == "cam-off"))
    assert told() == {("camera", "cam-off")}, "one camera"


@SQLITE_ONLY
def test_old_changes_are_purged_and_new_ones_still_told(busy, told, transaction, read, clock):
    with transaction() as session:
        jobs.purge(session, now=clock() + timedelta(hours=1))
    with read() as session:
        assert session.scalars(select(AccessChange)).all() == []
    with transaction() as session:
        session.get(Officer, "kim").enabled = False
    assert told() >= {("officer", "kim")}


@pytest.mark.parametrize("any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_commits_late_is_told_though_it_was_written_first(told, engine):
    with db.transaction(engine)() as late:
        late.get(Officer, "kim").enabled = False
        late.flush()
        with db.transaction(engine)() as early:
            early.get(Officer, "lee").enabled = False
        assert told() >= {("officer", "lee")}
        assert told() == set()
    assert told() == {("officer", "kim")}
    assert told() == set()


@SQLITE_ONLY
def test_what_no_trigger_told_is_found_all_the_same(any_database, gate, busy, transaction):
    assert ask(gate, busy["url"])[0] == 204
    with transaction() as session:
        session.get(Officer, "kim").enabled = False
        session.flush()
        session.execute(delete(AccessChange))
    assert ask(gate, busy["url"])[0] == 204
    for _ in range(3):
        gate.feed.repair()
    assert ask(gate, busy["url"])[0] == 403
