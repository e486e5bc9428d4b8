"""``GET /v1/streams/{camera}``: for those who may watch, and nobody else."""

from datetime import timedelta

import pytest

from server.models import Camera, Lease, LeaseState
from tests import town


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


@pytest.fixture
def running(transaction, clock):
    """The near camera is live, and reported so a second ago."""
    at = clock() - timedelta(seconds=1)
    with transaction() as session:
        town.live_host(session, at)
        session.flush()
        times = {"state_at": at, "reported_at": at, "expires_at": at + timedelta(seconds=10)}
        picture = {"picture_at": at - timedelta(seconds=0.25), "state": LeaseState.LIVE, "step": "no_top"}
        session.add(Lease(camera_id="cam-near", host_id="host-a", **times, **picture))


def asked(viewer, incident_id, camera_id="cam-near"):
    return viewer.get(f"/v1/streams/{camera_id}", query_string={"incident_id": incident_id})


@pytest.mark.parametrize("account", ["kim", "dispatcher", "cad112"])
def test_who_may_watch_is_told_how_the_camera_fares(account, phone, incident, running, clock):
    reply = asked(phone(account), incident["id"])
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    picture_at = clock() - timedelta(seconds=1.25)
    assert reply.json == {
        "camera_id": "cam-near",
        "state": "live",
        "age_s": 0.25,
        "reason": None,
        "step": "no_top",
        "frozen": False,
        "picture_at": picture_at.isoformat().replace("+00:00", "Z"),
        "at": clock().isoformat().replace("+00:00", "Z"),
    }


def test_a_camera_that_nobody_has_is_down_and_says_why(phone, incident):
    reply = asked(phone("kim"), incident["id"]).json
    assert (reply["state"], reply["reason"], reply["age_s"], reply["picture_at"]) == ("down", "no_host", None, None)


@pytest.mark.parametrize(
    ("account", "camera_id", "code"),
    [
        ("lee", "cam-near", "not_dispatched"),
        ("fire", "cam-near", "not_dispatched"),
        ("cad119", "cam-near", "not_dispatched"),
        ("supervisor", "cam-near", "not_dispatched"),
        ("kim", "cam-other", "camera_not_listed"),
        ("kim", "unheard-of", "camera_not_listed"),
        ("kim", "cam-off", "camera_not_listed"),
    ],
)
def test_who_may_not_watch_learns_nothing(account, camera_id, code, *, phone, incident, running):
    reply = asked(phone(account), incident["id"], camera_id)
    assert (reply.status_code, reply.json["code"]) == (403, code)
    assert "state" not in reply.json


def test_an_incident_that_does_not_exist_looks_like_somebody_elses(phone, incident, running):
    nowhere, foreign = asked(phone("kim"), "unheard-of").json, asked(phone("lee"), incident["id"]).json
    assert nowhere["code"] == foreign["code"] == "not_dispatched"
    assert nowhere["detail"] == foreign["detail"]


def test_when_the_incident_is_over_or_the_camera_retired_it_is_refused(phone, incident, running, transaction):
    kim = phone("kim")
    with transaction() as session:
        session.get(Camera, "cam-near").enabled = False
    assert asked(kim, incident["id"]).json["code"] == "camera_disabled"
    phone("cad112").patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
    assert asked(kim, incident["id"]).json["code"] == "incident_over"


@pytest.mark.parametrize("query", ["", "?incident_id=", "?incident_id=a/b", "?incident_id=x&colour=red"])
def test_a_question_without_an_incident_is_refused_by_the_field(query, phone):
    reply = phone("kim").get(f"/v1/streams/cam-near{query}")
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")
    assert reply.json["errors"][0]["field"] in {"", "incident_id", "colour"}


def test_on_postgresql_it_is_read_without_the_right_to_write(any_database, phone, incident):
    assert asked(phone("kim"), incident["id"]).status_code == 200
