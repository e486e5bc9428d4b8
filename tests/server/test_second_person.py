"""Two people: approval where an agency wants it, and the broken glass that somebody must confirm and explain."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server import jobs
from server.models import AuditEvent, OutboxEvent, PlaybackSession, Role
from tests import town
from tests.phone import ask
from tests.server.test_races import together

pytestmark = pytest.mark.usefixtures("any_database")

NEED = {"reason": "인질 위험", "legal_basis": "PIPA_18_2_3"}


@pytest.fixture
def incident(phone, transaction):
    with transaction() as session:
        session.add(town.officer("deputy", Role.SUPERVISOR, "room112"))
        session.add(town.officer("chief", Role.SUPERVISOR, "station"))
    return phone("cad112").post("/v1/incidents", town.report(units=[])).json


@pytest.fixture
def broken(phone, incident):
    return phone("lee").post("/v1/break-glass", NEED | {"incident_id": incident["id"]})


def give(phone, clock, to):
    until = (clock() + timedelta(hours=1)).isoformat()
    return phone("supervisor").post("/v1/grants", NEED | {"to": to, "camera_ids": ["cam-near"], "until": until}).json


def watch(viewer, grant, camera_id="cam-near"):
    return viewer.post("/v1/playback", {"camera_id": camera_id, "grant_id": grant["id"]})


def approve(viewer, grant):
    return viewer.post(f"/v1/grants/{grant['id']}/approval")


def tags(read):
    with read() as session:
        return session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)).all()


@pytest.mark.parametrize(
    ("policy", "to", "needed"),
    [
        ("never", {"unit": "car2"}, False),
        ("always", {"agency": "room112"}, True),
        ("outside", {"agency": "room112"}, False),
        ("outside", {"officer": "dispatcher"}, False),
        ("outside", {"agency": "room119"}, True),
        ("outside", {"unit": "car2"}, True),
        ("outside", {"officer": "fire"}, True),
    ],
)
def test_the_agencys_policy_says_which_grants_need_another(policy, to, needed, *, phone, clock, incident):
    assert phone("admin").put("/v1/agencies/room112/policy", {"approval": policy}).status_code == 200
    assert give(phone, clock, to)["needs_approval"] is needed


def test_a_grant_in_need_of_approval_shows_nothing_before_another_supervisor_has_given_it(phone, clock, incident, read):
    phone("admin").put("/v1/agencies/room112/policy", {"approval": "always"})
    grant, lee = give(phone, clock, {"unit": "car2"}), phone("lee")
    lee.post(f"/v1/grants/{grant['id']}/acceptance")
    assert watch(lee, grant).json["code"] == "grant_not_approved"
    assert approve(phone("supervisor"), grant).json["code"] == "grant_needs_another"
    assert approve(phone("supervisor119"), grant).json["code"] == "grant_unknown"
    assert approve(phone("centre"), grant).json["code"] == "grant_unknown"
    assert [approve(phone("deputy"), grant).json["approved_by"] for _ in range(2)] == ["deputy", "deputy"]
    assert watch(lee, grant).status_code == 201
    assert tags(read).count("supervisor:grant:approved") == 1


def test_an_agency_that_is_not_there_has_no_policy(phone):
    reply = phone("admin").put("/v1/agencies/nowhere/policy", {"approval": "always"})
    assert (reply.status_code, reply.json["code"]) == (422, "agency_unknown")


def test_a_broken_glass_shows_the_incidents_cameras_at_once_and_alarms_all_concerned(phone, broken, gate, read):
    assert (broken.status_code, broken.json["emergency"], broken.json["explanation_due"]) == (201, True, True)
    opened = watch(phone("lee"), broken.json)
    assert (opened.json["basis"]["kind"], ask(gate, opened.json["url"])[0]) == ("grant", 204)
    assert watch(phone("lee"), broken.json, "cam-other").json["code"] == "camera_not_listed"
    assert watch(phone("kim"), broken.json).json["code"] == "not_granted"
    with read() as session:
        heard = session.scalars(select(OutboxEvent).filter_by(kind="grant")).all()
    assert {event.audience for event in heard} == {"agency:control", "agency:room112", "agency:station", "officer:lee"}
    assert {event.data["status"] for event in heard} == {"break_glass"}
    assert tags(read).count("viewer:glass:broken") == 1


def test_without_a_second_person_it_ends_after_three_minutes_whether_or_not_a_job_ran(
    phone, broken, gate, *, read, transaction, clock
):
    opened = watch(phone("lee"), broken.json).json
    clock.forward(minutes=2, seconds=59)
    with transaction() as session:
        town.live_host(session, clock())
    assert ask(gate, opened["url"])[0] == 204
    clock.forward(seconds=1)
    assert ask(gate, opened["url"])[0] == 403
    assert watch(phone("lee"), broken.json).json["code"] == "grant_not_approved"
    assert approve(phone("centre"), broken.json).json["code"] == "grant_ended"
    for _ in range(2):
        with transaction() as session:
            jobs.expire(session, now=clock())
    with read() as session:
        assert session.get(PlaybackSession, opened["session_id"]).end_reason == "grant_unconfirmed"
    assert tags(read).count("system:grant:unconfirmed") == 1
    assert phone("lee").get("/v1/grants").json["items"][0]["explanation_due"] is True


@pytest.mark.parametrize("who", ["centre", "supervisor", "chief"])
def test_confirmed_it_lasts_ten_minutes(who, phone, broken, *, gate, transaction, clock):
    opened = watch(phone("lee"), broken.json).json
    shown = phone(who).get("/v1/grants").json["items"]
    assert [grant["id"] for grant in shown] == [broken.json["id"]]
    assert approve(phone(who), broken.json).status_code == 200
    clock.forward(minutes=9, seconds=59)
    with transaction() as session:
        jobs.expire(session, now=clock())
        town.live_host(session, clock())
    assert ask(gate, opened["url"])[0] == 204
    clock.forward(seconds=1)
    assert ask(gate, opened["url"])[0] == 403


def test_nobody_confirms_their_own(phone, incident):
    chief = phone("chief")
    grant = chief.post("/v1/break-glass", NEED | {"incident_id": incident["id"]}).json
    assert approve(chief, grant).json["code"] == "grant_needs_another"
    assert approve(phone("supervisor119"), grant).json["code"] == "grant_unknown"


def test_an_incident_is_needed_and_its_closing_ends_it(phone, incident, broken, gate):
    lee = phone("lee")
    assert lee.post("/v1/break-glass", NEED).json["field"] == "incident_id"
    assert lee.post("/v1/break-glass", NEED | {"incident_id": "unheard-of"}).json["code"] == "incident_unknown"
    opened = watch(lee, broken.json).json
    phone("cad112").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    assert ask(gate, opened["url"])[0] == 403
    assert lee.post("/v1/break-glass", NEED | {"incident_id": incident["id"]}).json["code"] == "incident_closed"


def test_the_explanation_stays_due_until_it_is_written_and_the_first_one_stands(phone, broken, read):
    lee, path = phone("lee"), f"/v1/grants/{broken.json['id']}/explanation"
    assert phone("kim").post(path, {"text": "x"}).json["code"] == "grant_unknown"
    assert lee.post(path, {"text": "인질범이\n칼을 들고 있었음"}).json["explanation_due"] is False
    assert lee.post(path, {"text": "다른 말"}).json["explanation"] == "인질범이\n칼을 들고 있었음"
    assert tags(read).count("viewer:glass:explained") == 1


def test_the_glass_is_broken_again_neither_unexplained_nor_unconfirmed(phone, incident, broken, clock):
    need, lee = NEED | {"incident_id": incident["id"]}, phone("lee")
    assert lee.post("/v1/break-glass", need).json["code"] == "break_glass_again", "while it waits to be confirmed"
    clock.forward(minutes=3)
    elsewhere = phone("cad112").post("/v1/incidents", town.report(units=[], external_id="2")).json
    refused = lee.post("/v1/break-glass", NEED | {"incident_id": elsewhere["id"]})
    assert (refused.status_code, refused.json["code"]) == (409, "break_glass_again"), "for any incident"
    assert refused.json["grant_id"] == broken.json["id"]
    assert phone("kim").post("/v1/break-glass", need).status_code == 201, "another officer's is none of it"
    lee.post(f"/v1/grants/{broken.json['id']}/explanation", {"text": "인질범이 칼을 들고 있었음"})
    assert lee.post("/v1/break-glass", need).json["code"] == "break_glass_again", "nobody confirmed it"
    assert lee.post("/v1/break-glass", NEED | {"incident_id": elsewhere["id"]}).status_code == 201
    clock.forward(minutes=57)
    lee = phone("lee")
    for grant in lee.get("/v1/grants").json["items"]:
        lee.post(f"/v1/grants/{grant['id']}/explanation", {"text": "끝"})
    assert lee.post("/v1/break-glass", need).status_code == 201, "an hour later"


def test_a_confirmed_and_explained_glass_is_broken_again(phone, incident, broken, clock):
    assert approve(phone("supervisor"), broken.json).status_code == 200
    need = NEED | {"incident_id": incident["id"]}
    clock.forward(minutes=10)
    lee = phone("lee")
    assert lee.post("/v1/break-glass", need).json["code"] == "break_glass_again"
    lee.post(f"/v1/grants/{broken.json['id']}/explanation", {"text": "인질"})
    assert lee.post("/v1/break-glass", need).status_code == 201


def test_of_two_that_one_officer_breaks_at_once_one_is_broken(phone, incident):
    need, tablets = NEED | {"incident_id": incident["id"]}, [phone("lee") for _ in range(3)]
    replies = together(*[lambda one=one: one.post("/v1/break-glass", need) for one in tablets])
    assert sorted(reply.status_code for reply in replies) == [201, 409, 409]
