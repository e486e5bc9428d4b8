import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from server.audit import chain, log
from server.models import AuditEvent, AuditHead
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")
KIM = log.Actor("officer", "kim", "req", "10.0.0.1")


def rows(read):
    with read() as session:
        return session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()


def act(transaction, clock, **subject):
    with transaction() as session:
        log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock(), **subject)


def test_every_act_of_the_story_is_in_an_unbroken_chain(phone, read):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
    phone("lee").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
    phone("cad112").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    written = rows(read)
    assert [row.tag for row in written] == [
        "room:incident:reported",
        "room:dispatch:sent",
        "viewer:token:issued",
        "viewer:playback:opened",
        "viewer:token:issued",
        "viewer:call:refused",
        "room:incident:closed",
    ]
    assert chain.verify(written) is None
    assert "흉기" not in str([row.subject for row in written])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tag", "x"),
        ("actor_id", "lee"),
        ("subject", {"camera": "other"}),
        ("request_id", None),
        ("remote_address", "::1"),
    ],
)
def test_a_changed_row_is_found(column, value, transaction, read, clock):
    for n in range(3):
        act(transaction, clock, n=n)
    with transaction() as session:
        setattr(session.get(AuditEvent, 2), column, value)
    assert chain.verify(rows(read)) == 2


def test_a_removed_row_and_a_swapped_one_are_found(transaction, read, clock):
    for n in range(4):
        act(transaction, clock, n=n)
    whole = rows(read)
    assert chain.verify(whole) is None
    assert chain.verify([whole[0], *whole[2:]]) == 2
    assert chain.verify(whole[1:]) == 1
    assert chain.verify([whole[0], whole[2], whole[1], whole[3]]) == 2


def test_what_is_rolled_back_leaves_no_row_and_no_gap(transaction, read, clock):
    act(transaction, clock, n=1)
    with transaction() as session:
        log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock(), n=2)
        session.flush()
        session.rollback()
    act(transaction, clock, n=3)
    assert [row.subject["n"] for row in rows(read)] == [1, 3]
    assert chain.verify(rows(read)) is None


def test_writers_at_the_same_time_make_one_chain(transaction, read, clock):
    def write():
        for n in range(10):
            act(transaction, clock, n=n)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(rows(read)) == 40
    assert chain.verify(rows(read)) is None
    with read() as session:
        assert session.get(AuditHead, 1).seq == 40


def test_the_auditor_reads_all_of_it_page_by_page_and_nobody_else_does(phone, transaction, clock):
    for n in range(5):
        act(transaction, clock, n=n)
    auditor, seen, cursor = phone("auditor"), [], ""
    while cursor is not None:
        page = auditor.get(f"/v1/audit/events?limit=2{cursor and '&cursor=' + cursor}").json
        seen += [item["seq"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == list(range(1, 11))  # the acts, the auditor's login, and each page that was read before the last
    assert auditor.get("/v1/audit/events?limit=1").json["code"] == "invalid_request"
    for account in ("kim", "dispatcher", "supervisor", "admin", "cad112"):
        assert phone(account).get("/v1/audit/events").json["code"] == "role_missing"


@pytest.mark.parametrize(
    ("account", "path", "tag"),
    [
        ("auditor", "/v1/audit/events?cursor=MA", "auditor:audit:read"),
        ("auditor", "/v1/plate-lookups?cursor=MA", "auditor:audit:read"),
        ("auditor", "/v1/anomalies?cursor=IiI", "auditor:audit:read"),
        ("dispatcher", "/v1/wanted-vehicles?cursor=IiI", "room:wanted_vehicle:listed"),
    ],
)
def test_who_makes_up_a_cursor_is_recorded_as_well(account, path, tag, phone, read):
    assert phone(account).get(path).status_code == 200
    assert rows(read)[-1].tag == tag


def test_where_a_call_came_from_is_what_nginx_saw(phone, read):
    headers = {"X-Real-IP": "203.0.113.9", "X-Request-ID": "abc123"}
    phone("cad112").post("/v1/incidents", town.report(), headers=headers)
    assert {(row.remote_address, row.request_id) for row in rows(read)} == {("203.0.113.9", "abc123")}


@pytest.mark.parametrize("value", ["not an address", "a" * 100, "1.2.3.4\n"])
def test_a_strange_address_is_none(value, phone, read):
    phone("cad112").post("/v1/incidents", town.report(), environ_overrides={"HTTP_X_REAL_IP": value})
    assert rows(read)[0].remote_address is None


def test_the_record_is_searched_by_time_act_and_person_and_the_search_is_recorded(phone, clock):
    phone("cad112").post("/v1/incidents", town.report())
    auditor = phone("auditor")

    def found(**narrow):
        return auditor.get(f"/v1/audit/events?{urlencode(narrow)}").json["items"]

    everything = found(limit=200)
    assert {one["tag"] for one in found(tag="room:incident")} == {"room:incident:reported"}
    assert {one["actor_id"] for one in found(actor="cad112", limit=200)} == {"cad112"}
    assert found(**{"from": (clock() + timedelta(minutes=1)).isoformat()}) == []
    assert found(until=(clock() - timedelta(days=1)).isoformat()) == []
    assert [one["seq"] for one in found(until=(clock() + timedelta(seconds=1)).isoformat(), limit=200)][
        : len(everything)
    ] == [one["seq"] for one in everything]
    last = found(actor="auditor", limit=200)[-1]
    assert last["subject"]["until"], "what was searched for is recorded"


@pytest.mark.parametrize("wrong", ["from=gestern", "tag=%25", "actor=a%20b", "until=2026-01-01"])
def test_a_search_that_nobody_can_mean_is_refused(phone, wrong):
    refused = phone("auditor").get(f"/v1/audit/events?{wrong}")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_request")
