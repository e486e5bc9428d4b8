"""What is past its time goes, what is not stays, and the record proves as before."""

from dataclasses import asdict, replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, update

from server import duties
from server.audit import bundle, checkpoints, copies, log, proof, retention, store
from server.audit.destruction import WHAT
from server.audit.note import AuditKey
from server.models import (
    AccessRequest,
    Anomaly,
    AuditCheckpoint,
    AuditEvent,
    Base,
    CapMessage,
    CapSender,
    Duty,
    DutyKind,
    Grant,
    GrantAcceptance,
    Incident,
    IncidentReport,
    MonthlyReview,
    PlateLookup,
    PlaybackSession,
)
from server.settings import Settings
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")
KEPT = retention.Kept.days(**Settings(data_dir="/data", public_url="http://localhost").kept_days)
KIM = log.Actor("officer", "kim", "req", "203.0.113.9")


@pytest.fixture
def key(data_dir):
    return AuditKey(data_dir)


@pytest.fixture
def act(transaction, clock, key):
    """Records one act, and signs it."""

    def write(tag=log.Tag.PLAYBACK_OPENED):
        with transaction() as session:
            log.record(session, tag, KIM, now=clock(), camera="canary")
        with transaction() as session:
            checkpoints.make(session, key, now=clock())

    return write


@pytest.fixture
def copy(read, transaction, key, clock, tmp_path):
    return lambda: copies.send(read, transaction, key.public, store.Folder(tmp_path / "copies"), now=clock)


@pytest.fixture
def later(clock, act, copy):
    """So many days on, with an act two days before, as in any agency that is at work."""

    def go(days, **more):
        clock.forward(days=days - 2)
        act(log.Tag.AUDIT_READ)
        copy()
        clock.forward(days=2, **more)

    return go


@pytest.fixture
def remove(transaction, clock):
    def run():
        with transaction() as session:
            return retention.remove(session, KEPT, now=clock())

    return run


@pytest.fixture
def contents(read):
    def get():
        with read() as session:
            rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
            return {row.seq: (row.tag, row.actor_id) for row in rows}

    return get


def test_views_go_after_two_years_and_the_rest_after_three(act, later, remove, contents):
    act(log.Tag.PLAYBACK_OPENED)
    act(log.Tag.GRANT_GIVEN)
    act(log.Tag.DISPATCH_SENT)
    later(730)
    assert remove().rows == 0  # to the day is not past it
    later(3)
    assert remove().rows == 1
    assert [contents()[seq] for seq in (1, 2, 3)] == [
        ("viewer:playback:opened", ""),
        ("supervisor:grant:given", "kim"),
        ("room:dispatch:sent", "kim"),
    ]
    later(1095 - 733 + 1)
    assert remove().rows == 2
    assert [contents()[seq][1] for seq in (1, 2, 3)] == ["", "", ""]
    assert remove().rows == 0


def test_nothing_of_the_content_is_left_and_the_record_still_proves(act, later, remove, read, key):
    for _ in range(3):
        act()
    later(731)
    act()
    remove()
    lines = list(bundle.lines(read, key.public, 0, 5))
    report = proof.verify([line.encode() for line in lines], keys=key.public)
    assert (report.faults, report.rows, report.removed) == ([], 5, 3)
    for line in lines[1:4]:
        assert not any(word in line for word in ("canary", "kim", "203.0.113.9"))
    forged = [line.replace("viewer:playback:opened", "viewer:playback:closed", 1).encode() for line in lines]
    assert proof.verify(forged, keys=key.public).faults[0].startswith("seq 1: changed")


def test_what_was_not_copied_is_not_removed(act, later, remove, transaction, copy):
    act()
    later(731)
    with transaction() as session:
        session.execute(update(AuditCheckpoint).values(sent_at=None))
    assert remove().rows == 0
    copy()
    assert remove().rows == 1


def test_a_clock_that_jumps_ahead_removes_nothing(act, copy, clock, remove):
    act()
    copy()
    clock.forward(days=5000)
    act()
    copy()
    assert remove() == retention.Due()


def test_it_is_counted_before_and_recorded_after(act, later, remove, *, read, clock, contents):
    act()
    act()
    later(731)
    with read() as session:
        assert retention.due(session, KEPT, now=clock()) == retention.Due(2, 0)
    assert contents()[1][1] == "kim"
    assert remove() == retention.Due(2, 0)
    assert list(contents().values())[-1] == ("system:audit:emptied", "scheduler")


