"""Which cameras an incident has is data: by the province's administrator, or for its services by a room's."""

import pytest
from sqlalchemy import select

from server.models import AuditEvent, Role
from tests import town

PATH = "/v1/services/fire_119/policy"
FIRE = {"service": "fire_119", "type": "fire", "legal_basis": "FIRE119_11_2_1", "units": []}
WITHIN = {"selection": "within", "radius_m": 300, "count": None}


@pytest.fixture
def fire_admin(phone, transaction):
    with transaction() as session:
        session.add(town.officer("admin119", Role.ADMIN, "room119"))
    return phone("admin119")


def chosen(room, number):
    incident = room.post("/v1/incidents", town.report(**FIRE, external_id=f"119-{number}")).json
    return {camera["camera_id"] for camera in incident["cameras"]}


@pytest.mark.usefixtures("any_database")
def test_the_fire_room_chooses_between_the_nearest_and_all_within(fire_admin, phone, transaction, read):
    with transaction() as session:
        session.add_all(town.camera(f"cam-more-{number}", 30, 200 + number) for number in range(3))
        session.add(town.camera("cam-town", 0, 1200))
    room, cameras = phone("cad119"), phone("kim").get("/v1/services").json["items"]
    assert [one["cameras"] for one in cameras if one["service"] == "fire_119"] == [
        {"selection": "nearest", "radius_m": 2000, "count": 5}
    ]
    assert len(chosen(room, 1)) == 5
    settled = fire_admin.put(PATH, {"cameras": WITHIN})
    assert (settled.status_code, settled.json["cameras"]) == (200, WITHIN)
    near = {"cam-near", "cam-looks", "cam-away", *(f"cam-more-{number}" for number in range(3))}
    assert chosen(room, 2) == near
    fire_admin.put(PATH, {"cameras": {"selection": "nearest", "radius_m": 150, "count": 2}})
    assert len(chosen(room, 3)) == 2
    fire_admin.put(PATH, {"cameras": {"selection": "nearest", "radius_m": 1500, "count": 20}})
    assert chosen(room, 4) == near | {"cam-far", "cam-town"}
    with read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.tag == "admin:policy:changed")).all()
    assert [(row.actor_id, row.subject["selection"]) for row in rows][:2] == [
        ("admin119", "within"),
        ("admin119", "nearest"),
    ]


def test_what_one_service_sets_no_other_has_and_what_is_left_out_stays(phone):
    admin = phone("admin")
    admin.put(PATH, {"cameras": WITHIN})
    told = admin.put(PATH, {"grace_s": 60}).json
    assert (told["grace_s"], told["cameras"]) == (60, WITHIN)
    assert admin.put(PATH, {"cameras": WITHIN}).json["grace_s"] == 60
    others = [one for one in admin.get("/v1/services").json["items"] if one["service"] != "fire_119"]
    assert {(one["cameras"]["selection"], one["grace_s"]) for one in others} == {("nearest", 0)}


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("police_112", {"cameras": WITHIN}),
        ("fire_119", {"grace_s": 60}),
        ("fire_119", {"grace_s": 0, "cameras": WITHIN}),
    ],
)
def test_a_rooms_administrator_neither_sets_anothers_cameras_nor_any_grace(service, body, fire_admin, read):
    reply = fire_admin.put(f"/v1/services/{service}/policy", body)
    assert (reply.status_code, reply.json["code"]) == (403, "role_missing")
    with read() as session:
        assert not [row for row in session.scalars(select(AuditEvent)) if row.tag == "admin:policy:changed"]


@pytest.mark.parametrize(
    ("cameras", "field"),
    [
        (WITHIN | {"radius_m": 49}, "cameras.radius_m"),
        (WITHIN | {"radius_m": 3001}, "cameras.radius_m"),
        (WITHIN | {"count": 5}, "cameras"),
        (WITHIN | {"selection": "all"}, "cameras.selection"),
        ({"selection": "nearest", "radius_m": 300}, "cameras"),
        ({"selection": "nearest", "radius_m": 300, "count": 0}, "cameras.count"),
        ({"selection": "nearest", "radius_m": 300, "count": 21}, "cameras.count"),
        ({"selection": "nearest", "radius_m": 300, "count": 2.5}, "cameras.count"),
    ],
)
def test_a_policy_out_of_bounds_is_refused_by_its_field(cameras, field, phone):
    reply = phone("admin").put(PATH, {"cameras": cameras})
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, "invalid_request", field)
    assert phone("admin").put(PATH, {}).status_code == 422
