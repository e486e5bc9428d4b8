"""From a plate read to the unit's picture and to its end, through the API, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.models import Stream
from tests.phone import ask
from tests.plate_town import posted, readers, wanted
from tests.server.test_story import events, watch

pytestmark = [pytest.mark.usefixtures("any_database", "plate_town")]


def test_a_read_of_a_wanted_plate_gives_the_room_an_incident_and_the_sent_unit_its_cameras(phone, gate, read, clock):
    room, lpr, kim = phone("dispatcher"), phone("cad-lpr"), phone("kim")
    vehicle = wanted(room, clock, plate="12가 3456")
    car = {"lat": 34.8001, "lon": 126.4001, "heading_deg": 0, "speed_kmh": 40, "at": clock().isoformat()}
    assert kim.put("/v1/units/car1/position", car).status_code == 204

    told = posted(lpr, clock, plate="１２가３４５６", camera_id="cam-near", heading_deg=0)
    assert (told.status_code, told.json["accepted"]) == (200, 1)
    assert "hit" not in told.text

    [(kind, alert)] = events(read, "agency:room112")
    assert (kind, alert["verification"]) == ("hit", "needed")
    hit = room.get(f"/v1/plate-hits/{alert['hit_id']}").json
    assert (hit["notice"], hit["reasons"], hit["read"]["raw"]) == ("확인 필요", ["exact"], "１２가３４５６")
    assert hit["read"]["crop_ref"] == "crop/1"
    incident = room.get(f"/v1/incidents/{hit['incident_id']}").json
    assert (incident["service"], incident["status"], incident["priority"]) == ("wanted_vehicle", "open", 1)
    assert incident["dispatches"] == []
    ahead = [one["camera_id"] for one in incident["cameras"] if "ahead" in one["reasons"]]
    assert ahead == ["cam-other-1", "cam-other-2"]
    with read() as session:
        running = {one.camera_id for one in session.scalars(select(Stream)) if one.wanted_until > clock()}
    assert running == set(ahead)

    offered = room.get(f"/v1/incidents/{incident['id']}/units").json["units"]
    assert [(one["unit"], one["busy"]) for one in offered] == [("car1", False)]
    assert watch(kim, incident["id"]).json["code"] == "not_dispatched"
    sent = room.post(f"/v1/incidents/{incident['id']}/dispatches", {"unit": offered[0]["unit"]})
    assert sent.status_code == 201
    playing = watch(kim, incident["id"], "cam-other-1").json
    assert ask(gate, playing["url"]) == (204, "host-a")

    clock.forward(seconds=30)
    posted(lpr, clock, plate="12가3456", camera_id="cam-other-1")
    moved = room.get(f"/v1/incidents/{incident['id']}").json
    assert moved["location"]["lat"] > incident["location"]["lat"]
    track = room.get(f"/v1/wanted-vehicles/{vehicle['id']}/track").json["items"]
    assert [one["read"]["camera_id"] for one in track] == ["cam-near", "cam-other-1"]
    assert {one["incident_id"] for one in track} == {incident["id"]}

    closed = room.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "검거"})
    assert closed.status_code == 200
    assert ask(gate, playing["url"]) == (403, None)
    assert watch(kim, incident["id"], "cam-other-1").json["code"] == "incident_over"
    units = room.get(f"/v1/incidents/{incident['id']}/units")
    assert (units.status_code, units.json["code"]) == (409, "incident_closed")


def test_after_the_incident_is_closed_an_older_read_opens_nothing_and_a_newer_one_does(phone, read, clock):
    room, lpr = phone("dispatcher"), phone("cad-lpr")
    vehicle = wanted(room, clock)
    posted(lpr, clock)
    [(_, first)] = events(read, "agency:room112")
    late = clock() + timedelta(seconds=5)
    clock.forward(seconds=10)
    room.patch(f"/v1/incidents/{first['incident_id']}", {"status": "closed", "closing_reason": "종결"})
    clock.forward(seconds=10)
    posted(lpr, clock, read_at=late.isoformat(), camera_id="cam-looks")
    posted(lpr, clock, camera_id="cam-far")
    track = room.get(f"/v1/wanted-vehicles/{vehicle['id']}/track").json["items"]
    assert [one["incident_id"] == first["incident_id"] for one in track] == [True, True, False]


def test_the_nearest_free_car_is_offered_first_and_a_stale_position_not_at_all(phone, clock):
    room, lpr = phone("dispatcher"), phone("cad-lpr")
    fix = {"lat": 34.8, "lon": 126.4, "heading_deg": 0, "speed_kmh": 0, "at": clock().isoformat()}
    phone("kim").put("/v1/units/car1/position", fix)
    phone("lee").put("/v1/units/car2/position", fix | {"lat": 34.81})
    phone("fire").put("/v1/units/engine1/position", fix)
    vehicle = wanted(room, clock)
    posted(lpr, clock)
    incident = room.get(f"/v1/wanted-vehicles/{vehicle['id']}/track").json["items"][0]["incident_id"]
    path = f"/v1/incidents/{incident}"
    assert [one["unit"] for one in room.get(f"{path}/units").json["units"]] == ["car1", "car2"]
    room.post(f"{path}/dispatches", {"unit": "car1"})
    assert [(one["unit"], one["busy"]) for one in room.get(f"{path}/units").json["units"]] == [
        ("car2", False),
        ("car1", True),
    ]
    (coming,) = room.get(f"{path}/units").json["underway"]
    assert (coming["unit"], coming["lat"], coming["lon"]) == ("car1", 34.8, 126.4)
    clock.forward(minutes=10)
    later = phone("dispatcher").get(f"{path}/units").json
    assert later == {"units": [], "underway": []}


@pytest.mark.usefixtures("readers_of_another_centre")
def test_readers_speak_for_the_cameras_of_their_own_centre(phone, clock):
    wanted(phone("dispatcher"), clock)
    for account in readers(phone):
        told = posted(phone(account), clock)
        assert told.status_code in {403, 404}, account
