"""What a room or a tablet may send by mistake, or on purpose: one row per kind, each with its own code."""

import copy
import json

import pytest
from sqlalchemy import func, select

from server.models import AuditEvent, Incident
from tests import town


def changed(path, value):
    """The good report with one field changed; None takes it out."""
    body = copy.deepcopy(town.report())
    target = body
    *parents, name = path.split(".")
    for parent in parents:
        target = target[parent]
    if value is None:
        del target[name]
    else:
        target[name] = value
    return body


REPORTS = [
    ("an unknown field", changed("colour", "red"), "invalid_request", "colour"),
    ("an unknown nested field", changed("location.alt", 3), "invalid_request", "location.alt"),
    ("a missing field", changed("summary", None), "invalid_request", "summary"),
    ("a number in quotes", changed("priority", "0"), "invalid_request", "priority"),
    ("a float for a whole number", changed("priority", 0.5), "invalid_request", "priority"),
    ("a truth for a number", changed("location.lat", True), "invalid_request", "location.lat"),
    ("text for a place", changed("location", "Mokpo"), "invalid_request", "location"),
    ("a priority out of range", changed("priority", 5), "invalid_request", "priority"),
    ("a latitude that is none", changed("location.lat", 90.01), "position_outside_korea", "location.lat"),
    ("a longitude that is none", changed("location.lon", -180.01), "position_outside_korea", "location.lon"),
    ("a coordinate that is not a number", changed("location.lat", float("nan")), "invalid_request", "location.lat"),
    ("an infinite coordinate", changed("location.lat", float("inf")), "invalid_request", "location.lat"),
    ("an unknown service", changed("service", "pizza"), "invalid_request", "service"),
    ("an unknown legal basis", changed("legal_basis", "BECAUSE"), "invalid_request", "legal_basis"),
    ("a time without a zone", changed("reported_at", "2026-11-02T09:30:00"), "invalid_request", "reported_at"),
    ("a time as a number", changed("reported_at", 1_793_000_000), "invalid_request", "reported_at"),
    (
        "a time out of the calendar",
        changed("reported_at", "0001-01-01T00:00:00+14:00"),
        "invalid_request",
        "reported_at",
    ),
    ("NUL in text", changed("summary", "a\0b"), "invalid_request", "summary"),
    ("a line break in an id", changed("external_id", "a\nb"), "invalid_request", "external_id"),
    ("half a character", changed("summary", "\ud800"), "invalid_request", "summary"),
    ("text that is too long", changed("summary", "가" * 2001), "invalid_request", "summary"),
    ("a unit that is not an id", changed("units", ["../car1"]), "invalid_request", "units.0"),
    ("too many units", changed("units", ["car1"] * 21), "invalid_request", "units"),
    ("an open polygon", changed("polygon", [[34, 126], [34, 127], [35, 127], [35, 126]]), "invalid_request", "polygon"),
    ("an unknown unit", changed("units", ["car1", "car9"]), "unit_unknown", "units.1"),
    ("a list for an object", [town.report()], "invalid_request", ""),
    ("null for an object", None, "invalid_request", "service"),
]


@pytest.mark.parametrize(("what", "body", "code", "field"), REPORTS, ids=[row[0] for row in REPORTS])
def test_a_bad_report_names_the_field_and_leaves_nothing(what, body, code, field, *, phone, read):
    reply = phone("cad112").post("/v1/incidents", data=json.dumps(body), content_type="application/json")
    assert (reply.status_code, reply.json["code"]) == (422, code), reply.text
    assert reply.json.get("field", "") == field
    assert reply.json["request_id"] == reply.headers["X-Request-ID"]
    assert reply.mimetype == "application/problem+json"
    if code == "invalid_request":
        assert {"field", "code", "message"} == set(reply.json["errors"][0])
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0
        assert session.scalars(select(AuditEvent.subject)).all()[-1]["code"] == code


