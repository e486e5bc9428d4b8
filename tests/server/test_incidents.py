"""Reports, dispatches and their repetition."""

import pytest
from sqlalchemy import select

from server.models import Camera, OutboxEvent, UnitPosition
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


def test_the_same_report_again_gives_the_same_answer_and_changes_nothing(phone):
    cad = phone("cad112")
    first, again = cad.post("/v1/incidents", town.report()), cad.post("/v1/incidents", town.report())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


@pytest.mark.parametrize(
    "more", [{"summary": "다른 내용"}, {"priority": 1}, {"units": []}, {"location": {"lat": 34.8, "lon": 126.5}}]
)
def test_another_report_under_the_same_id_is_refused(more, phone):
    cad = phone("cad112")
    first = cad.post("/v1/incidents", town.report()).json
    reply = cad.post("/v1/incidents", town.report(**more))
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (409, "incident_conflict", "external_id")
    assert cad.get(f"/v1/incidents/{first['id']}").json == first


def test_the_rooms_pages_hear_of_a_new_incident_once(phone, read):
    made = [phone("cad112").post("/v1/incidents", town.report(units=[])).json["id"] for _ in range(2)]
    with read() as session:
        told = session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "incident"))
        heard = [(one.audience, one.data) for one in told]
    assert heard == [("agency:room112", {"incident_id": made[0], "status": "open", "new": True})]


def test_the_same_moment_in_another_zone_is_the_same_report(phone):
    cad = phone("cad112")
    cad.post("/v1/incidents", town.report(reported_at="2026-11-02T09:30:00+09:00"))
    assert cad.post("/v1/incidents", town.report(reported_at="2026-11-02T00:30:00Z")).status_code == 200


def test_an_idempotency_key_gives_the_same_answer_to_the_same_request_only(phone):
    cad, key = phone("cad112"), {"Idempotency-Key": "k-1"}
    first = cad.post("/v1/incidents", town.report(), headers=key)
    again = cad.post("/v1/incidents", town.report(), headers=key)
    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (201, first.data, "true")
    other = cad.post("/v1/incidents", town.report(external_id="112-2026-2"), headers=key)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")


def test_what_is_asked_for_in_the_query_belongs_to_the_request(phone):
    admin, headers = phone("admin"), {"Idempotency-Key": "k-1", "Content-Type": "text/csv"}
    body = b"id,name,lat,lon,host,main_path\nc1,c,34.8,126.4,10.46.0.1,/1\n"

    def bring_in(query):
        return admin.call("POST", f"/v1/cameras:import?centre_id=centre{query}", data=body, headers=headers)

    first = bring_in("")
    assert (bring_in("").data, bring_in("").headers["Idempotent-Replayed"]) == (first.data, "true")
    other = bring_in("&complete=true")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")


def test_an_idempotency_key_belongs_to_its_caller(phone):
    key = {"Idempotency-Key": "k-1"}
    assert phone("cad112").post("/v1/incidents", town.report(), headers=key).status_code == 201
    fire = town.report(service="fire_119")
    assert phone("cad119").post("/v1/incidents", fire, headers=key).status_code == 201


def test_closing_again_is_told_and_with_the_same_key_repeated(phone):
    cad, key = phone("cad112"), {"Idempotency-Key": "close"}
    path = f"/v1/incidents/{cad.post('/v1/incidents', town.report()).json['id']}"
    body = {"status": "closed", "closing_reason": "해결"}
    assert cad.patch(path, body, headers=key).status_code == 200
    assert cad.patch(path, body, headers=key).status_code == 200
    again = cad.patch(path, body)
    assert (again.status_code, again.json["code"]) == (409, "incident_closed")


def test_a_closed_incident_takes_no_unit_and_does_not_move(phone):
    cad = phone("cad112")
    path = f"/v1/incidents/{cad.post('/v1/incidents', town.report()).json['id']}"
    cad.patch(path, {"status": "closed", "closing_reason": "해결"})
    assert cad.post(f"{path}/dispatches", {"unit": "car2"}).json["code"] == "incident_closed"
    assert cad.patch(path, {"location": {"lat": 34, "lon": 126}}).json["code"] == "incident_closed"


def test_a_unit_is_sent_once_at_a_time_and_again_after_it_was_withdrawn(phone):
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report()).json
    path, first = f"/v1/incidents/{incident['id']}/dispatches", incident["dispatches"][0]
    assert cad.post(path, {"unit": "car1"}).json == first
    assert cad.delete(f"/v1/dispatches/{first['id']}").status_code == 204
    assert cad.delete(f"/v1/dispatches/{first['id']}").status_code == 204
    assert cad.post(path, {"unit": "car1"}).json["id"] != first["id"]
    assert cad.post(path, {"unit": "car9"}).json["code"] == "unit_unknown"


