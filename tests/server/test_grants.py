"""Temporary access: what a supervisor gives, who may use it, and how it ends with everything watched on it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server import jobs
from server.models import AgencyCentre, AuditEvent, Camera, Centre, Grant, Officer, OutboxEvent, PlaybackSession, Stream
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def offer(clock):
    """What a supervisor sends, changed as said; None takes a field out."""

    def made(**more):
        until = (clock() + timedelta(hours=1)).isoformat()
        body = {"to": {"unit": "car2"}, "camera_ids": ["cam-near", "cam-other"], "until": until}
        body |= {"reason": "실종자 수색 지원", "legal_basis": "PIPA_18_2_3"} | more
        return {name: value for name, value in body.items() if value is not None}

    return made


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


def watch(viewer, grant, camera_id="cam-near"):
    """Accept, and watch."""
    viewer.post(f"/v1/grants/{grant['id']}/acceptance")
    return viewer.post("/v1/playback", {"camera_id": camera_id, "grant_id": grant["id"]})


def rows(read, model, **having):
    with read() as session:
        return session.scalars(select(model).filter_by(**having)).all()


def recorded(read, tag):
    return [row.subject for row in rows(read, AuditEvent, tag=tag)]


def test_a_granted_unit_watches_until_it_is_taken_back_and_hears_of_both(phone, offer, gate, read, clock):
    supervisor, lee = phone("supervisor"), phone("lee")
    given = supervisor.post("/v1/grants", offer())
    assert given.status_code == 201, given.text
    grant = given.json
    assert (grant["status"], grant["to_kind"], grant["to_id"], grant["covers"]) == ("active", "unit", "car2", "cameras")
    assert [camera["id"] for camera in grant["cameras"]] == ["cam-near", "cam-other"]
    (listed,) = lee.get("/v1/grants").json["items"]
    assert {**listed, "to_name": None, "given_by_name": None} == grant

    opened = watch(lee, grant, "cam-other")
    assert (opened.status_code, opened.json["basis"]) == (201, {"kind": "grant", "id": grant["id"]})
    assert opened.json["expires_at"] == grant["until"]
    assert ask(gate, opened.json["url"]) == (204, "host-a")
    shown = supervisor.get("/v1/playback?active=true").json["items"]
    assert [(one["viewer_id"], one["grant_id"]) for one in shown] == [("lee", grant["id"])]

    assert [supervisor.delete(f"/v1/grants/{grant['id']}").status_code for _ in range(2)] == [204, 204]
    assert ask(gate, opened.json["url"])[0] == 403
    assert watch(lee, grant).json["code"] == "grant_over"
    sessions = [opened.json["session_id"]]
    told = {"session_ids": sessions, "incident_id": None, "reason": "grant_revoked"}
    assert [row.data for row in rows(read, OutboxEvent, audience="officer:lee", kind="revoked")] == [told]
    heard = [row.data for row in rows(read, OutboxEvent, audience="unit:car2", kind="grant")]
    assert [one["status"] for one in heard] == ["given", "grant_revoked"]
    assert recorded(read, "supervisor:grant:revoked") == [{"grant": grant["id"], "sessions_ended": sessions}]
    (subject,) = recorded(read, "supervisor:grant:given")
    assert (subject["legal_basis"], subject["cameras"]) == ("PIPA_18_2_3", ["cam-near", "cam-other"])
    assert all(stream.wanted_until <= clock() for stream in rows(read, Stream))


@pytest.mark.parametrize(
    ("to", "may", "may_not"),
    [
        ({"unit": "car2"}, {"lee"}, {"kim", "fire", "supervisor119", "auditor", "admin", "cad119", "supervisor"}),
        ({"officer": "fire"}, {"fire"}, {"kim", "lee", "supervisor119", "cad119", "supervisor"}),
        ({"agency": "room119"}, {"dispatcher119", "supervisor119", "cad119"}, {"fire", "kim", "dispatcher"}),
        ({"agency": "province"}, set(), {"auditor", "admin"}),
        ({"agency": "room112"}, {"dispatcher", "cad112"}, {"supervisor"}),
    ],
)
def test_only_the_recipient_watches_and_never_the_giver(to, may, may_not, *, phone, offer):
    grant = phone("supervisor").post("/v1/grants", offer(to=to)).json
    for account in may | may_not:
        reply = watch(phone(account), grant)
        assert (reply.status_code == 201) == (account in may), (account, reply.text)
        if account in may_not:
            assert reply.json["code"] == "not_granted"


def test_nothing_is_shown_before_the_conditions_are_accepted_by_each_viewer_in_person(phone, offer, gate, read):
    grant = phone("supervisor").post("/v1/grants", offer(to={"agency": "room119"}, conditions="재촬영 금지")).json
    one, other = phone("dispatcher119"), phone("supervisor119")
    assert (grant["conditions"], one.get("/v1/grants").json["items"][0]["accepted"]) == ("재촬영 금지", False)
    by = {"camera_id": "cam-near", "grant_id": grant["id"]}
    assert one.post("/v1/playback", by).json["code"] == "grant_not_accepted"
    accepted = [one.post(f"/v1/grants/{grant['id']}/acceptance") for _ in range(2)]
    assert [(reply.status_code, reply.json["accepted"]) for reply in accepted] == [(200, True)] * 2
    opened = one.post("/v1/playback", by)
    assert (opened.status_code, ask(gate, opened.json["url"])[0]) == (201, 204)
    assert other.post("/v1/playback", by).json["code"] == "grant_not_accepted"
    assert one.get("/v1/grants").json["items"][0]["accepted"] is True
    assert recorded(read, "recipient:grant:accepted") == [{"grant": grant["id"]}]


def test_only_a_recipient_accepts_and_only_while_it_lasts(phone, offer, clock):
    grant = phone("supervisor").post("/v1/grants", offer()).json
    path = f"/v1/grants/{grant['id']}/acceptance"
    for account in ("kim", "supervisor", "supervisor119", "cad112"):
        assert phone(account).post(path).json["code"] == "grant_unknown"
    clock.forward(hours=1)
    assert phone("lee").post(path).json["code"] == "grant_ended"


def test_an_unknown_grant_looks_like_somebody_elses(phone, offer):
    grant = phone("supervisor").post("/v1/grants", offer()).json
    foreign, nowhere = watch(phone("kim"), grant).json, watch(phone("kim"), {"id": "unheard-of"}).json
    assert (foreign["code"], foreign["detail"]) == (nowhere["code"], nowhere["detail"])


def test_a_camera_that_is_not_granted_is_refused(phone, offer):
    grant = phone("supervisor").post("/v1/grants", offer()).json
    assert watch(phone("lee"), grant, "cam-far").json["code"] == "camera_not_listed"


def test_a_grant_holds_from_its_beginning_to_its_end_whether_or_not_a_job_ran(phone, offer, gate, clock, transaction):
    begins = clock() + timedelta(minutes=30)
    grant = phone("supervisor").post("/v1/grants", offer(**{"from": begins.isoformat()})).json
    lee = phone("lee")
    assert (grant["status"], watch(lee, grant).json["code"]) == ("pending", "grant_not_begun")
    clock.forward(minutes=30)
    opened = watch(phone("lee"), grant).json
    with transaction() as session:
        town.live_host(session, clock() + timedelta(minutes=30))
    clock.forward(minutes=29, seconds=59)
    assert ask(gate, opened["url"])[0] == 204
    clock.forward(seconds=1)
    assert ask(gate, opened["url"])[0] == 403
    assert watch(phone("lee"), grant).json["code"] == "grant_over"


def test_the_job_ends_what_is_over_with_the_grants_own_reason_once(phone, offer, transaction, read, clock):
    grant = phone("supervisor").post("/v1/grants", offer()).json
    opened = watch(phone("lee"), grant).json
    clock.forward(hours=1)
    for _ in range(2):
        with transaction() as session:
            jobs.expire(session, now=clock())
    (ended,) = rows(read, PlaybackSession)
    assert ended.end_reason == "grant_expired"
    assert recorded(read, "system:grant:expired") == [{"grant": grant["id"], "sessions_ended": [opened["session_id"]]}]


def test_a_grant_for_an_incident_follows_its_set_and_ends_with_it(phone, offer, incident, gate, read):
    cad, lee = phone("cad112"), phone("lee")
    body = offer(camera_ids=None, incident_id=incident["id"])
    grant = phone("supervisor").post("/v1/grants", body).json
    assert grant["covers"] == "incident"
    assert watch(lee, grant, "cam-other").json["code"] == "camera_not_listed"
    near = watch(lee, grant).json
    lat, lon = town.place(0, 2900)
    cad.patch(f"/v1/incidents/{incident['id']}", {"location": {"lat": lat, "lon": lon}})
    assert ask(gate, near["url"])[0] == 403
    other = watch(lee, grant, "cam-other").json
    assert ask(gate, other["url"])[0] == 204
    cad.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    assert ask(gate, other["url"])[0] == 403
    assert watch(lee, grant, "cam-other").json["code"] == "incident_over"
    (row,) = rows(read, Grant)
    assert row.end_reason == "incident_closed"


def test_cameras_named_for_an_incident_stay_when_it_moves_and_when_the_units_dispatch_ends(
    phone, offer, incident, gate
):
    cad, kim = phone("cad112"), phone("kim")
    body = offer(to={"unit": "car1"}, incident_id=incident["id"])
    opened = watch(kim, phone("supervisor").post("/v1/grants", body).json).json
    lat, lon = town.place(0, 2900)
    cad.patch(f"/v1/incidents/{incident['id']}", {"location": {"lat": lat, "lon": lon}})
    cad.delete(f"/v1/dispatches/{incident['dispatches'][0]['id']}")
    assert ask(gate, opened["url"])[0] == 204


def test_an_area_grants_the_cameras_that_stand_in_it(phone, offer):
    corners = [town.place(azimuth, 80) for azimuth in (45, 135, 225, 315, 45)]
    body = offer(camera_ids=None, area=corners)
    grant = phone("supervisor").post("/v1/grants", body).json
    assert [camera["id"] for camera in grant["cameras"]] == ["cam-near"]
    assert watch(phone("lee"), grant).status_code == 201


def hours(clock, number):
    return (clock() + timedelta(hours=number)).isoformat()


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"until": 12.01}, "grant_times_invalid", "until"),
        ({"until": 0}, "grant_times_invalid", "until"),
        ({"from": -13, "until": -12}, "grant_times_invalid", "until"),
        ({"from": 169, "until": 170}, "grant_times_invalid", "from"),
        ({"to": {"unit": "car9"}}, "grant_recipient_unknown", "to.unit"),
        ({"to": {"officer": "nobody"}}, "grant_recipient_unknown", "to.officer"),
        ({"to": {"officer": "supervisor"}}, "grant_to_self", "to.officer"),
        ({"to": {}}, "invalid_request", "to"),
        ({"to": {"unit": "car1", "agency": "room112"}}, "invalid_request", "to"),
        ({"camera_ids": ["cam-near", "unheard-of"]}, "grant_camera_unknown", "camera_ids.1"),
        ({"camera_ids": ["cam-off"]}, "grant_camera_unknown", "camera_ids.0"),
        ({"camera_ids": None}, "invalid_request", None),
        ({"camera_ids": None, "area": [[0, 0], [0, 0.01], [0.01, 0], [0, 0]]}, "grant_area_invalid", "area"),
        ({"camera_ids": None, "area": [[34, 126], [34, 127], [35, 126], [34, 126]]}, "grant_area_invalid", "area"),
        ({"camera_ids": None, "area": [[0, 0], [0, 1], [1, 0], [1, 1]]}, "invalid_request", "area"),
        ({"area": [[0, 0], [0, 1], [1, 0], [0, 0]]}, "invalid_request", None),
        ({"incident_id": "unheard-of"}, "incident_unknown", None),
        ({"reason": ""}, "invalid_request", "reason"),
        ({"reason": None}, "invalid_request", "reason"),
        ({"legal_basis": "BECAUSE"}, "invalid_request", "legal_basis"),
        ({"starts_at": 1}, "invalid_request", "starts_at"),
    ],
)
def test_what_cannot_be_given_names_its_field_and_leaves_nothing(change, code, field, *, phone, offer, read, clock):
    times = {name: hours(clock, change[name]) for name in ("from", "until", "starts_at") if name in change}
    reply = phone("supervisor").post("/v1/grants", offer(**(change | times)))
    assert (reply.json["code"], reply.json.get("field") or None) == (code, field), reply.text
    assert rows(read, Grant) == []


def test_a_disabled_officer_is_no_recipient(phone, offer, transaction):
    with transaction() as session:
        session.get(Officer, "fire").enabled = False
    assert (
        phone("supervisor").post("/v1/grants", offer(to={"officer": "fire"})).json["code"] == "grant_recipient_unknown"
    )


def test_another_rooms_incident_cannot_be_granted_and_a_closed_one_neither(phone, offer, incident):
    body = offer(incident_id=incident["id"])
    assert phone("supervisor119").post("/v1/grants", body).json["code"] == "incident_unknown"
    phone("cad112").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    assert phone("supervisor").post("/v1/grants", body).json["code"] == "incident_closed"


def test_a_centre_grants_its_own_cameras_only(phone, offer, transaction):
    with transaction() as session:
        session.add(Centre(id="next", code="46130", name="여수시", name_en="Yeosu", lat=34.76, lon=127.66))
        session.flush()
        session.get(Camera, "cam-other").centre_id = "next"
        session.add(AgencyCentre(agency_id="room112", centre_id="next"))
    centre = phone("centre")
    assert centre.post("/v1/grants", offer()).json["field"] == "camera_ids.1"
    assert centre.post("/v1/grants", offer(camera_ids=["cam-near"])).status_code == 201
    around = [town.place(azimuth, 80, town.place(0, 3000)) for azimuth in (45, 135, 225, 315, 45)]
    assert centre.post("/v1/grants", offer(camera_ids=None, area=around)).json["code"] == "grant_area_invalid"
    assert phone("supervisor").post("/v1/grants", offer(camera_ids=None, area=around)).status_code == 201


def test_only_the_agency_that_gave_it_takes_it_back(phone, offer):
    grant = phone("supervisor").post("/v1/grants", offer(to={"agency": "room119"})).json
    assert phone("supervisor119").delete(f"/v1/grants/{grant['id']}").json["code"] == "grant_unknown"
    assert phone("supervisor").delete("/v1/grants/unheard-of").json["code"] == "grant_unknown"


def test_a_list_holds_what_concerns_the_caller(phone, offer):
    supervisor = phone("supervisor")
    for to in ({"unit": "car2"}, {"officer": "fire"}, {"agency": "room119"}):
        supervisor.post("/v1/grants", offer(to=to))
    seen = {"supervisor": 3, "lee": 1, "fire": 1, "supervisor119": 1, "cad119": 1, "kim": 0, "auditor": 0, "admin": 0}
    assert {account: len(phone(account).get("/v1/grants").json["items"]) for account in seen} == seen


def test_a_decision_on_a_grant_asks_the_database_nothing(phone, offer, gate, statements):
    opened = watch(phone("lee"), phone("supervisor").post("/v1/grants", offer()).json).json
    assert ask(gate, opened["url"])[0] == 204
    statements.clear()
    assert gate.decide(opened["url"].split("/")[2], opened["url"].split("/")[3])[0] == 204
    assert statements == []


def test_a_stream_is_shown_to_who_may_watch_by_a_grant(phone, offer):
    grant = phone("supervisor").post("/v1/grants", offer()).json
    by = {"query_string": {"grant_id": grant["id"]}}
    lee = phone("lee")
    lee.post(f"/v1/grants/{grant['id']}/acceptance")
    assert lee.get("/v1/streams/cam-near", **by).status_code == 200
    assert phone("kim").get("/v1/streams/cam-near", **by).json["code"] == "not_granted"


@pytest.mark.parametrize("by", [{}, {"incident_id": "a", "grant_id": "b"}])
def test_a_camera_is_asked_for_by_one_thing(by, phone):
    assert phone("kim").post("/v1/playback", {"camera_id": "cam-near"} | by).json["code"] == "invalid_request"


def test_a_retired_camera_or_a_changed_car_ends_it(phone, offer, gate, transaction):
    opened = watch(phone("lee"), phone("supervisor").post("/v1/grants", offer()).json).json
    with transaction() as session:
        session.get(Officer, "lee").unit_id = "car1"
    assert ask(gate, opened["url"])[0] == 403
    with transaction() as session:
        session.get(Officer, "lee").unit_id = "car2"
    assert ask(gate, opened["url"])[0] == 204
    with transaction() as session:
        session.get(Camera, "cam-near").enabled = False
    assert ask(gate, opened["url"])[0] == 403
