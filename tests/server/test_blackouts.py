"""A centre at its own cameras: its officers watch them, and its switch stops everybody."""

import pytest
from sqlalchemy import select

from server.models import AuditEvent, OutboxEvent, PlaybackSession, Role
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")

CAMERA, CENTRE = "/v1/cameras/cam-near/blackout", "/v1/centres/centre/blackout"
ON, OFF = {"on": True, "reason": "학교 앞 민원"}, {"on": False, "reason": "조치 끝"}


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


def own(viewer, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "centre": "own", "purpose": "시설 점검"})


def watch(viewer, incident, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident["id"]})


def test_the_centres_officers_watch_its_cameras_without_an_incident(phone, gate):
    opened = own(phone("watcher"))
    assert opened.json["basis"] == {"kind": "centre", "id": "centre"}
    assert ask(gate, opened.json["url"]) == (204, "host-a")
    assert phone("watcher").get("/v1/streams/cam-near", query_string={"centre": "own"}).status_code == 200


@pytest.mark.parametrize("account", ["kim", "supervisor", "dispatcher", "admin", "auditor", "cad112"])
def test_nobody_else_does(account, phone):
    assert own(phone(account)).json["code"] == "camera_not_yours"


def test_a_centres_own_view_says_what_for(phone):
    reply = phone("watcher").post("/v1/playback", {"camera_id": "cam-near", "centre": "own"})
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")


def test_an_auditor_of_the_centre_does_not(phone, transaction):
    with transaction() as session:
        session.add(town.officer("clerk", Role.AUDITOR, "control"))
    assert own(phone("clerk")).json["code"] == "camera_not_yours"


def test_an_unknown_camera_is_nobodys_and_a_retired_one_is_not_shown(phone):
    assert own(phone("watcher"), "unheard-of").json["code"] == "camera_not_yours"
    assert own(phone("watcher"), "cam-off").json["code"] == "camera_disabled"


def test_the_centre_sees_and_cuts_who_watches_its_cameras(phone, incident, gate):
    opened, centre = watch(phone("kim"), incident).json, phone("centre")
    (shown,) = centre.get("/v1/playback?active=true").json["items"]
    assert shown["viewer_id"] == "kim"
    assert centre.delete(f"/v1/playback/{shown['id']}?reason=민원").status_code == 204
    assert ask(gate, opened["url"])[0] == 403


@pytest.mark.parametrize(("switch", "others"), [(CAMERA, 204), (CENTRE, 403)])
def test_the_switch_stops_everybody_at_once_and_is_recorded(switch, others, *, phone, incident, gate, read):
    kim, watcher, centre = phone("kim"), phone("watcher"), phone("centre")
    seen = [watch(kim, incident).json, own(watcher).json]
    beside = watch(kim, incident, "cam-looks").json
    assert [centre.put(switch, ON).status_code for _ in range(2)] == [200, 200]
    assert [ask(gate, one["url"])[0] for one in seen] == [403, 403]
    assert ask(gate, beside["url"])[0] == others
    assert watch(kim, incident).json["code"] == own(watcher).json["code"] == "camera_blacked_out"
    with read() as session:
        ended = session.get(PlaybackSession, seen[0]["session_id"])
        told = session.scalars(select(OutboxEvent.data).filter_by(audience="officer:kim", kind="revoked")).all()
        tags = session.scalars(select(AuditEvent.tag)).all()
    assert ended.end_reason == told[0]["reason"] == "camera_blacked_out"
    assert tags.count("centre:blackout:ordered") == 1

    assert [centre.put(switch, OFF).json["on"] for _ in range(2)] == [False, False]
    assert ask(gate, seen[0]["url"])[0] == 403, "what was ended stays ended"
    assert watch(kim, incident).status_code == 201
    with read() as session:
        assert session.scalars(select(AuditEvent.tag)).all().count("centre:blackout:lifted") == 1


def test_the_gate_refuses_by_the_order_itself_not_by_the_ended_session(phone, incident, gate, transaction):
    opened = watch(phone("kim"), incident).json
    phone("centre").put(CAMERA, ON)
    with transaction() as session:
        session.get(PlaybackSession, opened["session_id"]).ended_at = None
    assert ask(gate, opened["url"])[0] == 403


def test_the_cameras_switch_and_the_centres_are_two(phone, incident):
    centre = phone("centre")
    centre.put(CAMERA, ON)
    centre.put(CENTRE, ON)
    centre.put(CENTRE, OFF)
    kim = phone("kim")
    assert watch(kim, incident).json["code"] == "camera_blacked_out"
    assert watch(kim, incident, "cam-looks").status_code == 201


@pytest.mark.parametrize("path", [CAMERA, CENTRE, "/v1/cameras/unheard-of/blackout", "/v1/centres/unheard-of/blackout"])
def test_only_the_centres_supervisor_has_the_switch(path, phone):
    assert phone("supervisor").put(path, ON).json["code"] == "centre_not_yours"
    assert phone("watcher").put(path, ON).json["code"] == "role_missing"


@pytest.mark.parametrize(("body", "field"), [({"on": True}, "reason"), ({"on": "true", "reason": "x"}, "on")])
def test_a_bad_order_names_its_field(body, field, phone):
    reply = phone("centre").put(CAMERA, body)
    assert (reply.status_code, reply.json["field"]) == (422, field)
