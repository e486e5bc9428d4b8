"""First, interim and final reports, the code of a 112 call, and how it ended."""

import pytest

from server.incidents.services import POLICIES
from server.models import OutboxEvent, Service
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def incident(phone, transaction):
    with transaction() as session:
        session.add_all(town.camera(f"out-{azimuth}", azimuth, 600) for azimuth in (90, 225))
    return phone("cad112").post("/v1/incidents", town.report(priority=2)).json


@pytest.fixture
def path(incident):
    return f"/v1/incidents/{incident['id']}"


def on_scene(phone, incident):
    phone("kim").patch(f"/v1/dispatches/{incident['dispatches'][0]['id']}", {"status": "on_scene"})


def test_what_a_crew_and_a_room_report_is_told_to_both_and_listed(phone, path, read):
    made = [
        phone("kim").post(f"{path}/reports", {"kind": "first", "text": "현장 도착\n피해자 확인"}),
        phone("dispatcher").post(f"{path}/reports", {"kind": "update", "text": "용의자 북쪽으로 도주"}),
        phone("kim").post(f"{path}/reports", {"kind": "final", "text": "검거", "outcome": "solved"}),
    ]
    assert [reply.status_code for reply in made] == [201, 201, 201]
    assert (made[0].json["unit_id"], made[1].json["unit_id"], made[2].json["outcome"]) == ("car1", None, "solved")
    shown = phone("kim").get(f"{path}/reports").json["items"]
    assert sorted(one["id"] for one in shown) == sorted(reply.json["id"] for reply in made)
    assert len(phone("supervisor").get(f"{path}/reports?limit=2").json["items"]) == 2
    with read() as session:
        told = {(one.audience, one.data["kind"]) for one in session.query(OutboxEvent).filter_by(kind="report")}
    assert told == {(who, kind) for who in ("unit:car1", "agency:room112") for kind in ("first", "update", "final")}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "final", "text": "끝"}, "outcome"),
        ({"kind": "first", "text": "도착", "outcome": "solved"}, ""),
        ({"kind": "final", "text": "끝", "outcome": "gone_home"}, "outcome"),
        ({"kind": "last", "text": "끝"}, "kind"),
        ({"kind": "update", "text": ""}, "text"),
        ({"kind": "update", "text": "a\0b"}, "text"),
    ],
)
def test_a_report_that_says_too_little_or_too_much_is_refused(body, field, phone, path):
    reply = phone("kim").post(f"{path}/reports", body)
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")
    assert field in reply.json.get("field", "")


def test_the_first_and_the_final_report_are_made_once_by_each(phone, path):
    first = {"kind": "first", "text": "도착"}
    assert phone("kim").post(f"{path}/reports", first).status_code == 201
    assert phone("kim").post(f"{path}/reports", first).json["code"] == "report_already"
    assert phone("cad112").post(f"{path}/reports", first).status_code == 201
    assert phone("dispatcher").post(f"{path}/reports", first).json["code"] == "report_already"


@pytest.mark.parametrize("account", ["lee", "cad119", "dispatcher119", "fire"])
def test_who_has_nothing_to_do_with_it_neither_reports_nor_reads_nor_changes_the_code(account, phone, path):
    body = {"kind": "update", "text": "?"}
    assert phone(account).post(f"{path}/reports", body).json["code"] == "incident_unknown"
    assert phone(account).get(f"{path}/reports").json["code"] == "incident_unknown"
    assert phone(account).put(f"{path}/priority", {"priority": 0}).json["code"] == "incident_unknown"


def test_nobody_reports_when_it_is_over(phone, path, incident):
    phone("kim").patch(f"/v1/dispatches/{incident['dispatches'][0]['id']}", {"status": "cleared"})
    body = {"kind": "update", "text": "늦은 보고"}
    assert phone("kim").post(f"{path}/reports", body).json["code"] == "dispatch_ended"
    phone("cad112").patch(path, {"status": "closed", "closing_reason": "끝"})
    assert phone("kim").post(f"{path}/reports", body).json["code"] == "incident_closed"
    assert phone("cad112").post(f"{path}/reports", body).json["code"] == "incident_closed"


