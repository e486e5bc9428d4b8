"""이첩, 공조, 공동대응: what two rooms may do with one incident, and when each of them, and its units, stop seeing it."""

import pytest
from sqlalchemy import select

from server.models import AgencyKind, AuditEvent, OutboxEvent, PlaybackSession
from tests import town
from tests.phone import ask as gate_says

pytestmark = pytest.mark.usefixtures("any_database")
VERBS = ["transfer", "mutual_aid", "joint_response"]


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json["id"]


@pytest.fixture
def sides(phone):
    """Those who ask, and those who are asked."""
    return phone("cad112"), phone("cad119")


def share(room, incident, verb, **more):
    body = {"verb": verb, "to_agency": "room119", "reason": "화재 동반"} | more
    return room.post(f"/v1/incidents/{incident}/sharings", body)


def shared(sides, incident, verb, **more):
    """A sharing that was accepted."""
    reply = sides[1].post(f"/v1/sharings/{share(sides[0], incident, verb, **more).json['id']}/acceptance")
    assert reply.status_code == 200, reply.text
    return reply.json


def watch(viewer, incident, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "incident_id": incident})


def close(room, incident):
    return room.patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "끝"})


def tags(read):
    with read() as session:
        return session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()


def reasons(read, subject):
    with read() as session:
        told = session.scalars(select(OutboxEvent.data).filter_by(audience=subject, kind="revoked"))
        return [data["reason"] for data in told]


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_changes_before_it_is_accepted(verb, sides, incident, phone):
    offered = share(sides[0], incident, verb, units=["engine1"])
    assert (offered.status_code, offered.json["status"]) == (201, "offered")
    assert offered.json["legal_basis"] == "POLICE112_9_1", "the incident's, where none was said"
    assert sides[1].get(f"/v1/incidents/{incident}").status_code == 404
    assert watch(sides[1], incident).json["code"] == watch(phone("fire"), incident).json["code"] == "not_dispatched"
    (shown,) = sides[1].get("/v1/sharings").json["items"]
    assert shown["incident"]["summary"] == town.report()["summary"], "it can be judged before it is accepted"
    assert watch(sides[0], incident).status_code == 201


def test_a_transfer_moves_the_part_and_the_units_keep_what_they_see(sides, incident, phone, gate, read):
    kim = phone("kim")
    of_room, of_unit = watch(sides[0], incident).json, watch(kim, incident).json
    grant = {"to": {"unit": "car2"}, "incident_id": incident, "until": town.in_an_hour(), "reason": "수색"}
    assert phone("supervisor").post("/v1/grants", grant | {"legal_basis": "PIPA_18_2_3"}).status_code == 201
    shared(sides, incident, "transfer")
    assert gate_says(gate, of_room["url"])[0] == 403
    assert gate_says(gate, of_unit["url"])[0] == 204, "a crew on the scene does not go blind"
    assert watch(sides[0], incident).json["code"] == "part_over"
    assert sides[0].get(f"/v1/incidents/{incident}").status_code == 404
    assert close(sides[0], incident).status_code == 404
    assert reasons(read, "client:cad112") == ["incident_transferred"]
    assert phone("supervisor").get("/v1/grants").json["items"][0]["end_reason"] == "incident_transferred"
    assert watch(sides[1], incident).json["basis"] == {"kind": "room", "id": incident}
    dispatch = sides[1].get(f"/v1/incidents/{incident}").json["dispatches"][0]["id"]
    assert sides[0].delete(f"/v1/dispatches/{dispatch}").status_code == 404
    assert sides[1].delete(f"/v1/dispatches/{dispatch}").status_code == 204, "who took over may withdraw them"
    assert gate_says(gate, of_unit["url"])[0] == 403
    assert {"room:sharing:offered", "room:sharing:accepted", "room:part:ended"} <= set(tags(read))


def test_a_repeated_report_is_still_known_after_a_transfer(sides, incident):
    shared(sides, incident, "transfer")
    again = sides[0].post("/v1/incidents", town.report())
    assert (again.status_code, again.json["id"]) == (200, incident)


def test_a_report_repeated_by_a_room_whose_part_is_over_shows_only_what_was_reported(sides, incident):
    shared(sides, incident, "transfer", units=["engine1"])
    sides[1].patch(f"/v1/incidents/{incident}", {"location": {"lat": 34.8, "lon": 126.4, "address": "새 곳"}})
    again = sides[0].post("/v1/incidents", town.report()).json
    assert again["location"] == town.report()["location"]
    assert again["cameras"] == again["dispatches"] == again["rooms"] == []


