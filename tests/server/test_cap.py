"""Alerts of the disaster room: what opens, moves and closes an incident, and what changes nothing. On both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from server import jobs
from server.models import AuditEvent, CapMessage, Incident, Sharing, Stream
from tests import cap_town, town
from tests.cap_town import about, info, message, send, time
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database", "settled")


@pytest.fixture
def settled(transaction, clock):
    with transaction() as session:
        cap_town.settle(session, clock)


@pytest.fixture
def room(phone):
    return phone("cad-disaster")


def count(read, kind):
    with read() as session:
        return session.scalar(select(func.count()).select_from(kind))


def shown(room, incident_id):
    return room.get(f"/v1/incidents/{incident_id}").json


def watch(viewer, incident_id, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident_id})


def sent_update(clock, *infos, **more):
    """A message about the first one, a minute later."""
    first = clock()
    clock.forward(minutes=1)
    body = {"identifier": "KR-2", "msgType": "Update", "references": about(first)} | more
    return message(clock, *infos, **body)


def test_an_alert_opens_an_incident_of_every_camera_in_its_area_and_asks_the_other_rooms(room, read, clock):
    reply = send(room, message(clock))
    assert reply.status_code == 201, reply.text
    told = reply.json
    assert (told["done"], told["signature"], told["incident"]["invited"]) == (
        "opened",
        "absent",
        ["room112", "room119"],
    )
    assert [one["fate"] for one in told["infos"]] == ["taken"]
    incident = shown(room, told["incident"]["id"])
    assert (incident["service"], incident["priority"], incident["legal_basis"]) == ("disaster", 0, "DISASTER_74_3")
    assert {one["camera_id"] for one in incident["cameras"]} == {"cam-near", "cam-looks", "cam-away", "cam-far"}
    assert all(one["reasons"][0] == "in_area" for one in incident["cameras"])
    assert incident["until"] == (clock() + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    assert "영산강 범람" in incident["summary"]
    with read() as session:
        assert {one.to_agency_id for one in session.scalars(select(Sharing))} == {"room112", "room119"}
        assert session.scalars(select(Stream)).all(), "the first cameras are warmed"


def test_a_wall_is_read_page_by_page(room, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    path = f"/v1/incidents/{incident_id}/cameras"
    pages = [room.get(f"{path}?limit=3&after={rank}").json["cameras"] for rank in (0, 3, 6)]
    assert [len(one) for one in pages] == [3, 1, 0]
    assert pages[0] + pages[1] == room.get(path).json["cameras"]


def test_two_rooms_join_at_once_and_a_cancel_ends_it_for_all_of_them(room, phone, gate, transaction, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    for account, unit in (("cad112", "car1"), ("cad119", "engine1")):
        other = phone(account)
        (sharing,) = other.get("/v1/sharings").json["items"]
        assert other.post(f"/v1/sharings/{sharing['id']}/acceptance").status_code == 200
        assert other.post(f"/v1/incidents/{incident_id}/dispatches", {"unit": unit}).status_code == 201
    playing = [watch(phone(rider), incident_id).json for rider in ("kim", "fire")]
    with transaction() as session:
        town.live_host(session, clock())
    assert {ask(gate, one["url"])[0] for one in playing} == {204}
    assert watch(phone("lee"), incident_id).json["code"] == "not_dispatched"

    reply = send(room, sent_update(clock, msgType="Cancel"))
    assert (reply.status_code, reply.json["done"]) == (200, "closed")
    assert {ask(gate, one["url"])[0] for one in playing} == {403}
    assert shown(room, incident_id)["status"] == "closed"
    assert {one["ended_at"] is not None for one in shown(room, incident_id)["rooms"]} == {True}


def test_the_same_message_again_and_again_is_one_incident(room, phone, read, clock):
    text = message(clock)
    first = send(room, text)
    counts = [count(read, kind) for kind in (Incident, CapMessage, Sharing, AuditEvent)]
    again = [send(other, text) for other in (room, room, phone("dispatcher-d"))]
    assert {one.status_code for one in again} == {200}
    assert {one.data for one in again} == {first.data}
    assert [count(read, kind) for kind in (Incident, CapMessage, Sharing)] == counts[:3]


def test_an_update_moves_the_area_and_what_falls_out_of_it_ends(room, phone, gate, transaction, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    near, far = (watch(room, incident_id, camera).json for camera in ("cam-near", "cam-far"))
    narrow = info(clock, cap_town_area(200), severity="Severe", expires=time(clock() + timedelta(hours=5)))
    reply = send(room, sent_update(clock, narrow))
    assert (reply.status_code, reply.json["done"], reply.json["incident"]["id"]) == (200, "updated", incident_id)
    with transaction() as session:
        town.live_host(session, clock())
    assert [ask(gate, one["url"])[0] for one in (near, far)] == [204, 403]
    incident = shown(room, incident_id)
    assert incident["priority"] == 1
    assert "cam-far" not in {one["camera_id"] for one in incident["cameras"]}
    clock.forward(hours=3)
    assert watch(phone("cad-disaster"), incident_id).status_code == 201, "it was renewed"


def cap_town_area(half_m):
    return cap_town.area(cap_town.polygon(half_m))


def test_it_ends_by_the_clock_though_no_job_runs_and_the_job_makes_it_tidy(room, phone, gate, transaction, clock):
    phone("admin").put("/v1/services/disaster/policy", {"grace_s": 600})
    incident_id = send(room, message(clock)).json["incident"]["id"]
    room.post(f"/v1/incidents/{incident_id}/dispatches", {"unit": "car1"})
    kim = phone("kim")
    playing = watch(kim, incident_id).json
    clock.forward(hours=2, seconds=-1)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, playing["url"])[0] == 204
    clock.forward(seconds=1)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, playing["url"])[0] == 403
    kim, room = phone("kim"), phone("cad-disaster")
    assert watch(kim, incident_id).json["code"] == "incident_over"
    assert kim.get("/v1/me/dispatches").json["dispatches"] == []
    with transaction() as session:
        jobs.close_incident(session, incident_id, now=clock())
    incident = shown(room, incident_id)
    assert (incident["status"], incident["closing_reason"]) == ("closed", "유효 기간 만료")
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, playing["url"])[0] == 403, "no grace for what the clock has ended"


@pytest.mark.parametrize("status", ["Exercise", "Test", "System", "Draft"])
@pytest.mark.parametrize("msg_type", ["Alert", "Cancel"])
def test_what_is_not_actual_touches_no_incident(status, msg_type, room, read, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    reply = send(room, sent_update(clock, status=status, msgType=msg_type))
    assert (reply.status_code, reply.json["done"], reply.json["incident"]) == (200, "noted", None)
    assert (count(read, Incident), shown(room, incident_id)["status"]) == (1, "open")


@pytest.mark.parametrize("msg_type", ["Ack", "Error"])
def test_an_acknowledgement_is_noted(msg_type, room, read, clock):
    send(room, message(clock))
    assert send(room, sent_update(clock, msgType=msg_type)).json["done"] == "noted"


def test_all_clear_closes(room, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    clear = info(clock).replace("<urgency>", "<responseType>AllClear</responseType><urgency>")
    assert send(room, sent_update(clock, clear)).json["done"] == "closed"
    assert shown(room, incident_id)["status"] == "closed"


def refused(reply):
    return reply.status_code, reply.json["code"], reply.json.get("field")


def test_what_is_about_nothing_known_is_refused(room, read, clock):
    for msg_type in ("Update", "Cancel"):
        reply = send(room, message(clock, msgType=msg_type, references=about(clock())))
        assert refused(reply) == (422, "cap_reference_unknown", "references")
    assert count(read, Incident) == count(read, CapMessage) == 0


def test_a_message_that_was_overtaken_is_refused(room, clock):
    first = clock()
    incident_id = send(room, message(clock)).json["incident"]["id"]
    clock.forward(minutes=1)
    late = message(clock, identifier="KR-2", msgType="Cancel", references=about(first))
    clock.forward(minutes=1)
    assert send(room, message(clock, identifier="KR-3", msgType="Update", references=about(first))).status_code == 200
    assert refused(send(room, late)) == (409, "cap_superseded", "sent")
    assert shown(room, incident_id)["status"] == "open"


def test_an_update_of_what_was_closed_is_refused_and_a_cancel_changes_nothing(room, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    room.patch(f"/v1/incidents/{incident_id}", {"status": "closed", "closing_reason": "상황 끝"})
    assert refused(send(room, sent_update(clock))) == (409, "incident_closed", "references")
    clock.forward(minutes=-1)
    assert send(room, sent_update(clock, msgType="Cancel")).json["done"] == "closed"
    assert shown(room, incident_id)["closing_reason"] == "상황 끝"


def test_other_content_under_the_same_identifier_is_refused(room, clock):
    send(room, message(clock))
    reply = send(room, message(clock, info(clock, severity="Minor")))
    assert refused(reply) == (409, "cap_conflict", "identifier")


def test_a_stranger_and_an_unknown_sender_are_refused(room, phone, read, clock):
    assert refused(send(room, message(clock, sender="else@test"))) == (403, "cap_sender_not_registered", "sender")
    assert refused(send(phone("cad112"), message(clock))) == (403, "service_not_allowed", "sender")
    admin = phone("admin")
    (listed,) = admin.get("/v1/cap-senders").json["items"]
    assert admin.delete(f"/v1/cap-senders/{listed['id']}").status_code == 204
    assert refused(send(room, message(clock)))[1] == "cap_sender_not_registered"
    assert count(read, Incident) == 0


def test_of_several_blocks_those_in_force_count_and_each_is_told(room, clock):
    over = info(clock, expires=time(clock() - timedelta(minutes=1)), event="지난 일")
    later = info(clock, effective=time(clock() + timedelta(hours=1)))
    coded = info(clock, cap_town.area("<geocode><valueName>KR_SGG</valueName><value>46110</value></geocode>"))
    reply = send(
        room, message(clock, over, later, coded, info(clock, severity="Moderate"), info(clock, language="en-US"))
    )
    assert [one["fate"] for one in reply.json["infos"]] == ["expired", "not_yet", "no_area", "taken", "taken"]
    assert reply.json["infos"][2]["geocodes"] == [["KR_SGG", "46110"]]
    assert reply.json["incident"]["priority"] == 0


def test_a_signature_is_told_and_trusted_by_nobody(room, clock):
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/><SignatureValue>AA==</SignatureValue></Signature>'
    assert send(room, message(clock, after=signature)).json["signature"] == "unverified"
    other = message(clock, after=signature, sender="else@test", identifier="KR-9")
    assert send(room, other).json["code"] == "cap_sender_not_registered"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"agency_id": "room112"}, "agency_unknown", "agency_id"),
        ({"agency_id": "nowhere"}, "agency_unknown", None),
        ({"invites": ["station"]}, "room_unknown", "invites.0"),
        ({"invites": ["room112", "disaster"]}, "room_unknown", "invites.1"),
        ({"sender": "with space"}, "invalid_request", "sender"),
        ({"sender": cap_town.SENDER}, "cap_sender_exists", "sender"),
    ],
)
def test_a_sender_is_registered_for_a_disaster_room_and_invites_rooms(body, code, field, phone):
    reply = phone("admin").post("/v1/cap-senders", {"agency_id": "disaster", "sender": "a@b"} | body)
    assert (reply.json["code"], reply.json.get("field")) == (code, field)


def test_a_sender_that_was_removed_may_be_registered_again(phone):
    admin = phone("admin")
    admin.delete("/v1/cap-senders/s1")
    assert admin.delete("/v1/cap-senders/s1").status_code == 204
    reply = admin.post("/v1/cap-senders", {"agency_id": "disaster", "sender": cap_town.SENDER})
    assert (reply.status_code, reply.json["invites"]) == (201, [])
    assert admin.delete("/v1/cap-senders/unknown").json["code"] == "cap_sender_unknown"


def test_what_was_watched_leaves_the_duties_to_destroy_and_to_tell(room, phone, clock):
    incident_id = send(room, message(clock)).json["incident"]["id"]
    assert watch(room, incident_id).status_code == 201
    send(room, sent_update(clock, msgType="Cancel"))
    found = phone("dispatcher-d").get("/v1/duties").json["items"]
    assert {(one["kind"], one["incident_id"]) for one in found} == {
        ("destroy", incident_id),
        ("notify_subjects", incident_id),
    }


def test_what_is_told_of_it_is_unreadable_from_its_end_on_though_no_job_has_run(room, phone, clock):
    incident = send(room, message(clock)).json["incident"]
    lists = [f"/v1/incidents/{incident['id']}/{name}" for name in ("attachments", "reports")]
    assert [room.get(one).status_code for one in lists] == [200, 200]
    clock.at = datetime.fromisoformat(incident["until"])
    later = phone("cad-disaster")
    assert [later.get(one).json["code"] for one in lists] == ["incident_unknown"] * 2
