"""An account that is shut has nothing from that moment on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.models import AuditEvent, Grant, OutboxEvent, PlaybackSession
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report()).json


def switch(phone, enabled, officer_id="kim"):
    return phone("admin").patch(f"/v1/officers/{officer_id}", {"enabled": enabled})


def test_shutting_ends_logins_sessions_and_grants_and_is_recorded_once(phone, incident, gate, read, clock):
    kim, tablet = phone("kim"), phone("kim")
    until = (clock() + timedelta(hours=1)).isoformat()
    grant = {"camera_ids": ["cam-other"], "until": until, "reason": "수색", "legal_basis": "PIPA_18_2_3"}
    given = phone("supervisor").post("/v1/grants", grant | {"to": {"officer": "kim"}}).json
    opened = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    assert [switch(phone, enabled=False).json["enabled"] for _ in range(2)] == [False, False]
    assert ask(gate, opened["url"])[0] == 403
    assert kim.get("/v1/me/dispatches").json["code"] == tablet.get("/v1/me/dispatches").json["code"] == "token_invalid"
    assert tablet.refresh().json["code"] == "invalid_grant"
    with read() as session:
        ended = session.get(PlaybackSession, opened["session_id"])
        assert session.get(Grant, given["id"]).end_reason == ended.end_reason == "account_disabled"
        told = session.scalars(select(OutboxEvent.data).filter_by(audience="officer:kim", kind="revoked")).all()
        (row,) = session.scalars(select(AuditEvent).filter_by(tag="admin:officer:disabled")).all()
    assert [one["reason"] for one in told] == ["account_disabled"]
    expected = {"officer": "kim", "sessions_ended": [opened["session_id"]], "grants_ended": [given["id"]]}
    assert row.subject == expected


def test_opening_it_again_gives_nothing_back_but_the_login(phone, incident, gate):
    kim = phone("kim")
    opened = kim.post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    switch(phone, enabled=False)
    assert switch(phone, enabled=True).json["enabled"] is True
    assert ask(gate, opened["url"])[0] == 403
    assert kim.get("/v1/me/dispatches").json["code"] == "token_invalid"
    assert phone("kim").get("/v1/me/dispatches").status_code == 200


def test_others_are_left_alone(phone, incident, gate):
    opened = phone("dispatcher").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    switch(phone, enabled=False)
    assert ask(gate, opened["url"])[0] == 204


def test_an_officer_that_is_not_there_cannot_be_shut(phone):
    reply = switch(phone, enabled=False, officer_id="nobody")
    assert (reply.status_code, reply.json["code"]) == (404, "officer_unknown")
