"""What is attached to an incident: typed, there once, for those who work on it, and gone with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server import jobs, korea
from server.api.attachment_body import NewAttachment
from server.incidents import attachments
from server.models import Attachment, AuditEvent
from tests import town
from tests.server.test_story import events

HYDRANT = {
    "label": "역전파출소 앞 소화전",
    "position": {"lat": 34.8001, "lon": 126.4002},
    "hydrant": {"type": "above_ground", "flow_l_min": 800},
}
BUILDING = {
    "label": "호남빌딩",
    "building": {"use": "근린생활시설", "floors_above": 7, "floors_below": 1, "occupants": 40, "access": "뒤쪽 계단"},
}
HAZMAT = {"label": "옥상 탱크", "hazmat": {"substance": "LPG", "un_number": "1075", "quantity": 500, "unit": "kg"}}
PHOTO = {"label": "정면", "photo_ref": {"ref": "fire/2026/117.jpg", "taken_at": "2026-11-02T09:31:00+09:00"}}
NOTE = {"label": "신고자", "note": {"text": "3층에 두 명이 있다고 함\n계단에 연기"}}
KINDS = {"hydrant": HYDRANT, "building": BUILDING, "hazmat": HAZMAT, "photo_ref": PHOTO, "note": NOTE}


@pytest.fixture
def room(phone):
    return phone("cad119")


@pytest.fixture
def incident(room):
    report = {"service": "fire_119", "type": "fire", "legal_basis": "FIRE119_11_2_1", "units": ["engine1"]}
    return room.post("/v1/incidents", town.report(**report)).json


@pytest.fixture
def path(incident):
    return f"/v1/incidents/{incident['id']}/attachments"


@pytest.mark.usefixtures("any_database")
def test_the_crew_on_its_way_hears_of_each_kind_and_reads_it_with_its_dispatch(
    room, phone, path, incident, *, read, clock
):
    crew = phone("fire")
    for kind, body in KINDS.items():
        clock.forward(seconds=1)
        added = room.post(path, body)
        assert (added.status_code, added.json["kind"]) == (201, kind), added.text
        assert added.json["label"] == body["label"]
        assert {name: added.json[kind][name] for name in body[kind] if name != "taken_at"} == {
            name: value for name, value in body[kind].items() if name != "taken_at"
        }
        assert [name for name in KINDS if added.json[name] is not None] == [kind]
    told = ("attachments", {"incident_id": incident["id"]})
    assert events(read, "unit:engine1").count(told) == events(read, "agency:room119").count(told) == len(KINDS)
    listed = crew.get(path).json["items"]
    [order] = crew.get("/v1/me/dispatches").json["dispatches"]
    assert [one["kind"] for one in order["incident"]["attachments"]] == list(KINDS)
    assert sorted(listed, key=lambda one: one["id"]) == listed
    assert {one["id"] for one in listed} == {one["id"] for one in order["incident"]["attachments"]}


def test_the_same_again_is_there_once_and_each_act_is_recorded_without_what_it_says(room, path, read):
    first, again = room.post(path, HYDRANT), room.post(path, HYDRANT)
    assert (again.status_code, again.json) == (200, first.json)
    for _ in range(2):
        reply = room.delete(f"{path}/{first.json['id']}")
    assert (reply.status_code, reply.json["code"]) == (404, "attachment_unknown")
    assert room.get(path).json["items"] == []
    with read() as session:
        rows = [row for row in session.scalars(select(AuditEvent)) if "attachment" in row.tag]
    assert [row.tag for row in rows] == ["room:attachment:added", "room:attachment:removed"]
    assert {row.subject["kind"] for row in rows} == {"hydrant"}
    assert HYDRANT["label"] not in str([row.subject for row in rows])


@pytest.mark.parametrize("account", ["kim", "supervisor", "dispatcher", "cad112", "watcher", "centre"])
def test_who_does_not_work_on_it_reads_adds_and_removes_nothing(account, phone, room, path):
    made, stranger = room.post(path, NOTE).json["id"], phone(account)
    replies = stranger.get(path), stranger.post(path, NOTE), stranger.delete(f"{path}/{made}")
    assert {reply.json["code"] for reply in replies} <= {"incident_unknown", "role_missing"}
    assert replies[0].json["code"] == "incident_unknown"
    assert [one["id"] for one in room.get(path).json["items"]] == [made]


@pytest.mark.parametrize("how", ["cleared", "withdrawn", "closed"])
def test_a_crew_reads_them_until_its_access_ends(how, phone, room, path, incident):
    crew, dispatch = phone("fire"), f"/v1/dispatches/{incident['dispatches'][0]['id']}"
    room.post(path, BUILDING)
    assert len(crew.get(path).json["items"]) == 1
    match how:
        case "cleared":
            crew.patch(dispatch, {"status": "cleared"})
        case "withdrawn":
            room.delete(dispatch)
        case "closed":
            room.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "완진"})
    assert crew.get(path).json["code"] == "incident_unknown"
    assert crew.get("/v1/me/dispatches").json["dispatches"] == []


def test_a_closed_incident_takes_none_shows_none_and_keeps_none(room, path, incident, *, transaction, read, clock):
    room.post(path, BUILDING)
    room.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "완진"})
    assert room.post(path, NOTE).json["code"] == "incident_closed"
    assert room.get(path).json["code"] == "incident_unknown"
    with transaction() as session:
        jobs.purge(session, now=clock())
    with read() as session:
        assert session.scalars(select(Attachment)).all() == []


def test_a_room_that_joins_reads_and_adds_and_removes_only_its_own(phone, room, path, incident):
    other = phone("cad112")
    made = room.post(path, BUILDING).json["id"]
    asked = {"verb": "joint_response", "to_agency": "room112", "reason": "교통 통제"}
    sharing = room.post(f"/v1/incidents/{incident['id']}/sharings", asked).json["id"]
    assert other.get(path).json["code"] == "incident_unknown"
    other.post(f"/v1/sharings/{sharing}/acceptance")
    assert [one["id"] for one in other.get(path).json["items"]] == [made]
    assert other.delete(f"{path}/{made}").json["code"] == "attachment_unknown"
    assert other.post(path, NOTE).status_code == 201
    assert len(room.get(path).json["items"]) == 2


def test_an_incident_takes_a_hundred(room, path, monkeypatch):
    monkeypatch.setattr(attachments, "MOST", 2)
    assert [room.post(path, body).status_code for body in (HYDRANT, BUILDING)] == [201, 201]
    reply = room.post(path, NOTE)
    assert (reply.status_code, reply.json["code"]) == (409, "attachments_full")
    assert room.post(path, HYDRANT).status_code == 200


WRONG = [
    ({"label": "둘", "note": {"text": "a"}, "hazmat": {"substance": "LPG"}}, None),
    ({"label": "없음"}, None),
    ({"label": "", "note": {"text": "a"}}, "label"),
    ({"label": "a\nb", "note": {"text": "a"}}, "label"),
    (HYDRANT | {"position": None}, None),
    (HYDRANT | {"position": {"lat": "34.8", "lon": 126}}, "position.lat"),
    (HYDRANT | {"hydrant": {"type": "fountain"}}, "hydrant.type"),
    (HYDRANT | {"hydrant": {"type": "tank", "flow_l_min": -1}}, "hydrant.flow_l_min"),
    ({"label": "a", "building": {"floors_above": 201}}, "building.floors_above"),
    ({"label": "a", "building": {"floors_above": "7"}}, "building.floors_above"),
    ({"label": "a", "building": {"hazardous_goods": ["x"] * 21}}, "building.hazardous_goods"),
    ({"label": "a", "hazmat": {"substance": "LPG", "un_number": "75"}}, "hazmat.un_number"),
    ({"label": "a", "hazmat": {"substance": "LPG", "quantity": 5}}, "hazmat"),
    ({"label": "a", "note": {"text": "a\0b"}}, "note.text"),
    ({"label": "a", "note": {"text": "a", "more": 1}}, "note.more"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_what_is_no_attachment_is_refused_by_its_field(body, field, room, path):
    reply = room.post(path, body)
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")
    assert field is None or reply.json["field"] == field
    assert room.get(path).json["items"] == []


LINES = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=80)


@settings(max_examples=60, deadline=None)
@given(label=LINES, text=LINES, lat=st.floats(*korea.LATS), lon=st.floats(*korea.LONS))
def test_whatever_is_taken_is_equal_to_itself_and_to_nothing_else(label, text, lat, lon):
    body = {"label": label, "position": {"lat": lat, "lon": lon}, "note": {"text": text}}
    one = NewAttachment.model_validate(body).content()
    assert one.digest == NewAttachment.model_validate(body).content().digest
    assert one.digest != NewAttachment.model_validate(body | {"note": {"text": text + "."}}).content().digest
