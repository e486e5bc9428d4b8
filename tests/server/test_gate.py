import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from server import streams
from server.models import AccessChange, AuditEvent, Host, Lease, LeaseState, Officer, PlaybackSession, Stream
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def opened(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    return phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json


def asked(gate, sid, camera="cam-near", path="/internal/gate", method="GET", *, looks=True):
    """Over ASGI, while the feed's thread would look."""
    sent = []

    async def send(message):
        sent.append(message)

    async def ask_while_it_looks():
        headers = [(b"x-session", sid.encode("latin-1")), (b"x-camera", camera.encode())]
        scope = {"type": "http", "path": path, "method": method, "headers": headers}
        answer = asyncio.create_task(gate(scope, None, send))
        while not answer.done():
            await asyncio.sleep(0)
            if looks:
                gate.feed.look()
        await answer

    asyncio.run(ask_while_it_looks())
    start, body = sent
    assert body["body"] == b""
    return start["status"]


def test_a_session_opens_its_own_camera_and_no_other(gate, opened):
    sid = opened["url"].split("/")[2]
    assert asked(gate, sid) == 204
    assert asked(gate, sid, "cam-looks") == 403


@pytest.mark.parametrize("sid", ["A" * 22, "", "a b", "../x", "ü", "x" * 65, "' OR 1=1 --"])
def test_an_unknown_sid_opens_nothing(sid, gate, opened):
    assert asked(gate, sid) == 403


def test_the_sessions_public_id_opens_nothing(gate, opened):
    assert asked(gate, opened["session_id"]) == 403


def test_the_gate_answers_one_question_only(gate, opened):
    sid = opened["url"].split("/")[2]
    assert asked(gate, sid, path="/") == 404
    assert asked(gate, sid, method="POST") == 404


def test_a_session_is_over_when_its_time_is_whether_or_not_a_job_ran(gate, opened, clock, transaction):
    clock.forward(hours=11, minutes=59, seconds=59)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, opened["url"])[0] == 204
    clock.forward(seconds=1)
    assert ask(gate, opened["url"])[0] == 403


def test_the_host_is_the_one_that_holds_the_lease_else_a_live_one(gate, opened, clock, transaction):
    assert ask(gate, opened["url"]) == (204, "host-a")
    with transaction() as session:
        session.add(Host(id="host-b", seen_at=clock() - timedelta(seconds=60)))
        session.flush()
        lease = {"host_id": "host-b", "fence": 1, "state": LeaseState.LIVE, "state_at": clock()}
        session.add(Lease(camera_id="cam-near", expires_at=clock() + timedelta(seconds=5), **lease))
    assert ask(gate, opened["url"]) == (204, "host-b")
    clock.forward(seconds=5)
    assert ask(gate, opened["url"]) == (204, "host-a")


def test_without_a_live_host_the_answer_is_503_and_a_refusal_stays_one(gate, opened, clock):
    clock.forward(seconds=10)
    assert ask(gate, opened["url"])[0] == 503
    assert asked(gate, "A" * 22) == 403


def test_a_decision_asks_the_database_nothing(gate, opened, statements):
    assert ask(gate, opened["url"])[0] == 204
    statements.clear()
    sid = opened["url"].split("/")[2]
    assert gate.decide(sid, "cam-near") == (204, "host-a")
    assert gate.decide(sid, "cam-looks") == (403, None)
    assert [asked(gate, f"{number:022}") for number in range(20)] == [403] * 20
    assert statements == []


@pytest.mark.parametrize(
    ("age_s", "new", "served_before"), [(3.0, 204, 204), (3.1, 503, 204), (10.0, 503, 204), (10.1, 503, 503)]
)
def test_when_nothing_new_is_known_for_seconds_only_who_watches_goes_on(
    age_s, new, served_before, *, gate, opened, steady
):
    sid = opened["url"].split("/")[2]
    gate.feed.look()
    steady.at += age_s
    assert gate.decide(sid, "cam-near")[0] == new
    assert age_s <= 3 or asked(gate, "A" * 22, looks=False) == 503
    assert ask(gate, opened["url"])[0] == 204
    steady.at += age_s
    assert gate.decide(sid, "cam-near")[0] == served_before


def test_a_refusal_stays_one_while_nothing_new_is_known(gate, opened, phone, steady):
    phone("kim").delete(f"/v1/playback/{opened['session_id']}")
    assert ask(gate, opened["url"])[0] == 403
    steady.at += 10
    assert gate.decide(opened["url"].split("/")[2], "cam-near")[0] == 403


def test_a_gate_that_slept_while_changes_were_forgotten_reads_everything_anew(gate, opened, phone, steady, transaction):
    assert ask(gate, opened["url"])[0] == 204
    phone("kim").delete(f"/v1/playback/{opened['session_id']}")
    with transaction() as session:
        session.execute(delete(AccessChange))
    steady.at += 61
    assert ask(gate, opened["url"])[0] == 403


def test_a_session_that_was_just_opened_works_at_once(gate, phone):
    gate.feed.look()
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    opened = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    assert asked(gate, opened["url"].split("/")[2]) == 204


def test_a_sid_of_a_session_long_over_is_recorded_by_its_session(gate, opened, read, phone, clock):
    phone("kim").delete(f"/v1/playback/{opened['session_id']}")
    clock.forward(days=1)
    gate.feed.close()
    assert asked(gate, opened["url"].split("/")[2]) == 403
    assert len(gate.feed.memory) == 0
    gate.notes.flush()
    with read() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.tag == "viewer:media:refused")).one()
    assert row.subject == {"session": opened["session_id"], "code": "session_ended"}


def test_an_officer_who_changes_cars_loses_the_old_cars_cameras(gate, opened, transaction):
    with transaction() as session:
        session.get(Officer, "kim").unit_id = "car2"
    assert ask(gate, opened["url"])[0] == 403


def test_watching_keeps_the_stream_wanted_and_stops_keeping_it(gate, opened, read, clock):
    clock.forward(seconds=5)
    ask(gate, opened["url"])
    gate.notes.flush()
    clock.forward(seconds=115)
    ask(gate, opened["url"])
    gate.notes.flush()
    with read() as session:
        assert session.get(Stream, "cam-near").wanted_until == clock() + streams.WATCHED
        assert session.get(PlaybackSession, opened["session_id"]).seen_at == clock()
    clock.forward(seconds=5)
    gate.notes.flush()
    with read() as session:
        assert session.get(Stream, "cam-near").wanted_until == clock() + streams.WATCHED - timedelta(seconds=5)


def test_a_request_from_before_the_end_does_not_bring_the_stream_back(gate, opened, read, phone, clock):
    ask(gate, opened["url"])
    phone("kim").delete(f"/v1/playback/{opened['session_id']}")
    clock.forward(seconds=130)
    gate.notes.flush()
    with read() as session:
        assert session.get(Stream, "cam-near").wanted_until < clock()


def test_a_refused_session_is_recorded_once_a_minute(gate, opened, read, phone, clock):
    phone("kim").delete(f"/v1/playback/{opened['session_id']}")
    for _ in range(5):
        ask(gate, opened["url"])
        gate.notes.flush()
        clock.forward(seconds=20)
    with read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.tag == "viewer:media:refused")).all()
    assert [row.subject for row in rows] == [{"session": opened["session_id"], "code": "session_ended"}] * 2
    assert {row.actor_id for row in rows} == {"kim"}
