"""What the room hears of an order: that the car has it, shows it, and answers."""

import pytest
from sqlalchemy import select

from server.models import AuditEvent, OutboxEvent
from tests import town


@pytest.fixture
def sent(phone):
    """A dispatch of car1, and the room that sent it."""
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    return incident["dispatches"][0], f"/v1/incidents/{incident['id']}"


def marks(dispatch):
    return [name for name in ("delivered_at", "shown_at", "acknowledged_at") if dispatch[name]]


def test_the_room_sees_how_far_an_order_has_come(phone, sent):
    dispatch, incident = sent
    kim, cad, path = phone("kim"), phone("cad112"), f"/v1/dispatches/{dispatch['id']}"
    steps = [
        ({"seen": "delivered"}, ["delivered_at"]),
        ({"seen": "shown"}, ["delivered_at", "shown_at"]),
        ({"status": "acknowledged"}, ["delivered_at", "shown_at", "acknowledged_at"]),
    ]
    assert marks(dispatch) == []
    for said, known in steps:
        assert kim.patch(path, said).status_code == 200
        assert marks(cad.get(incident).json["dispatches"][0]) == known


def test_only_the_first_time_counts_and_each_is_recorded_once(phone, sent, clock, read):
    path, kim = f"/v1/dispatches/{sent[0]['id']}", phone("kim")
    first = kim.patch(path, {"seen": "shown"}).json
    clock.forward(seconds=5)
    for said in ("shown", "delivered"):
        assert kim.patch(path, {"seen": said}).json == first
    assert first["delivered_at"] == first["shown_at"]
    with read() as session:
        recorded = session.scalars(select(AuditEvent.subject).where(AuditEvent.tag == "unit:dispatch:seen")).all()
        told = session.scalars(select(OutboxEvent.audience).where(OutboxEvent.kind == "dispatch")).all()
        seen = session.scalars(select(OutboxEvent.data).where(OutboxEvent.kind == "dispatch")).all()[-1]
    assert [one["seen"] for one in recorded] == ["shown"]
    assert seen == {
        "dispatch_id": first["id"],
        "incident_id": recorded[0]["incident"],
        "status": "sent",
        "seen": "shown",
    }
    assert told[-1] == "agency:room112", "the car need not hear of itself"


@pytest.mark.parametrize("body", [{}, {"seen": "read"}, {"seen": "shown", "status": "acknowledged"}])
def test_one_thing_is_said_at_a_time(phone, sent, body):
    reply = phone("kim").patch(f"/v1/dispatches/{sent[0]['id']}", body)
    assert (reply.status_code, reply.json["code"]) == (422, "invalid_request")


def test_another_unit_does_not_say_that_it_saw_the_order(phone, sent):
    assert phone("lee").patch(f"/v1/dispatches/{sent[0]['id']}", {"seen": "shown"}).json["code"] == "dispatch_unknown"


def test_a_passenger_is_recorded_with_the_speed_for_the_own_car_only(phone, read):
    kim = phone("kim")
    assert kim.post("/v1/units/car1/passenger", {"speed_kmh": 62.4}).status_code == 204
    assert kim.post("/v1/units/car2/passenger", {"speed_kmh": 62.4}).json["code"] == "unit_not_yours"
    assert kim.post("/v1/units/car1/passenger", {"speed_kmh": -1}).json["code"] == "invalid_request"
    with read() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.tag == "unit:passenger:confirmed")).all()
    assert [(one.actor_id, one.subject) for one in found] == [("kim", {"unit": "car1", "speed_kmh": 62})]
