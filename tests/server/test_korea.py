"""A position outside Korea is refused at every door in one way, and the document says so."""

import pytest
from sqlalchemy import func, select

from server import korea
from server.models import Camera, Centre, Incident, UnitPosition
from tests import town
from tests.server import test_cameras, test_eido

AT = "2026-11-02T09:30:00Z"
ELSEWHERE = {"no fix": (0.0, 0.0), "Tokyo": (35.68, 139.69), "swapped": (126.4, 34.8), "the North": (40.0, 127.0)}
DOORS = {  # who, how, where, and the body with the name of its place
    "a report": ("cad112", "POST", "/v1/incidents", lambda at: (town.report(location=at), "location.")),
    "a caller": ("cad112", "POST", "/v1/incidents", lambda at: (town.report(caller=at | {"accuracy_m": 9}), "caller.")),
    "a move": ("cad112", "PATCH", "/v1/incidents/any", lambda at: ({"location": at}, "location.")),
    "a caller's move": (
        "cad112",
        "PATCH",
        "/v1/incidents/any",
        lambda at: ({"caller": at | {"accuracy_m": 9}}, "caller."),
    ),
    "a unit": ("kim", "PUT", "/v1/units/car1/position", lambda at: (at | {"at": AT}, "")),
    "a camera": ("admin", "PUT", test_cameras.URL, lambda at: (test_cameras.BODY | at, "")),
    "a centre": (
        "admin",
        "POST",
        "/v1/centres",
        lambda at: ({"code": "46130", "name": "여수시", "name_en": "Yeosu"} | at, ""),
    ),
    "an attachment": (
        "cad119",
        "POST",
        "/v1/incidents/any/attachments",
        lambda at: ({"label": "소화전", "position": at, "hydrant": {"type": "standpipe"}}, "position."),
    ),
}


@pytest.mark.parametrize("where", ELSEWHERE)
@pytest.mark.parametrize("door", DOORS)
def test_a_position_elsewhere_is_refused_by_its_field_and_leaves_nothing(door, where, phone, read):
    account, method, path, body = DOORS[door]
    counted = (Incident, Camera, Centre, UnitPosition)
    with read() as session:
        before = [session.scalar(select(func.count()).select_from(kind)) for kind in counted]
    lat, lon = ELSEWHERE[where]
    said, prefix = body({"lat": lat, "lon": lon})
    reply = phone(account).call(method, path, said)
    assert (reply.status_code, reply.json["code"]) == (422, "position_outside_korea"), reply.text
    assert reply.json["field"] == prefix + ("lon" if where == "Tokyo" else "lat")
    with read() as session:
        assert [session.scalar(select(func.count()).select_from(kind)) for kind in counted] == before


@pytest.mark.parametrize("where", ["no fix", "Tokyo", "the North"])
def test_an_eido_of_elsewhere_is_refused_by_its_path(where, phone, read):
    reply = phone("cad112").post("/v1/eido", test_eido.document(spot=ELSEWHERE[where]))
    assert (reply.status_code, reply.json["code"]) == (422, "position_outside_korea"), reply.text
    assert reply.json["field"] == "locationComponent.0.locationByValue"
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_what_is_wrong_besides_is_said_too(phone):
    reply = phone("cad112").post("/v1/incidents", town.report(location={"lat": 0, "lon": 0}, priority=9))
    assert reply.json["code"] == "invalid_request"
    assert {(one["field"], one["code"]) for one in reply.json["errors"]} == {
        ("location.lat", "position_outside_korea"),
        ("location.lon", "position_outside_korea"),
        ("priority", "less_than_equal"),
    }


@pytest.mark.parametrize(
    ("lat", "lon", "inside"),
    [
        (33.11, 126.27, True),  # 마라도
        (37.24, 131.87, True),  # 독도
        (37.97, 124.63, True),  # 백령도
        (38.61, 128.35, True),  # 고성
        (0.0, 0.0, False),
        (float("nan"), 126.0, False),
    ],
)
def test_the_country_and_its_islands_are_in_the_box(lat, lon, inside):
    assert korea.contains(lat, lon) is inside


def places(schema, schemas):
    """The schemas of every latitude and longitude in a body."""
    if "$ref" in schema:
        yield from places(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    for name, one in schema.get("properties", {}).items():
        if name in {"lat", "lon"}:
            yield name, one
        yield from places(one, schemas)
    for one in [schema.get("items", {}), *schema.get("anyOf", [])]:
        if isinstance(one, dict) and one:
            yield from places(one, schemas)


def test_the_document_says_the_bounds_and_the_refusal_wherever_a_body_has_a_place(phone):
    document, doors = phone().get("/v1/openapi.json").json, []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            found = list(places(body, document["components"]["schemas"]))
            for name, one in found:
                bounds = korea.LATS if name == "lat" else korea.LONS
                assert (one["minimum"], one["maximum"]) == bounds, (method, path)
            if found:
                assert "`position_outside_korea`" in operation["responses"]["422"]["description"], (method, path)
                doors.append(path)
    assert len(doors) >= 10