def test_it_goes_on_where_it_stopped(act, later, remove, monkeypatch):
    for _ in range(5):
        act()
    later(731)
    monkeypatch.setattr(retention, "BATCH", 2)
    assert [remove().rows for _ in range(4)] == [2, 2, 1, 0]


def test_a_view_goes_from_the_ledger_when_it_goes_from_the_record(phone, later, remove, read):
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    kim = phone("kim")
    ended, running = (
        kim.post("/v1/playback", {"camera_id": camera, "incident_id": incident}).json["session_id"]
        for camera in ("cam-near", "cam-looks")
    )
    kim.delete(f"/v1/playback/{ended}")
    later(731)
    assert remove().sessions == 1
    with read() as session:
        assert session.scalars(select(PlaybackSession.id)).all() == [running]


@pytest.fixture
def given(phone, clock):
    """A grant that was asked for, accepted and used, and a broken glass; both are long over when the test begins."""
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    lee = phone("lee")
    asked = lee.post("/v1/access-requests", {"agency": "room112", "incident_id": incident, "reason": "지원"}).json["id"]
    yes = {"granted": True, "legal_basis": "PIPA_18_2_3"}
    grant = phone("supervisor").post(f"/v1/access-requests/{asked}/answer", yes).json["grant_id"]
    assert lee.post(f"/v1/grants/{grant}/acceptance").status_code == 200
    opened = lee.post("/v1/playback", {"camera_id": "cam-near", "grant_id": grant}).json["session_id"]
    lee.delete(f"/v1/playback/{opened}")
    need = {"incident_id": incident, "reason": "추격", "legal_basis": "PIPA_18_2_3"}
    return {grant, lee.post("/v1/break-glass", need).json["id"]}


def test_grants_go_three_years_after_their_end_with_all_that_was_of_them(given, later, remove, read, clock):
    later(1095)
    assert remove().sessions == 1
    with read() as session:
        assert set(session.scalars(select(Grant.id))) == given
        assert retention.due(session, KEPT, now=clock()) == retention.Due()
    later(3)
    removed = remove()
    assert (removed.grants, removed.requests) == (2, 1)
    with read() as session:
        for model in (Grant, GrantAcceptance, AccessRequest):
            assert session.scalars(select(model)).all() == []


def test_a_grant_stays_as_long_as_a_view_of_it(given, later, transaction, clock):
    later(1100)
    with transaction() as session:
        removed = retention.remove(session, replace(KEPT, views=timedelta(days=2000)), now=clock())
    assert (removed.sessions, removed.requests, removed.grants) == (0, 1, 1)


def test_whatever_points_to_a_grant_is_thought_of():
    """A new table that points to grants must go before them, or with them."""
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "grants" for key in table.foreign_keys)
    }
    assert pointing == {"playback_sessions", "access_requests", "grant_cameras", "grant_acceptances"}


def test_anomalies_reviews_and_look_ups_go_in_their_time(later, remove, transaction, clock, act):
    at = clock()
    ids = {"kind": "many_refusals", "fact": "x", "severity": "low", "officer_id": "kim", "agency_id": "station"}
    times = {"first_at": at, "last_at": at, "found_at": at}
    month = {"starts_at": at - timedelta(days=30), "ends_at": at, "due_at": at}
    asked = {"kind": "exact", "asked": "12가3456", "near": False, "reason": "x", "legal_basis": "PIPA_18_2_7"}
    with transaction() as session:
        session.add(Anomaly(**ids, **times, reason="x", evidence=[], status="open"))
        session.add(MonthlyReview(id="station_2026-10", agency_id="station", month="2026-10", **month))
        lookup = {"agency_id": "station", "asked_by": "officer:kim", "wanted_found": 0, "reads_found": 0}
        session.add(PlateLookup(**asked, **lookup, at=at))
    act()
    later(731)
    removed = remove()
    assert (removed.lookups, removed.anomalies, removed.reviews) == (1, 0, 0)
    later(1095 - 731 + 1)
    removed = remove()
    assert (removed.lookups, removed.anomalies, removed.reviews) == (0, 1, 1)


@pytest.fixture
def closed(phone):
    """``closed("cad119", service="fire_119")``: an incident with a report, over; its id."""

    def make(room, **more):
        room, said = phone(room), town.report(external_id=f"{more}", **more)
        made = room.post("/v1/incidents", said)
        assert made.status_code == 201, made.text
        path = f"/v1/incidents/{made.json['id']}"
        assert room.post(f"{path}/reports", {"kind": "update", "text": "canary"}).status_code == 201
        over = {"status": "closed", "closing_reason": "canary"}
        assert room.patch(path, over).status_code == 200
        return made.json["id"]

    return make