def test_mutual_aid_adds_a_room_that_sees_and_sends_but_neither_moves_nor_shares(sides, incident, phone, gate):
    asked, aid = sides
    shared(sides, incident, "mutual_aid", units=["engine1"])
    fire = watch(phone("fire"), incident)
    assert fire.json["basis"]["kind"] == "dispatch"
    seen = watch(aid, incident)
    assert seen.json["basis"]["kind"] == "room"
    place = {"location": {"lat": 34.8, "lon": 126.4}}
    assert aid.patch(f"/v1/incidents/{incident}", place).json["code"] == "incident_not_owned"
    assert share(aid, incident, "transfer", to_agency="room112").json["code"] == "incident_not_owned"
    body = {"to": {"unit": "engine1"}, "incident_id": incident, "until": town.in_an_hour(), "reason": "수색"}
    given = phone("supervisor119").post("/v1/grants", body | {"legal_basis": "FIRE119_11_2_1"})
    assert given.json["code"] == "incident_not_owned"
    assert asked.get(f"/v1/incidents/{incident}").json["status"] == "open"
    kim = watch(phone("kim"), incident).json
    rooms = asked.get(f"/v1/incidents/{incident}").json["rooms"]
    assert [(room["agency_id"], room["part"]) for room in rooms] == [("room112", "owns"), ("room119", "aids")]
    assert close(aid, incident).status_code == 200, "the helper may say that its help is over"
    assert [gate_says(gate, one["url"])[0] for one in (fire.json, seen.json, kim)] == [403, 403, 204]
    assert asked.get("/v1/sharings").json["items"][0]["status"] == "ended"


@pytest.mark.parametrize("who", [0, 1])
def test_either_room_ends_mutual_aid_and_only_the_helper_loses_by_it(who, *, sides, incident, phone, gate, read):
    sharing = shared(sides, incident, "mutual_aid", units=["engine1"])
    lost = [watch(phone("fire"), incident).json, watch(sides[1], incident).json]
    kept = [watch(phone("kim"), incident).json, watch(sides[0], incident).json]
    ended = sides[who].delete(f"/v1/sharings/{sharing['id']}")
    assert (ended.status_code, ended.json["status"]) == (200, "ended")
    assert [gate_says(gate, one["url"])[0] for one in lost] == [403, 403]
    assert [gate_says(gate, one["url"])[0] for one in kept] == [204, 204]
    assert reasons(read, "officer:fire") == reasons(read, "client:cad119") == ["sharing_ended"]
    assert sides[1].get(f"/v1/incidents/{incident}").status_code == 404
    assert watch(phone("fire"), incident).json["code"] == "dispatch_over"
    assert sides[0].delete(f"/v1/sharings/{sharing['id']}").json["status"] == "ended", "again changes nothing"
    assert tags(read).count("room:sharing:ended") == 1
    assert share(sides[0], incident, "mutual_aid").status_code == 201, "it can be asked for again"


@pytest.mark.parametrize("first", [0, 1])
def test_in_a_joint_response_each_room_closes_its_own_part(first, *, sides, incident, phone, gate, read):
    shared(sides, incident, "joint_response")
    sides[1].post(f"/v1/incidents/{incident}/dispatches", {"unit": "engine1"})
    crews = [phone("kim"), phone("fire")]
    seen = [[watch(who, incident).json["url"] for who in side] for side in zip(sides, crews, strict=True)]
    cameras = [room.get(f"/v1/incidents/{incident}/cameras").json for room in sides]
    assert cameras[0] == cameras[1] != {"cameras": []}

    last = 1 - first
    assert close(sides[first], incident).json["status"] == "open", "the other room still works on it"
    assert [gate_says(gate, url)[0] for url in seen[first]] == [403, 403]
    assert [gate_says(gate, url)[0] for url in seen[last]] == [204, 204]
    assert close(sides[first], incident).json["code"] == "incident_closed"
    assert watch(sides[first], incident).json["code"] == "part_over"
    more = sides[first].post(f"/v1/incidents/{incident}/dispatches", {"unit": "car2"})
    assert more.json["code"] == "incident_closed"
    for path in ("", "/cameras", "/units"):
        gone = sides[first].get(f"/v1/incidents/{incident}{path}")
        assert gone.json["code"] == "incident_unknown", "the other room works on, and moves it"
    supervisors = [phone("supervisor"), phone("supervisor119")]
    overseen = [who.get("/v1/playback?active=true").json["items"] for who in supervisors]
    assert (len(overseen[first]), len(overseen[last])) == (0, 2)

    assert close(sides[last], incident).json["status"] == "closed"
    for room in sides:
        assert room.get(f"/v1/incidents/{incident}").status_code == 200, "its own record is readable, all being over"
    assert [gate_says(gate, url)[0] for url in seen[last]] == [403, 403]
    assert watch(sides[first], incident).json["code"] == "incident_over"
    assert tags(read).count("room:part:ended") == tags(read).count("room:incident:closed") == 1


