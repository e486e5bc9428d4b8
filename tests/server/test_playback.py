"""Sessions: who sees and cuts them, and what never leaves the server."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.models import Camera, IdempotencyKey, Officer, OutboxEvent, PlaybackSession, Shift
from tests import town
from tests.phone import ask


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


def wish(incident, camera_id="cam-near", **more):
    return {"camera_id": camera_id, "incident_id": incident["id"]} | more


def test_a_session_lasts_a_shift_at_most_and_its_url_has_a_secret_that_is_not_its_id(phone, incident):
    opened = phone("kim").post("/v1/playback", wish(incident, purpose="용의자 확인"))
    body = opened.json
    _, live, sid, camera, file = body["url"].split("/")
    assert (live, len(sid), camera, file) == ("live", 22, "cam-near", "index.m3u8")
    assert body["still_url"] == f"/live/{sid}/cam-near/still.jpg"
    assert sid != body["session_id"]
    assert opened.headers["Cache-Control"] == "no-store"


def test_a_session_ends_with_the_login_it_was_opened_under_and_no_other_opens_then(phone, incident, transaction, clock):
    kim, ends_at = phone("kim"), clock() + timedelta(minutes=2)
    with transaction() as session:
        session.scalars(select(Shift).where(Shift.officer_id == "kim")).one().ends_at = ends_at
    opened = kim.post("/v1/playback", wish(incident)).json
    assert datetime.fromisoformat(opened["expires_at"]) == ends_at
    clock.forward(minutes=2)
    assert kim.post("/v1/playback", wish(incident)).json["code"] == "token_invalid"


def test_the_secret_is_stored_nowhere(phone, incident, read):
    body = phone("kim").post("/v1/playback", wish(incident), headers={"Idempotency-Key": "p"}).json
    sid = body["url"].split("/")[2]
    with read() as session:
        connection = session.connection()
        for table in PlaybackSession.metadata.sorted_tables:
            assert sid not in str(connection.execute(select(table)).all()), table.name
            if table.name == "idempotency_keys":
                assert connection.execute(select(table)).all()


def test_a_repeat_with_the_same_key_gives_the_same_session(phone, incident):
    kim, key = phone("kim"), {"Idempotency-Key": "p"}
    first = kim.post("/v1/playback", wish(incident), headers=key)
    assert kim.post("/v1/playback", wish(incident), headers=key).json == first.json


@pytest.mark.parametrize("camera_id", ["cam-other", "cam-off", "unheard-of"])
def test_a_camera_that_is_not_the_incidents_is_refused(camera_id, phone, incident):
    reply = phone("kim").post("/v1/playback", wish(incident, camera_id))
    assert (reply.status_code, reply.json["code"]) == (403, "camera_not_listed")


def test_a_camera_taken_out_of_service_is_refused(phone, incident, transaction):
    with transaction() as session:
        session.get(Camera, "cam-near").enabled = False
    assert phone("kim").post("/v1/playback", wish(incident)).json["code"] == "camera_disabled"


def test_an_incident_that_does_not_exist_looks_like_somebody_elses(phone, incident):
    nowhere = phone("kim").post("/v1/playback", wish({"id": "unheard-of"})).json
    foreign = phone("lee").post("/v1/playback", wish(incident)).json
    assert nowhere["code"] == foreign["code"] == "not_dispatched"
    assert nowhere["detail"] == foreign["detail"]


def test_a_supervisor_of_the_room_lists_and_cuts_and_another_does_not(phone, incident, read):
    body = phone("kim").post("/v1/playback", wish(incident)).json
    supervisor, other = phone("supervisor"), phone("supervisor119")
    (shown,) = supervisor.get("/v1/playback?active=true").json["items"]
    assert (shown["id"], shown["viewer_id"], shown["camera_id"]) == (body["session_id"], "kim", "cam-near")
    assert body["url"].split("/")[2] not in str(shown)
    assert other.get("/v1/playback?active=true").json["items"] == []
    assert other.delete(f"/v1/playback/{body['session_id']}").json["code"] == "session_unknown"
    assert phone("lee").delete(f"/v1/playback/{body['session_id']}").json["code"] == "session_unknown"

    path = f"/v1/playback/{body['session_id']}"
    for query in ("", "?reason=", "?reason=%0a", f"?reason={'x' * 201}"):
        unsaid = supervisor.delete(path + query)
        assert (unsaid.status_code, unsaid.json["field"]) == (422, "reason")
    assert [supervisor.delete(f"{path}?reason=근거 확인 불가").status_code for _ in range(2)] == [204, 204]
    assert supervisor.get("/v1/playback?active=true").json["items"] == []
    with read() as session:
        told = session.scalars(select(OutboxEvent.data).where(OutboxEvent.kind == "revoked")).all()
        ended = session.get(PlaybackSession, body["session_id"])
    assert told == [{"session_ids": [body["session_id"]], "incident_id": incident["id"], "reason": "session_cut"}]
    assert (ended.end_reason, ended.end_note) == ("session_cut", "근거 확인 불가")


def test_a_viewer_closes_its_own_session_and_may_do_so_twice(phone, incident, read):
    kim = phone("kim")
    session_id = kim.post("/v1/playback", wish(incident)).json["session_id"]
    assert [kim.delete(f"/v1/playback/{session_id}").status_code for _ in range(2)] == [204, 204]
    with read() as session:
        assert session.get(PlaybackSession, session_id).end_reason == "viewer_left"
        assert session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "revoked")).all() == []


def test_only_supervisors_list_sessions_and_only_the_active_ones(phone):
    assert phone("kim").get("/v1/playback?active=true").json["code"] == "role_missing"
    assert phone("supervisor").get("/v1/playback").json["field"] == "active"


def test_logging_out_ends_what_was_watched_and_the_access_token(phone, incident, gate, clock):
    kim, other_tablet = phone("kim"), phone("kim")
    here = kim.post("/v1/playback", wish(incident)).json
    there = other_tablet.post("/v1/playback", wish(incident)).json
    assert kim.post("/v1/auth/revoke", data={"token": kim.tokens["refresh_token"]}).status_code == 200
    assert ask(gate, here["url"])[0] == 403
    assert ask(gate, there["url"])[0] == 204
    assert kim.get("/v1/me/dispatches").json["code"] == "token_invalid"
    assert other_tablet.get("/v1/me/dispatches").status_code == 200


def test_a_disabled_officer_is_out_at_once(phone, incident, gate, transaction):
    kim = phone("kim")
    body = kim.post("/v1/playback", wish(incident)).json
    with transaction() as session:
        session.get(Officer, "kim").enabled = False
    assert ask(gate, body["url"])[0] == 403
    assert kim.get("/v1/me/dispatches").status_code == 401


def test_no_answer_tells_how_a_camera_is_reached(phone, incident):
    answers = [
        phone("cad112").get(f"/v1/incidents/{incident['id']}"),
        phone("cad112").get(f"/v1/incidents/{incident['id']}/cameras"),
        phone("kim").get("/v1/me/dispatches"),
        phone("kim").post("/v1/playback", wish(incident)),
        phone("supervisor").get("/v1/playback?active=true"),
        phone("admin").get("/v1/cameras"),
        phone("auditor").get("/v1/audit/events?limit=200"),
        phone().get("/metrics"),
    ]
    for answer in answers:
        assert answer.status_code in {200, 201}
        assert "rtsp" not in answer.text.lower()
        assert town.RTSP_HOST not in answer.text
        assert town.RTSP_PASSWORD not in answer.text


def test_the_stored_answer_is_without_urls(phone, incident, read):
    phone("kim").post("/v1/playback", wish(incident), headers={"Idempotency-Key": "p"})
    with read() as session:
        assert b"/live/" not in session.scalars(select(IdempotencyKey)).one().body
