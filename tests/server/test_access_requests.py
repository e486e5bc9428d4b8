"""Asking for access: the supervisors asked answer in one call, or it is over by itself."""

import pytest
from sqlalchemy import select

from server import jobs
from server.models import AuditEvent, Grant, OutboxEvent
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")

ASK = {"agency": "room112", "camera_ids": ["cam-near"], "reason": "도주로 확인"}
YES = {"granted": True, "legal_basis": "PIPA_18_2_3"}


def asked(viewer, **more):
    return viewer.post("/v1/access-requests", ASK | more)


def answered(viewer, request, body=YES):
    return viewer.post(f"/v1/access-requests/{request['id']}/answer", body)


def tags(read):
    with read() as session:
        return session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()


def test_one_answer_gives_what_was_asked_for_to_who_asked(phone, gate, read):
    lee, supervisor = phone("lee"), phone("supervisor")
    request = asked(lee).json
    named = {"officer_name": "이름 lee"}  # in lists
    assert (request["status"], supervisor.get("/v1/access-requests").json["items"]) == ("open", [request | named])
    reply = answered(supervisor, request)
    assert (reply.status_code, reply.json["status"], reply.json["answered_by"]) == (200, "granted", "supervisor")
    lee.post(f"/v1/grants/{reply.json['grant_id']}/acceptance")
    opened = lee.post("/v1/playback", {"camera_id": "cam-near", "grant_id": reply.json["grant_id"]})
    assert ask(gate, opened.json["url"]) == (204, "host-a")
    assert lee.get("/v1/access-requests").json["items"] == [reply.json | named]
    with read() as session:
        heard = session.scalars(select(OutboxEvent).filter_by(audience="officer:lee", kind="request")).all()
    assert [event.data["status"] for event in heard] == ["open", "granted"]
    made = ["viewer:access_request:made", "supervisor:grant:given", "supervisor:access_request:answered"]
    assert [tag for tag in tags(read) if tag in made] == made


def test_a_no_gives_nothing_and_is_final(phone, read):
    request, supervisor = asked(phone("lee")).json, phone("supervisor")
    assert answered(supervisor, request, {"granted": False}).json["status"] == "refused"
    assert answered(supervisor, request).json["code"] == "access_request_over"
    with read() as session:
        assert session.scalars(select(Grant)).all() == []


def test_what_nobody_answers_is_over_after_ten_minutes_whether_or_not_a_job_ran(phone, transaction, read, clock):
    request = asked(phone("lee")).json
    clock.forward(minutes=10)
    supervisor = phone("supervisor")
    assert supervisor.get("/v1/access-requests").json["items"][0]["status"] == "expired"
    assert answered(supervisor, request).json["code"] == "access_request_over"
    for _ in range(2):
        with transaction() as session:
            jobs.expire(session, now=clock())
    assert tags(read).count("system:access_request:expired") == 1


def test_only_the_agency_that_was_asked_sees_and_answers_it(phone):
    request = asked(phone("lee")).json
    other = phone("supervisor119")
    assert other.get("/v1/access-requests").json["items"] == []
    assert answered(other, request).json["code"] == "access_request_unknown"
    assert phone("kim").get("/v1/access-requests").json["items"] == []


def test_nobody_answers_themselves_with_a_yes(phone):
    supervisor = phone("supervisor")
    assert answered(supervisor, asked(supervisor).json).json["code"] == "grant_to_self"


def test_an_incidents_cameras_are_asked_for_and_what_cannot_be_given_leaves_it_open(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    lee, supervisor = phone("lee"), phone("supervisor")
    good = asked(lee, camera_ids=[], incident_id=incident["id"]).json
    assert answered(supervisor, good).json["status"] == "granted"
    for change, code in (
        ({"camera_ids": ["unheard-of"]}, "grant_camera_unknown"),
        ({"incident_id": "x"}, "incident_unknown"),
    ):
        bad = asked(lee, **change).json
        assert answered(supervisor, bad).json["code"] == code
        assert answered(supervisor, bad, {"granted": False}).json["status"] == "refused"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"agency": "nowhere"}, "agency_unknown", "agency"),
        ({"camera_ids": []}, "invalid_request", None),
        ({"reason": ""}, "invalid_request", "reason"),
    ],
)
def test_a_bad_question_names_its_field(change, code, field, phone):
    reply = asked(phone("lee"), **change)
    assert (reply.status_code, reply.json["code"], reply.json.get("field") or None) == (422, code, field)


def test_a_yes_needs_a_legal_basis(phone):
    reply = answered(phone("supervisor"), asked(phone("lee")).json, {"granted": True})
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")