@pytest.fixture
def helper(phone, transaction):
    """The dispatcher of a third room."""
    with transaction() as session:
        session.add(town.Agency(id="room-d", name="room-d", kind=AgencyKind.DISASTER))
        session.flush()
        session.add(town.officer("dispatcher-d", town.Role.DISPATCHER, "room-d"))
    return phone("dispatcher-d")


@pytest.mark.parametrize("how", ["handed on", "closed", "back as a helper"])
def test_a_room_that_does_not_own_any_more_ends_nobodys_help(how, sides, incident, helper, gate):
    aid = shared((sides[0], helper), incident, "mutual_aid", to_agency="room-d")
    shared(sides, incident, "joint_response" if how == "closed" else "transfer")
    if how == "closed":
        close(sides[0], incident)
    if how == "back as a helper":
        shared(sides[::-1], incident, "mutual_aid", to_agency="room112")
    seen = watch(helper, incident).json
    refused = sides[0].delete(f"/v1/sharings/{aid['id']}")
    told = (403, "incident_not_owned") if how == "back as a helper" else (409, "incident_closed")
    assert (refused.status_code, refused.json["code"]) == told
    assert gate_says(gate, seen["url"])[0] == 204
    assert sides[1].delete(f"/v1/sharings/{aid['id']}").json["status"] == "ended", "who owns it may"


def test_the_helper_of_one_owner_stays_when_another_owner_closes_its_part(sides, incident, helper, gate):
    shared((sides[0], helper), incident, "mutual_aid", to_agency="room-d")
    shared(sides, incident, "joint_response")
    seen = watch(helper, incident).json
    close(sides[0], incident)
    assert gate_says(gate, seen["url"])[0] == 204
    (aid,) = [one for one in helper.get("/v1/sharings").json["items"] if one["verb"] == "mutual_aid"]
    assert sides[1].delete(f"/v1/sharings/{aid['id']}").json["status"] == "ended", "an owner that came later may end it"
    assert gate_says(gate, seen["url"])[0] == 403


@pytest.mark.parametrize("verb", ["transfer", "joint_response"])
def test_who_helps_may_come_to_own(verb, sides, incident):
    shared(sides, incident, "mutual_aid")
    shared(sides, incident, verb)
    rooms = {one["agency_id"]: one for one in sides[1].get(f"/v1/incidents/{incident}").json["rooms"]}
    assert rooms["room119"]["part"] == "owns"
    assert (rooms["room112"]["ended_at"] is None) == (verb == "joint_response")
    told = {one["verb"]: one["status"] for one in sides[1].get("/v1/sharings").json["items"]}
    assert told == {"mutual_aid": "ended", verb: "accepted"}


def test_what_was_handed_on_can_be_handed_back(sides, incident, gate):
    shared(sides, incident, "transfer")
    shared(sides[::-1], incident, "transfer", to_agency="room112")
    assert gate_says(gate, watch(sides[0], incident).json["url"])[0] == 204
    assert watch(sides[1], incident).json["code"] == "part_over"


@pytest.mark.parametrize(("who", "status", "tag"), [(0, "withdrawn", "withdrawn"), (1, "refused", "refused")])
def test_an_offer_is_taken_back_or_refused_and_then_over(who, status, tag, *, sides, incident, read):
    path = f"/v1/sharings/{share(sides[0], incident, 'transfer').json['id']}"
    assert [sides[who].delete(path).json["status"] for _ in range(2)] == [status, status]
    assert sides[1].post(f"{path}/acceptance").json["code"] == "sharing_over"
    assert watch(sides[1], incident).json["code"] == "not_dispatched"
    assert tags(read).count(f"room:sharing:{tag}") == 1


@pytest.mark.parametrize("how", ["refused", "withdrawn", "help over", "handed on", "closed"])
def test_a_sharing_shows_nothing_of_the_incident_to_a_room_without_a_part(how, *, sides, incident):
    verb = {"help over": "mutual_aid", "closed": "joint_response"}.get(how, "transfer")
    offered = share(sides[0], incident, verb).json
    if how in {"refused", "withdrawn"}:
        sides[how == "refused"].delete(f"/v1/sharings/{offered['id']}")
    else:
        sides[1].post(f"/v1/sharings/{offered['id']}/acceptance")
    if how == "help over":
        sides[0].delete(f"/v1/sharings/{offered['id']}")
    if how == "closed":
        close(sides[1], incident)
    out = sides[0 if how == "handed on" else 1]
    at_work = sides[1 if how == "handed on" else 0]
    assert at_work.patch(f"/v1/incidents/{incident}", {"location": {"lat": 34.8, "lon": 126.4}}).status_code == 200
    shown = [room.get("/v1/sharings").json["items"][0] for room in (out, at_work)]
    assert [one["id"] for one in shown] == [offered["id"]] * 2
    assert shown[0]["incident"] is None
    assert shown[1]["incident"]["location"]["lat"] == 34.8