def test_what_was_said_of_an_incident_goes_in_its_services_time_and_the_incident_stays(
    closed, phone, later, remove, read
):
    police, fire = closed("cad112", summary="canary"), closed("cad119", service="fire_119", summary="canary")
    phone("cad112").post("/v1/incidents", town.report(external_id="open"))

    def left():
        with read() as session:
            texts = {
                row.id: (row.summary, row.address, row.closing_reason) for row in session.scalars(select(Incident))
            }
            reports = {row.incident_id for row in session.scalars(select(IncidentReport))}
        return {id_ for id_, said in texts.items() if any(said)}, reports, len(texts)

    later(365)
    assert (remove().texts, left()[1]) == (0, {police, fire})
    later(3)
    removed = remove()
    assert (removed.police_texts, removed.texts, left()[1]) == (0, 1, {police})
    assert fire not in left()[0]
    assert phone("dispatcher119").get(f"/v1/incidents/{fire}").json["summary"] == ""
    later(1095 - 368 + 1)
    removed = remove()
    assert (removed.police_texts, removed.texts) == (1, 0)
    assert (len(left()[0]), left()[1], left()[2]) == (1, set(), 3), "the open one has its text"
    assert remove().police_texts == 0


def test_duties_messages_and_requests_go_in_their_time_but_not_what_is_still_to_do(
    closed, phone, later, remove, *, transaction, clock, read
):
    over = closed("cad112")
    running = phone("cad112").post("/v1/incidents", town.report(external_id="open")).json
    wish = {"camera_id": "cam-near", "incident_id": running["id"], "at": clock().isoformat(), "reason": "x"}
    assert phone("kim").post("/v1/preservation-requests", wish).status_code == 201
    at = {"sent": clock(), "received_at": clock(), "status": "Actual", "msg_type": "Alert", "scope": "Public"}
    known = {"signature": "absent", "digest": "0", "done": "opened", "infos": []}
    with transaction() as session:
        session.add(CapSender(id="kma", agency_id="room112", sender="kma", invites=[], created_at=clock()))
        session.flush()
        for name, incident_id in (("noted", None), ("over", over), ("running", running["id"])):
            session.add(CapMessage(sender_id="kma", identifier=name, incident_id=incident_id, **at, **known))
        for kind in (DutyKind.DESTROY, DutyKind.NOTIFY_SUBJECTS):
            duties.open(session, KIM, duties.Wanted(kind, over, "room112", clock()), now=clock())
        done = session.scalars(select(Duty).filter_by(kind=DutyKind.DESTROY)).one()
        done.closed_at = clock()
    later(366)
    removed = remove()
    assert (removed.cap_messages, removed.preservations, removed.duties) == (2, 1, 0)
    later(1095 - 366 + 3)
    assert (remove().duties, remove().cap_messages) == (1, 0)
    with read() as session:
        assert session.scalars(select(CapMessage.identifier)).all() == ["running"]
        assert session.scalars(select(Duty.kind)).all() == [DutyKind.NOTIFY_SUBJECTS]


def test_every_time_that_is_kept_to_is_a_setting_and_is_told_in_the_ledger():
    assert set(asdict(KEPT)) == {time for _, times, _ in WHAT.values() for time in times}
    assert set(asdict(retention.Due())) == set(WHAT)


def test_what_was_destroyed_is_in_a_ledger(given, later, remove, phone, clock):
    later(731)
    remove()
    day = {"from": (clock() - timedelta(hours=1)).isoformat(), "until": (clock() + timedelta(hours=1)).isoformat()}
    rows = phone("auditor").get(f"/v1/audit/ledgers/destruction?{urlencode(day)}").json["items"]
    said = {row["what"]: row for row in rows}
    assert said["열람 세션"]["count"] == 1
    assert said["열람 세션"]["before"] == (clock() - KEPT.views).isoformat()
    assert said["접속기록의 내용"]["how"] == "내용 삭제, 해시 보존"
    assert {row["by"] for row in rows} == {"scheduler"}


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("views_kept_days", 364),
        ("grants_kept_days", 1094),
        ("police_texts_kept_days", 1096),
        ("texts_kept_days", 366),
        ("duties_kept_days", 364),
    ],
)
def test_nothing_may_be_kept_for_less_or_more_than_the_law_says(name, days):
    with pytest.raises(ValueError, match=name):
        Settings(data_dir="/data", public_url="http://localhost", **{name: days})
