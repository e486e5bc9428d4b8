"""What the tablet is told of access that was given: enough to decide, to accept and to watch, and nothing of others'."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.models import Agency, ApprovalPolicy, IncidentCamera
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def give(phone, clock):
    """The 112 supervisor gives an hour to the second car, changed as said; None takes a field out."""

    def made(**more):
        until = (clock() + timedelta(hours=1)).isoformat()
        body = {"to": {"unit": "car2"}, "camera_ids": ["cam-near", "cam-other"], "until": until}
        body |= {"reason": "실종자 수색 지원", "legal_basis": "PIPA_18_2_3"} | more
        reply = phone("supervisor").post("/v1/grants", {name: one for name, one in body.items() if one is not None})
        assert reply.status_code == 201, reply.text
        return reply.json

    return made


def told(phone, account="lee"):
    return phone(account).get("/v1/me/dispatches").json["grants"]


def test_a_crew_reads_who_gave_it_why_until_when_and_which_cameras_and_watches_when_it_accepted(phone, give):
    given = give()
    (one,) = told(phone)
    same = ("id", "from", "until", "reason", "conditions", "incident_id", "status")
    assert {name: one[name] for name in same} == {name: given[name] for name in same}
    assert (one["given_by_name"], one["agency_name"], one["accepted"]) == ("이름 supervisor", "room112", False)
    assert [(camera["rank"], camera["id"]) for camera in one["cameras"]] == [(1, "cam-near"), (2, "cam-other")]
    lee = phone("lee")
    by = {"camera_id": one["cameras"][0]["id"], "grant_id": one["id"]}
    assert lee.post("/v1/playback", by).json["code"] == "grant_not_accepted"
    assert lee.post(f"/v1/grants/{one['id']}/acceptance").status_code == 200
    assert told(phone)[0]["accepted"] is True
    assert lee.post("/v1/playback", by).status_code == 201
    phone("supervisor").delete(f"/v1/grants/{given['id']}")
    assert told(phone) == []


def test_of_an_incident_it_has_the_set_as_it_is_now_best_first_without_what_is_a_rooms_own(
    phone, give, transaction, read
):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    give(incident_id=incident["id"], camera_ids=None)
    with read() as session:
        ranked = session.scalars(select(IncidentCamera).order_by(IncidentCamera.rank)).all()
        expected = [(row.rank, row.camera_id, row.distance_m, row.reasons) for row in ranked]
    listed = [(one["rank"], one["id"], one["distance_m"], one["reasons"]) for one in told(phone)[0]["cameras"]]
    assert listed == expected != []
    with transaction() as session:
        session.scalars(select(IncidentCamera).order_by(IncidentCamera.rank)).first().role = "caller"
    assert [one["id"] for one in told(phone)[0]["cameras"]] == [id_ for _, id_, *_ in expected[1:]]
    phone("cad112").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    assert told(phone) == []


@pytest.mark.parametrize(
    ("to", "hear", "do_not"),
    [
        ({"unit": "car2"}, {"lee"}, {"kim", "fire", "supervisor"}),
        ({"officer": "fire"}, {"fire"}, {"kim", "lee", "supervisor119", "supervisor"}),
        ({"agency": "room112"}, {"dispatcher"}, {"supervisor", "lee", "dispatcher119"}),
        ({"agency": "province"}, set(), {"auditor", "admin", "lee"}),
    ],
)
def test_it_is_told_to_its_recipients_and_never_to_its_giver(to, hear, do_not, *, phone, give):
    grant = give(to=to)
    for account in hear | do_not:
        assert [one["id"] for one in told(phone, account)] == ([grant["id"]] if account in hear else []), account


def test_what_waits_for_a_second_supervisor_is_not_told_before_and_what_is_over_not_after(
    phone, give, transaction, clock
):
    with transaction() as session:
        session.get(Agency, "room112").approval = ApprovalPolicy.ALWAYS
        session.add(town.officer("supervisor2", "supervisor", "room112"))
    grant = give()
    assert told(phone) == []
    assert phone("supervisor2").post(f"/v1/grants/{grant['id']}/approval").status_code == 200
    assert [one["id"] for one in told(phone)] == [grant["id"]]
    clock.forward(hours=1)
    assert told(phone) == []


def test_what_begins_later_is_told_with_its_beginning_and_the_newest_comes_first(phone, give, clock):
    later = give(**{"from": (clock() + timedelta(minutes=30)).isoformat()})
    clock.forward(seconds=1)
    newer = give()
    assert [(one["id"], one["status"]) for one in told(phone)] == [(newer["id"], "active"), (later["id"], "pending")]


def test_who_broke_the_glass_finds_it_there_until_nobody_confirmed_it(phone, clock):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    need = {"incident_id": incident["id"], "reason": "무전 두절", "legal_basis": "POLICE112_9_1"}
    assert phone("lee").post("/v1/break-glass", need).status_code == 201
    assert [(one["reason"], one["accepted"]) for one in told(phone)] == [("무전 두절", True)]
    clock.forward(minutes=3)
    assert told(phone) == []