def test_a_unit_says_where_it_stands_until_it_is_done(phone):
    kim = phone("kim")
    dispatch = phone("cad112").post("/v1/incidents", town.report()).json["dispatches"][0]
    path = f"/v1/dispatches/{dispatch['id']}"
    for status in ("acknowledged", "en_route", "on_scene", "on_scene", "cleared", "cleared"):
        assert kim.patch(path, {"status": status}).json["status"] == status
    assert kim.patch(path, {"status": "en_route"}).json["code"] == "dispatch_ended"


@pytest.mark.parametrize("account", ["lee", "fire"])
def test_another_unit_does_not_speak_for_it(account, phone):
    dispatch = phone("cad112").post("/v1/incidents", town.report()).json["dispatches"][0]
    reply = phone(account).patch(f"/v1/dispatches/{dispatch['id']}", {"status": "cleared"})
    assert (reply.status_code, reply.json["code"]) == (404, "dispatch_unknown")


@pytest.mark.parametrize("account", ["cad119", "dispatcher119", "supervisor119"])
def test_another_room_neither_sees_nor_steers_it(account, phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    other, path = phone(account), f"/v1/incidents/{incident['id']}"
    assert other.get(path).json["code"] == "incident_unknown"
    assert other.get(f"{path}/cameras").json["code"] == "incident_unknown"
    if account != "supervisor119":
        assert other.patch(path, {"status": "closed", "closing_reason": "x"}).json["code"] == "incident_unknown"
        assert other.post(f"{path}/dispatches", {"unit": "engine1"}).json["code"] == "incident_unknown"
        assert other.delete(f"/v1/dispatches/{incident['dispatches'][0]['id']}").json["code"] == "dispatch_unknown"


def test_a_fire_has_its_nearest_five_cameras(phone):
    incident = phone("cad119").post("/v1/incidents", town.report(service="fire_119", units=["engine1"])).json
    assert [camera["camera_id"] for camera in incident["cameras"]] == ["cam-near", "cam-looks", "cam-away", "cam-far"]


def test_the_most_urgent_dispatch_is_first_and_then_the_newest(phone, clock):
    cad = phone("cad112")
    for number, priority in (("1", 2), ("2", 0), ("3", 2)):
        cad.post("/v1/incidents", town.report(external_id=number, priority=priority))
        clock.forward(seconds=1)
    shown = phone("kim").get("/v1/me/dispatches").json["dispatches"]
    assert [one["incident"]["priority"] for one in shown] == [0, 2, 2]
    assert shown[1]["created_at"] > shown[2]["created_at"]


def test_a_unit_reports_its_own_position_and_a_late_one_is_dropped(phone, read):
    kim, fix = phone("kim"), {"lat": 34.8, "lon": 126.4, "heading_deg": 90.0, "speed_kmh": 60}
    assert kim.put("/v1/units/car1/position", fix | {"at": "2026-11-02T09:30:05Z"}).status_code == 204
    assert kim.put("/v1/units/car1/position", fix | {"at": "2026-11-02T09:30:00Z", "lat": 35.1}).status_code == 204
    assert kim.put("/v1/units/car2/position", fix | {"at": "2026-11-02T09:30:05Z"}).json["code"] == "unit_not_yours"
    with read() as session:
        assert session.get(UnitPosition, "car1").lat == 34.8


def test_a_room_lists_the_incidents_it_may_read_and_no_others(phone):
    cad, other = phone("cad112"), phone("cad119")
    mine = cad.post("/v1/incidents", town.report(external_id="1")).json
    closed = cad.post("/v1/incidents", town.report(external_id="2")).json
    other.post("/v1/incidents", town.report(service="fire_119", external_id="3"))
    cad.patch(f"/v1/incidents/{closed['id']}", {"status": "closed", "closing_reason": "해결"})

    found = phone("dispatcher").get("/v1/incidents").json["items"]
    assert {one["id"]: one["status"] for one in found} == {mine["id"]: "open", closed["id"]: "closed"}
    (shown,) = phone("supervisor").get("/v1/incidents?status=open").json["items"]
    assert shown == {name: mine[name] for name in shown}
    assert "cameras" not in shown


def test_the_list_of_incidents_comes_in_pages(phone):
    cad = phone("cad112")
    made = {cad.post("/v1/incidents", town.report(external_id=str(number))).json["id"] for number in range(3)}
    first = cad.get("/v1/incidents?limit=2").json
    second = cad.get(f"/v1/incidents?limit=2&cursor={first['next_cursor']}").json
    assert {one["id"] for one in first["items"] + second["items"]} == made
    assert second["next_cursor"] is None


def test_a_camera_of_an_incident_comes_with_what_a_list_and_a_map_show(phone, read):
    made = phone("cad112").post("/v1/incidents", town.report()).json
    for camera in made["cameras"]:
        assert camera["name"]
        assert {"lat", "lon", "health", "fov_deg", "range_m"} <= set(camera)
    looks = {camera["camera_id"]: camera["looks_deg"] for camera in made["cameras"]}
    with read() as session:
        assert looks == {id_: session.get(Camera, id_).bearing_deg for id_ in looks}
    assert set(looks.values()) - {None}
    assert phone("cad112").get(f"/v1/incidents/{made['id']}/cameras").json["cameras"] == made["cameras"]