@pytest.mark.parametrize("verb", ["transfer", "joint_response"])
def test_what_only_closing_ends_is_not_ended_otherwise(verb, sides, incident):
    sharing = shared(sides, incident, verb)
    assert sides[1].delete(f"/v1/sharings/{sharing['id']}").json["code"] == "sharing_over"


def test_an_offer_is_over_with_its_incident_and_with_the_part_behind_it(sides, incident, phone):
    sharing = share(sides[0], incident, "mutual_aid").json
    close(sides[0], incident)
    assert sides[1].post(f"/v1/sharings/{sharing['id']}/acceptance").json["code"] == "sharing_over"
    assert share(sides[0], incident, "transfer").json["code"] == "incident_closed"
    assert sides[1].get("/v1/sharings").json["items"][0]["status"] == "withdrawn"


@pytest.mark.parametrize("verb", VERBS)
def test_asking_and_accepting_again_changes_nothing(verb, sides, incident, read):
    first, again = share(sides[0], incident, verb).json, share(sides[0], incident, verb).json
    assert first == again
    path = f"/v1/sharings/{first['id']}/acceptance"
    assert [sides[1].post(path).json["status"] for _ in range(2)] == ["accepted", "accepted"]
    assert tags(read).count("room:sharing:offered") == tags(read).count("room:sharing:accepted") == 1


@pytest.mark.parametrize(
    ("before", "verb", "code"),
    [
        ("offered", "transfer", "sharing_conflict"),
        ("accepted", "mutual_aid", "sharing_conflict"),
        ("offered joint", "mutual_aid", "sharing_conflict"),
        ("accepted joint", "joint_response", "sharing_conflict"),
    ],
)
def test_two_askings_do_not_cross(before, verb, code, *, sides, incident):
    earlier = "joint_response" if "joint" in before else "mutual_aid"
    (share if "offered" in before else shared)(sides if "accepted" in before else sides[0], incident, earlier)
    reply = share(sides[0], incident, verb)
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (409, code, "to_agency")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"to_agency": "room112"}, "room_unknown", "to_agency"),
        ({"to_agency": "station"}, "room_unknown", "to_agency"),
        ({"to_agency": "unheard-of"}, "room_unknown", "to_agency"),
        ({"units": ["engine1", "unheard-of"]}, "unit_unknown", "units.1"),
        ({"verb": "take"}, "invalid_request", "verb"),
        ({"reason": ""}, "invalid_request", "reason"),
        ({"legal_basis": "because"}, "invalid_request", "legal_basis"),
    ],
)
def test_a_bad_asking_names_its_field_and_changes_nothing(change, code, field, *, sides, incident):
    reply = share(sides[0], incident, **{"verb": "mutual_aid"} | change)
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, code, field)
    assert sides[0].get("/v1/sharings").json["items"] == []


def test_somebody_elses_sharing_is_answered_like_one_that_does_not_exist(sides, incident, helper):
    sharing = share(sides[0], incident, "transfer").json
    for path in (f"/v1/sharings/{sharing['id']}", "/v1/sharings/unheard-of"):
        assert helper.delete(path).json["code"] == "sharing_unknown"
        assert helper.post(f"{path}/acceptance").json["code"] == "sharing_unknown"
    assert helper.get("/v1/sharings").json["items"] == []
    assert share(helper, incident, "transfer").json["code"] == "incident_unknown"
    assert sides[0].post(f"/v1/sharings/{sharing['id']}/acceptance").json["code"] == "sharing_unknown"


def test_the_gate_refuses_by_the_part_itself_not_by_the_ended_session(sides, incident, gate, transaction):
    sharing = shared(sides, incident, "mutual_aid")
    opened = watch(sides[1], incident).json
    sides[0].delete(f"/v1/sharings/{sharing['id']}")
    with transaction() as session:
        session.get(PlaybackSession, opened["session_id"]).ended_at = None
    assert gate_says(gate, opened["url"])[0] == 403


def test_an_owner_sees_and_cuts_who_watches_and_a_helper_those_it_sent(sides, incident, phone, gate):
    shared(sides, incident, "mutual_aid", units=["engine1"])
    seen = {who: watch(phone(who), incident).json for who in ("kim", "fire")}
    lists = {who: phone(who).get("/v1/playback?active=true").json["items"] for who in ("supervisor", "supervisor119")}
    assert {one["viewer_id"] for one in lists["supervisor"]} == {"kim", "fire"}
    assert {one["viewer_id"] for one in lists["supervisor119"]} == {"fire"}
    assert phone("supervisor119").delete(f"/v1/playback/{seen['kim']['session_id']}").status_code == 404
    assert phone("supervisor119").delete(f"/v1/playback/{seen['fire']['session_id']}?reason=끝").status_code == 204
    assert gate_says(gate, seen["fire"]["url"])[0] == 403
