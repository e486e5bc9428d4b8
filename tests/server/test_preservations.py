"""A crew asks a centre to keep what its recorder has of a moment."""

import pytest
from sqlalchemy import select

from server.incidents.preservations import MOST
from server.models import AuditEvent
from tests import town

AT = "2026-11-02T09:30:00Z"


@pytest.fixture
def wish(phone):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    return {
        "camera_id": incident["cameras"][0]["camera_id"],
        "incident_id": incident["id"],
        "at": AT,
        "reason": "폭행 장면",
    }


def test_the_minutes_around_the_moment_are_asked_for_and_recorded(phone, wish, read):
    reply = phone("kim").post("/v1/preservation-requests", wish | {"before_s": 30, "after_s": 90})
    assert reply.status_code == 201
    assert (reply.json["from_at"], reply.json["until_at"]) == ("2026-11-02T09:29:30Z", "2026-11-02T09:31:30Z")
    assert phone("kim").get("/v1/preservation-requests").json["items"] == [reply.json]
    assert phone("lee").get("/v1/preservation-requests").json["items"] == []
    with read() as session:
        subject = session.scalars(select(AuditEvent.subject).where(AuditEvent.tag == "unit:preservation:asked")).one()
    assert subject["request"] == reply.json["id"]
    assert "폭행" not in str(subject)


@pytest.mark.parametrize(
    ("account", "more", "answer"),
    [
        ("lee", {}, (404, "incident_unknown")),
        ("kim", {"incident_id": "unheard-of"}, (404, "incident_unknown")),
        ("kim", {"camera_id": "unheard-of"}, (403, "camera_not_listed")),
        ("kim", {"before_s": 3601}, (422, "invalid_request")),
        ("kim", {"reason": ""}, (422, "invalid_request")),
        ("kim", {"at": "2025-11-02T09:30:00Z"}, (422, "invalid_request")),
        ("kim", {"at": "2027-11-02T09:30:00Z"}, (422, "invalid_request")),
    ],
)
def test_who_was_not_sent_there_asks_for_nothing(phone, wish, account, more, answer):
    reply = phone(account).post("/v1/preservation-requests", wish | more)
    assert (reply.status_code, reply.json["code"]) == answer
    assert phone(account).get("/v1/preservation-requests").json["items"] == []


def test_an_officer_asks_so_often_for_an_incident_and_no_more(phone, wish):
    kim = phone("kim")
    replies = [kim.post("/v1/preservation-requests", wish | {"reason": f"{number}"}) for number in range(MOST + 1)]
    assert [reply.status_code for reply in replies] == [201] * MOST + [409]
    assert replies[-1].json["code"] == "preservations_too_many"
    assert len(kim.get("/v1/preservation-requests?limit=200").json["items"]) == MOST
    other = phone("cad112").post("/v1/incidents", town.report(external_id="112-2026-2")).json["id"]
    assert kim.post("/v1/preservation-requests", wish | {"incident_id": other}).status_code == 201
