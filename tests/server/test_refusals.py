"""Every refusal of a known caller is in the record, and no loop fills it."""

import threading

import pytest
from sqlalchemy import select

from server import jobs
from server.audit import chain
from server.models import AuditEvent, RefusalTally
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def refusals(read):
    def get():
        with read() as session:
            rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        assert chain.verify(rows) is None
        return [(row.actor_id, row.subject) for row in rows if row.tag == "viewer:call:refused"]

    return get


@pytest.fixture
def later(clock, transaction):
    def go(seconds):
        clock.forward(seconds=seconds)
        with transaction() as session:
            jobs.tell_refusals(session, now=clock())

    return go


CALLS = [  # one refusal of each kind of act
    ("lee", "POST", "/v1/playback", {"camera_id": "cam-near", "incident_id": "x"}, "not_dispatched"),
    ("lee", "POST", "/v1/playback", {"camera_id": "cam-near", "grant_id": "x"}, "not_granted"),
    ("lee", "POST", "/v1/playback", {"camera_id": "cam-near", "centre": "own", "purpose": "x"}, "camera_not_yours"),
    ("lee", "GET", "/v1/streams/cam-near?incident_id=x", None, "not_dispatched"),
    ("lee", "DELETE", "/v1/playback/x", None, "session_unknown"),
    ("lee", "POST", "/v1/grants", {}, "role_missing"),
    ("lee", "POST", "/v1/grants/x/acceptance", None, "grant_unknown"),
    (
        "lee",
        "PUT",
        "/v1/units/car1/position",
        {"lat": 34.8, "lon": 126.4, "at": "2026-11-02T00:00:00Z"},
        "unit_not_yours",
    ),
    ("lee", "GET", "/v1/audit/events", None, "role_missing"),
    ("supervisor", "POST", "/v1/grants/x/approval", None, "grant_unknown"),
    ("supervisor", "DELETE", "/v1/grants/x", None, "grant_unknown"),
    ("supervisor", "PUT", "/v1/cameras/cam-near/blackout", {"on": True, "reason": "x"}, "centre_not_yours"),
    ("cad119", "PATCH", "/v1/incidents/x", {"status": "closed", "closing_reason": "x"}, "incident_unknown"),
    ("cad119", "POST", "/v1/incidents", town.report(), "service_not_allowed"),
]


def test_a_refusal_of_any_act_is_recorded_before_it_is_answered(phone, refusals):
    phones = {account: phone(account) for account in {row[0] for row in CALLS}}
    for number, (account, method, path, body, code) in enumerate(CALLS):
        reply = phones[account].call(method, path, body)
        assert reply.json["code"] == code, reply.text
        assert len(refusals()) == number + 1, (method, path)
        actor, said = refusals()[-1]
        assert (actor, said["code"], said["method"]) == (account, code, method)


def test_a_loop_leaves_two_rows_a_minute_and_nothing_is_lost(phone, refusals, later, read):
    lee = phone("lee")
    for n in (*range(10), *range(20)):
        lee.post("/v1/playback", {"camera_id": f"cam-{n}", "incident_id": "x"})
    assert len(refusals()) == 1
    later(59)
    assert len(refusals()) == 1
    later(1)
    (_, first), (actor, rest) = refusals()
    assert (first["camera_id"], "times" in first) == ("cam-0", False)
    assert (actor, rest["times"], rest["code"]) == ("lee", 29, "not_dispatched")
    asked = [*range(1, 10), 0, *range(10, 20)]  # each once, twenty at most
    assert rest["asked"] == [{"camera_id": f"cam-{n}", "incident_id": "x"} for n in asked]
    later(60)
    assert len(refusals()) == 2
    with read() as session:
        assert session.scalars(select(RefusalTally)).all() == []


def test_the_next_refusal_after_the_minute_records_what_was_counted_though_no_job_ran(phone, refusals, clock):
    lee = phone("lee")
    for seconds in (1, 1, 60):
        lee.get("/v1/audit/events")
        clock.forward(seconds=seconds)
    lee.get("/v1/audit/events")
    assert [said.get("times") for _, said in refusals()] == [None, 2, None]


def test_another_code_another_call_and_another_caller_are_not_counted_together(phone, refusals):
    lee, kim = phone("lee"), phone("kim")
    for who in (lee, kim):
        who.get("/v1/audit/events")
        who.get("/v1/audit/checkpoints")
        who.post("/v1/playback", {"camera_id": "cam-near", "incident_id": "x"})
        who.post("/v1/playback", {"camera_id": "cam-near", "grant_id": "x"})
    assert len(refusals()) == 8


def test_refusals_at_the_same_moment_are_all_counted(app, phone, refusals, later):
    signed_in = phone("lee")

    def ask():
        lee = type(phone())(app.test_client())
        lee.tokens, lee.device = signed_in.tokens, signed_in.device
        for _ in range(5):
            assert lee.get("/v1/audit/events").status_code == 403

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    later(60)
    assert sum(said.get("times", 1) for _, said in refusals()) == 20
