"""Where the units of an incident are: told to those who work on it, and only while they do."""

from datetime import timedelta

import pytest

from tests import town

SAID = {"lat": 34.801, "lon": 126.402, "heading_deg": 90.0, "speed_kmh": 30.0}


@pytest.fixture
def incident(phone):
    return phone("cad112").post("/v1/incidents", town.report(units=["car1", "car2"])).json


@pytest.fixture
def path(incident):
    return f"/v1/incidents/{incident['id']}/positions"


@pytest.fixture
def says(phone, clock):
    """A crew's device says where it is."""

    def say(account, unit, **more):
        fix = SAID | {"at": clock().isoformat()} | more
        assert phone(account).put(f"/v1/units/{unit}/position", fix).status_code == 204

    return say


@pytest.mark.usefixtures("any_database")
def test_a_crew_sees_where_the_others_are_and_how_old_that_is(phone, path, says, clock):
    says("kim", "car1")
    clock.forward(seconds=40)
    says("lee", "car2", lat=34.802, heading_deg=None)
    seen = phone("kim").get(path).json["items"]
    assert [(one["id"], one["call_sign"], one["kind"], one["age_s"]) for one in seen] == [
        ("car1", "순11", "patrol_car", 40.0),
        ("car2", "순12", "patrol_car", 0.0),
    ]
    assert [(one["lat"], one["lon"], one["heading_deg"]) for one in seen] == [
        (34.801, 126.402, 90.0),
        (34.802, 126.402, None),
    ]


def test_the_list_comes_in_pages(phone, path, says):
    says("kim", "car1")
    says("lee", "car2")
    first = phone("dispatcher").get(f"{path}?limit=1").json
    rest = phone("dispatcher").get(f"{path}?limit=1&cursor={first['next_cursor']}").json
    assert [one["id"] for one in first["items"] + rest["items"]] == ["car1", "car2"]
    assert rest["next_cursor"] is None


def test_a_unit_that_was_not_sent_or_fell_silent_is_not_on_it(phone, path, says, clock):
    says("lee", "car2")
    says("fire", "engine1")  # sent to nothing
    assert [one["id"] for one in phone("kim").get(path).json["items"]] == ["car2"]
    clock.forward(minutes=10)
    assert phone("kim").get(path).json["items"] == []


@pytest.mark.parametrize("account", ["dispatcher", "supervisor", "cad112", "lee"])
def test_who_works_on_it_sees_them(phone, path, says, account):
    says("kim", "car1")
    assert [one["id"] for one in phone(account).get(path).json["items"]] == ["car1"]


@pytest.mark.parametrize("account", ["fire", "dispatcher119", "supervisor119", "cad119", "watcher", "centre"])
def test_who_does_not_is_told_of_no_incident(phone, path, says, account):
    says("kim", "car1")
    reply = phone(account).get(path)
    assert (reply.status_code, reply.json["code"]) == (404, "incident_unknown")
    assert "car1" not in reply.text


@pytest.mark.parametrize("how", ["cleared", "withdrawn", "closed"])
def test_it_ends_with_the_part_in_it_and_so_does_being_seen(phone, path, says, incident, how):
    says("kim", "car1")
    says("lee", "car2")
    room, [mine] = phone("cad112"), [one["id"] for one in incident["dispatches"] if one["unit"] == "car1"]
    match how:
        case "cleared":
            phone("kim").patch(f"/v1/dispatches/{mine}", {"status": "cleared"})
        case "withdrawn":
            room.delete(f"/v1/dispatches/{mine}")
        case "closed":
            room.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "종결"})
    assert phone("kim").get(path).json["code"] == "incident_unknown"
    others = phone("lee").get(path).json
    if how in {"cleared", "withdrawn"}:
        assert [one["id"] for one in others["items"]] == ["car2"]
    else:
        assert others["code"] == "incident_unknown"


def test_a_position_from_tomorrow_does_not_silence_the_unit(phone, path, says, clock):
    tomorrow = SAID | {"at": (clock() + timedelta(days=1)).isoformat()}
    refused = phone("kim").put("/v1/units/car1/position", tomorrow)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "position_from_future", "at")
    says("kim", "car1")
    assert [one["id"] for one in phone("kim").get(path).json["items"]] == ["car1"]