@pytest.mark.parametrize(
    ("what", "body", "status", "code"),
    [
        ("half an object", b'{"service":', 400, "malformed_json"),
        ("nothing", b"", 400, "malformed_json"),
        ("no text", b"\xff\xfe\x00", 400, "malformed_json"),
        ("a depth no parser likes", b"[" * 60_000, 400, "malformed_json"),
        ("a number of many digits", b'{"priority":' + b"9" * 5000 + b"}", 400, "malformed_json"),
        ("five megabytes", b" " * 5_000_000, 413, "body_too_large"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_a_body_that_cannot_be_read(what, body, status, code, *, content_type, phone):
    reply = phone("cad112").post("/v1/incidents", data=body, content_type=content_type)
    assert (reply.status_code, reply.json["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"status": "closed"}, ""),
        ({"status": "open", "closing_reason": "x"}, "status"),
        ({"closing_reason": "x", "location": {"lat": 34, "lon": 126}}, ""),
        ({"status": "closed", "closing_reason": "x", "location": {"lat": 34, "lon": 126}}, ""),
        ({"location": {"lat": 34}}, "location.lon"),
    ],
)
def test_a_change_is_one_thing(body, field, phone):
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report()).json
    reply = cad.patch(f"/v1/incidents/{incident['id']}", body)
    assert (reply.status_code, reply.json["code"], reply.json.get("field", "")) == (422, "invalid_request", field)


@pytest.mark.parametrize(
    ("account", "service", "code"),
    [
        ("cad112", "fire_119", "service_not_allowed"),
        ("cad119", "police_112", "service_not_allowed"),
        ("dispatcher119", "police_112", "service_not_allowed"),
        ("dispatcher", "disaster", "service_not_allowed"),
        ("kim", "police_112", "role_missing"),
        ("supervisor", "police_112", "role_missing"),
    ],
)
def test_only_the_room_of_a_service_reports_it(account, service, code, phone):
    reply = phone(account).post("/v1/incidents", town.report(service=service))
    assert (reply.status_code, reply.json["code"]) == (403, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/", 404, "not_found"),
        ("PUT", "/v1/incidents", 405, "method_not_allowed"),
        ("GET", "/v1/incidents/a.b", 404, "not_found"),
        ("GET", "/v1/incidents/%00", 404, "not_found"),
        ("GET", "/v1/incidents/..%2fx", 404, "not_found"),
        ("GET", "/v1/incidents/" + "a" * 65, 404, "not_found"),
        ("GET", "/v1/incidents/unheard-of", 404, "incident_unknown"),
        ("DELETE", "/v1/dispatches/unheard-of", 404, "dispatch_unknown"),
        ("DELETE", "/v1/playback/unheard-of", 404, "session_unknown"),
        ("GET", "/v1/units?limit=0", 422, "invalid_request"),
        ("GET", "/v1/units?limit=many", 422, "invalid_request"),
        ("GET", "/v1/units?colour=red", 422, "invalid_request"),
        ("GET", "/v1/units?cursor=AAAA", 422, "cursor_invalid"),
        ("GET", "/v1/units?cursor=MQ", 422, "cursor_invalid"),
    ],
)
def test_a_bad_address(method, path, status, code, phone):
    reply = phone("cad112").call(method, path)
    assert (reply.status_code, reply.json["code"]) == (status, code)


@pytest.mark.parametrize("value", ["", " ", "a b", "ü", "x" * 129])
def test_a_bad_idempotency_key(value, phone):
    reply = phone("cad112").post("/v1/incidents", town.report(), headers={"Idempotency-Key": value})
    assert (reply.status_code, reply.json["field"]) == (422, "Idempotency-Key")


def test_a_mishap_tells_only_its_request_id(app, phone, monkeypatch):
    monkeypatch.setattr("server.api.me.dispatches.underway", lambda *_: 1 / 0)
    reply = phone("kim").get("/v1/me/dispatches")
    assert (reply.status_code, reply.json["code"]) == (500, "internal")
    assert "division" not in reply.text


def test_without_the_database_the_answer_is_to_come_back(phone, engine):
    kim = phone("kim")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE seen_proofs")
        connection.commit()
    reply = kim.get("/v1/me/dispatches")
    assert (reply.status_code, reply.json["code"], reply.headers["Retry-After"]) == (503, "server_unavailable", "1")


def test_a_refusal_that_cannot_be_recorded_is_no_answer(phone, engine):
    kim = phone("kim")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE audit_head")
        connection.commit()
    assert kim.get("/v1/units").json["code"] == "server_unavailable"
    assert kim.get("/v1/me/dispatches").status_code == 200
