"""After closing: who watches may go on where the service's policy says so, is told until when, and not a moment longer."""

import pytest
from sqlalchemy import select

from server import jobs
from server.models import AuditEvent, Officer, OutboxEvent, PlaybackSession
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")
GRACE_S = 120


@pytest.fixture
def policy(phone):
    """The 112 service leaves two minutes."""
    reply = phone("admin").put("/v1/services/police_112/policy", {"grace_s": GRACE_S})
    assert (reply.status_code, reply.json["grace_s"]) == (200, GRACE_S)


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json["id"]


@pytest.fixture
def served(gate, transaction, clock):
    def ask_now(opened):
        with transaction() as session:
            town.live_host(session, clock())
        return ask(gate, opened["url"])[0] == 204

    return ask_now


def watch(viewer, incident, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident})


def close(room, incident):
    return room.patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "끝"})


def told(read, subject, kind):
    with read() as session:
        return session.scalars(select(OutboxEvent.data).filter_by(audience=subject, kind=kind)).all()


def test_without_a_policy_everything_ends_at_once(phone, incident, served, read):
    opened = watch(phone("kim"), incident).json
    close(phone("cad112"), incident)
    assert not served(opened)
    assert told(read, "officer:kim", "grace") == []
    assert {one["grace_s"] for one in phone("kim").get("/v1/services").json["items"]} == {0}


@pytest.mark.usefixtures("policy")
def test_who_watches_goes_on_until_the_time_they_are_told_and_nobody_begins(phone, incident, served, clock, read):
    kim, room = phone("kim"), phone("cad112")
    seen = [watch(kim, incident).json, watch(room, incident).json]
    close(room, incident)
    assert all(map(served, seen))
    assert watch(kim, incident, "cam-looks").json["code"] == "incident_over"
    (of_kim,) = told(read, "officer:kim", "grace")
    assert (of_kim["session_ids"], of_kim["reason"]) == ([seen[0]["session_id"]], "incident_closed")
    assert told(read, "officer:kim", "revoked") == []
    clock.forward(seconds=GRACE_S - 1)
    assert all(map(served, seen))
    assert clock().isoformat() < of_kim["until"].replace("Z", "+00:00")
    clock.forward(seconds=1)
    assert clock().isoformat() == of_kim["until"].replace("Z", "+00:00")
    assert not any(map(served, seen)), "by the clock: no job has run"


@pytest.mark.usefixtures("policy")
def test_the_end_of_the_grace_is_pushed_and_both_are_recorded(phone, incident, clock, transaction, read):
    opened = watch(phone("kim"), incident).json
    close(phone("cad112"), incident)
    clock.forward(seconds=GRACE_S)
    with transaction() as session:
        jobs.expire(session, now=clock())
    assert [one["reason"] for one in told(read, "officer:kim", "revoked")] == ["incident_closed"]
    with read() as session:
        rows = {row.tag: row.subject for row in session.scalars(select(AuditEvent))}
    kept = {"session": opened["session_id"], "viewer": "kim", "camera": "cam-near"}
    given = rows["room:grace:given"]
    assert (given["sessions"], given["reason"], given["service"]) == ([kept], "incident_closed", "police_112")
    assert given["until"] == clock().isoformat()
    assert rows["system:grace:ended"]["sessions_ended"] == [opened["session_id"]]


@pytest.mark.usefixtures("policy")
@pytest.mark.parametrize("how", ["cut", "blackout", "shut", "moved to another car", "logged out", "left"])
def test_whatever_else_ends_a_view_ends_it_in_the_grace_too(how, *, phone, incident, served, transaction):
    kim = phone("kim")
    opened = watch(kim, incident).json
    close(phone("cad112"), incident)
    assert served(opened)
    match how:
        case "cut":
            reply = phone("supervisor").delete(f"/v1/playback/{opened['session_id']}?reason=끝")
        case "blackout":
            reply = phone("centre").put("/v1/cameras/cam-near/blackout", {"on": True, "reason": "민원"})
        case "shut":
            reply = phone("admin").patch("/v1/officers/kim", {"enabled": False})
        case "logged out":
            reply = kim.client.post("/v1/auth/revoke", data={"token": kim.tokens["refresh_token"]})
        case "left":
            reply = kim.delete(f"/v1/playback/{opened['session_id']}")
        case _:
            reply = None
            with transaction() as session:
                session.get(Officer, "kim").unit_id = "car2"
    assert reply is None or reply.status_code in {200, 204}
    assert not served(opened)


@pytest.mark.usefixtures("policy")
def test_a_grant_ends_with_its_incident_whatever_the_policy(phone, incident, served):
    body = {"to": {"unit": "car2"}, "incident_id": incident, "until": town.in_an_hour(), "reason": "수색"}
    grant = phone("supervisor").post("/v1/grants", body | {"legal_basis": "PIPA_18_2_3"}).json
    lee = phone("lee")
    lee.post(f"/v1/grants/{grant['id']}/acceptance")
    opened = lee.post("/v1/playback", {"camera_id": "cam-near", "grant_id": grant["id"]}).json
    close(phone("cad112"), incident)
    assert not served(opened)


@pytest.mark.usefixtures("policy")
def test_who_closes_its_part_has_the_grace_and_the_others_go_on(phone, incident, served, clock):
    rooms = phone("cad112"), phone("cad119")
    asked = {"verb": "joint_response", "to_agency": "room119", "reason": "화재", "units": ["engine1"]}
    sharing = rooms[0].post(f"/v1/incidents/{incident}/sharings", asked).json
    rooms[1].post(f"/v1/sharings/{sharing['id']}/acceptance")
    seen = [
        [watch(who, incident).json for who in (room, phone(crew))]
        for room, crew in zip(rooms, ("kim", "fire"), strict=True)
    ]
    close(rooms[0], incident)
    assert all(served(one) for side in seen for one in side)
    clock.forward(seconds=GRACE_S // 2)
    close(rooms[1], incident)
    clock.forward(seconds=GRACE_S // 2)
    assert [[served(one) for one in side] for side in seen] == [[False, False], [True, True]], "each its own"
    clock.forward(seconds=GRACE_S // 2)
    assert not any(served(one) for side in seen for one in side)


@pytest.mark.usefixtures("policy")
def test_a_grace_that_is_set_back_to_nothing_leaves_what_was_given(phone, incident, served, read):
    opened = watch(phone("kim"), incident).json
    close(phone("cad112"), incident)
    phone("admin").put("/v1/services/police_112/policy", {"grace_s": 0})
    assert served(opened)
    with read() as session:
        assert session.get(PlaybackSession, opened["session_id"]).grace_until is not None


@pytest.mark.parametrize("body", [{"grace_s": 601}, {"grace_s": -1}, {"grace_s": "60"}])
def test_a_grace_of_more_than_ten_minutes_is_refused(body, phone):
    reply = phone("admin").put("/v1/services/police_112/policy", body)
    assert (reply.status_code, reply.json["field"]) == (422, "grace_s")
    assert phone("admin").put("/v1/services/unheard-of/policy", {"grace_s": 1}).json["code"] == "not_found"