def test_the_room_and_the_crew_on_the_scene_change_the_code_and_nobody_else(phone, path, incident):
    assert phone("kim").put(f"{path}/priority", {"priority": 0}).json["code"] == "not_on_scene"
    on_scene(phone, incident)
    assert phone("kim").put(f"{path}/priority", {"priority": 0}).json == {"priority": 0}
    assert phone("cad112").get(path).json["priority"] == 0
    assert phone("dispatcher").put(f"{path}/priority", {"priority": 3}).json == {"priority": 3}
    assert phone("cad112").put(f"{path}/priority", {"priority": 5}).json["code"] == "invalid_request"
    events = phone("auditor").get("/v1/audit/events?limit=200").json["items"]
    changed = [one["subject"] for one in events if one["tag"] == "room:incident:code_changed"]
    assert [(one["before"], one["after"]) for one in changed] == [(2, 0), (0, 3)]


def test_the_ways_out_come_and_go_with_the_code(phone, path):
    def roles():
        return {one["role"] for one in phone("cad112").get(path).json["cameras"]}

    assert roles() == {"around"}
    phone("cad112").put(f"{path}/priority", {"priority": 1})
    assert roles() == {"around", "escape"}
    wish = {"camera_id": "out-90", "incident_id": path.rsplit("/", 1)[1]}
    assert phone("kim").post("/v1/playback", wish).status_code == 201
    phone("cad112").put(f"{path}/priority", {"priority": 2})
    assert roles() == {"around"}
    assert phone("kim").post("/v1/playback", wish).json["code"] == "camera_not_listed"


@pytest.mark.parametrize(
    ("said", "reason", "code"),
    [
        ({"closing_code": "nothing_found"}, "nothing_found", "nothing_found"),
        ({"closing_code": "solved", "closing_reason": "현행범 체포"}, "현행범 체포", "solved"),
        ({"closing_reason": "현장 종결"}, "현장 종결", "commander_done"),
    ],
)
def test_a_112_call_ends_with_a_code_and_what_was_said(said, reason, code, phone, path):
    shown = phone("cad112").patch(path, {"status": "closed"} | said).json
    assert (shown["closing_reason"], shown["closing_code"]) == (reason, code)


def test_a_code_that_is_not_in_the_list_closes_nothing(phone, path):
    assert phone("cad112").patch(path, {"status": "closed", "closing_code": "tired"}).json["code"] == "invalid_request"
    assert phone("cad112").patch(path, {"status": "closed"}).json["code"] == "invalid_request"
    assert phone("cad112").get(path).json["status"] == "open"


def test_a_call_of_code_4_gets_no_unit_and_nothing_is_kept_of_one_that_names_some(phone):
    cad = phone("cad112")
    refused = cad.post("/v1/incidents", town.report(priority=4))
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (
        409,
        "incident_not_urgent",
        "priority",
    )
    taken = cad.post("/v1/incidents", town.report(priority=4, units=[]))
    assert (taken.status_code, taken.json["cameras"]) == (201, [])
    path = f"/v1/incidents/{taken.json['id']}"
    assert cad.post(f"{path}/dispatches", {"unit": "car1"}).json["code"] == "incident_not_urgent"
    assert cad.get(path).json["dispatches"] == []
    phone("dispatcher").put(f"{path}/priority", {"priority": 3})
    assert cad.post(f"{path}/dispatches", {"unit": "car1"}).status_code == 201
    assert "cam-near" in {one["camera_id"] for one in cad.get(path).json["cameras"]}


def test_a_call_that_turns_out_to_be_of_code_4_shows_nothing_more_and_keeps_who_is_there(phone, path, incident, gate):
    on_scene(phone, incident)
    kim, wish = phone("kim"), {"camera_id": "cam-near", "incident_id": incident["id"]}
    watched = kim.post("/v1/playback", wish).json
    assert kim.put(f"{path}/priority", {"priority": 4}).status_code == 200
    assert ask(gate, watched["url"])[0] == 403
    for account in ("kim", "dispatcher"):
        assert phone(account).post("/v1/playback", wish).json["code"] == "camera_not_listed"
    assert [one["status"] for one in phone("cad112").get(path).json["dispatches"]] == ["on_scene"]
    assert phone("cad112").post(f"{path}/dispatches", {"unit": "car1"}).status_code == 201, "it is there already"
    assert phone("cad112").post(f"{path}/dispatches", {"unit": "car2"}).json["code"] == "incident_not_urgent"


def test_only_the_police_have_a_code_that_is_not_urgent():
    assert {one for one in Service if POLICIES[one].urgent_to < 4} == {Service.POLICE_112}
