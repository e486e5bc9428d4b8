"""Who calls, and what people call what an answer names by id."""

from datetime import UTC, datetime, timedelta

import pytest

from server.access import names
from server.models import Camera, Officer, Unit
from tests import town

pytestmark = pytest.mark.usefixtures("any_database")


def test_a_page_learns_who_signed_in(phone):
    told = phone("supervisor").get("/v1/me").json
    assert (told["id"], told["role"], told["agency_id"], told["unit"]) == ("supervisor", "supervisor", "room112", None)
    assert told["name"]
    assert told["agency_name"]
    assert phone("kim").get("/v1/me").json["unit"]["call_sign"]


def test_names_are_found_by_id_and_what_does_not_exist_is_left_out(read):
    with read() as session:
        assert set(names.of(session, Officer, ["kim", None, "nobody", "kim"])) == {"kim"}
        assert names.of(session, Unit, []) == {}
        assert set(names.of(session, Camera, ["cam-near"])) == {"cam-near"}


def test_who_watches_what_is_told_by_name(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
    (session,) = phone("supervisor").get("/v1/playback?active=true").json["items"]
    kim = phone("kim").get("/v1/me").json
    assert (session["viewer_name"], session["call_sign"]) == (kim["name"], kim["unit"]["call_sign"])
    assert session["camera_name"] == incident["cameras"][0]["name"]


def test_a_machine_that_watches_has_no_name_of_a_person(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    phone("cad112").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
    (session,) = phone("supervisor").get("/v1/playback?active=true").json["items"]
    assert (session["viewer_kind"], session["viewer_name"], session["call_sign"]) == ("client", None, None)


def test_grants_and_requests_are_listed_with_names(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    unit = phone("kim").get("/v1/me").json["unit"]
    body = {"to": {"unit": unit["id"]}, "incident_id": incident["id"], "until": until, "reason": "수색"}
    given = phone("supervisor").post("/v1/grants", body | {"legal_basis": "POLICE112_9_1"})
    assert given.status_code == 201, given.json
    (grant,) = phone("supervisor").get("/v1/grants").json["items"]
    assert grant["to_name"] == unit["call_sign"]
    assert grant["given_by_name"] == phone("supervisor").get("/v1/me").json["name"]
    phone("kim").post("/v1/access-requests", {"agency": "room112", "camera_ids": ["cam-near"], "reason": "수색"})
    (asked,) = phone("supervisor").get("/v1/access-requests").json["items"]
    assert asked["officer_name"] == phone("kim").get("/v1/me").json["name"]
