"""A disaster room draws an area: its cameras are the incident's, the best of each part first."""

import pytest
from sqlalchemy import func, select

from server.cameras import drawn
from server.models import Incident
from tests import cap_town, town
from tests.phone import ask


def ring(south_m, north_m, half_m=200):
    """A tall box over the square, from so far south of it to so far north."""
    at = [(180, south_m, -half_m), (180, south_m, half_m), (0, north_m, half_m), (0, north_m, -half_m)]
    places = [list(town.place(90, east, start=town.place(azimuth, metres))) for azimuth, metres, east in at]
    return [*places, places[0]]


def flood(**more):
    basis = {"service": "disaster", "legal_basis": "DISASTER_74_3", "type": "flood", "external_id": "d-1"}
    return town.report(**basis | {"units": [], "polygon": ring(150, 200)} | more)


@pytest.fixture
def room(phone, transaction, clock):
    with transaction() as session:
        cap_town.settle(session, clock)
    return phone("cad-disaster")


def cameras(shown):
    return {one["camera_id"] for one in shown["cameras"]}


@pytest.mark.usefixtures("any_database")
def test_what_is_inside_is_chosen_however_far_and_nothing_else(room):
    near = room.post("/v1/incidents", flood()).json
    assert cameras(near) == {"cam-near", "cam-looks", "cam-away"}
    assert all("in_area" in one["reasons"] for one in near["cameras"])
    assert near["polygon"] == flood()["polygon"]
    far = room.post("/v1/incidents", flood(external_id="d-2", polygon=ring(-1000, 3500))).json
    assert cameras(far) == {"cam-other"}, "the place it was reported at lies outside"
    assert room.post("/v1/incidents", flood()).status_code == 200, "the same again"


def test_a_unit_on_its_way_also_sees_what_it_comes_to_outside_the_area(room, phone, transaction, clock):
    with transaction() as session:
        session.add(town.camera("cam-road", 0, 1000))
    lat, lon = town.place(0, 1500)
    fix = {"lat": lat, "lon": lon, "heading_deg": 180.0, "speed_kmh": 50, "at": clock().isoformat()}
    assert phone("fire").put("/v1/units/engine1/position", fix).status_code == 204
    incident = room.post("/v1/incidents", flood(units=["engine1"])).json
    roles = {one["camera_id"]: one["role"] for one in incident["cameras"]}
    assert roles == dict.fromkeys(("cam-near", "cam-looks", "cam-away"), "around") | {"cam-road": "corridor"}
    (dispatch,) = phone("fire").get("/v1/me/dispatches").json["dispatches"]
    assert {one["id"]: one["comes_as"] for one in dispatch["incident"]["cameras"]}["cam-road"] == 1


@pytest.mark.usefixtures("any_database")
def test_drawn_anew_the_cameras_are_others_and_what_is_lost_is_watched_no_more(room, phone, gate):
    incident = room.post("/v1/incidents", flood()).json
    path, viewer = f"/v1/incidents/{incident['id']}", phone("dispatcher-d")
    wish = {"incident_id": incident["id"], "camera_id": "cam-near"}
    watched = viewer.post("/v1/playback", wish).json
    assert ask(gate, watched["url"])[0] == 204
    moved = room.patch(path, {"polygon": ring(-1000, 3500)})
    assert (moved.status_code, cameras(moved.json), moved.json["polygon"]) == (200, {"cam-other"}, ring(-1000, 3500))
    assert moved.json["location"] == incident["location"]
    assert ask(gate, watched["url"])[0] == 403
    both = room.patch(path, {"polygon": ring(150, 200), "location": {"lat": 34.801, "lon": 126.4}}).json
    assert (cameras(both), both["location"]["lat"]) == (cameras(incident), 34.801)


CROSSING = [[34.8, 126.4], [34.83, 126.41], [34.81, 126.4], [34.8, 126.42], [34.8, 126.4]]  # and has an area
BAD = {
    "crosses itself": (CROSSING, "area_invalid"),
    "lon before lat": ([[126.4, 34.8], [126.5, 34.8], [126.5, 34.9], [126.4, 34.8]], "invalid_request"),
    "elsewhere": ([[48.1, 11.5], [48.2, 11.5], [48.2, 11.6], [48.1, 11.5]], "area_invalid"),
    "a line": ([[34.8, 126.4], [34.9, 126.5], [34.8, 126.4], [34.8, 126.4]], "area_invalid"),
    "too many": ([[34.8, 126.4 + n / 1e5] for n in range(200)] + [[34.9, 126.4], [34.8, 126.4]], "invalid_request"),
    "open": (ring(150, 200)[:-1], "invalid_request"),
}


@pytest.mark.parametrize(("polygon", "code"), BAD.values(), ids=BAD)
def test_what_is_no_area_is_refused_by_its_field_and_nothing_is_kept(polygon, code, room, read):
    refused = room.post("/v1/incidents", flood(polygon=polygon))
    assert (refused.status_code, refused.json["code"]) == (422, code)
    assert refused.json["field"].startswith("polygon")
    with read() as session:
        assert session.scalar(select(func.count(Incident.id))) == 0
    incident = room.post("/v1/incidents", flood()).json
    path = f"/v1/incidents/{incident['id']}"
    assert room.patch(path, {"polygon": polygon}).json["code"] == code
    assert room.get(path).json == incident


def test_of_other_services_the_place_counts_and_another_area_is_refused(phone):
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report(polygon=ring(-1000, 3500))).json
    assert "cam-near" in cameras(incident)
    refused = cad.patch(f"/v1/incidents/{incident['id']}", {"polygon": ring(150, 200)})
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "invalid_request", "polygon")


def test_an_alert_that_is_updated_has_its_own_area_again(room, clock):
    incident = cap_town.send(room, cap_town.message(clock)).json["incident"]["id"]
    path, sent = f"/v1/incidents/{incident}", clock()
    room.patch(path, {"polygon": ring(-1000, 3500)})
    clock.forward(seconds=10)
    update = {"identifier": "KR-2", "msgType": "Update", "references": cap_town.about(sent)}
    assert cap_town.send(room, cap_town.message(clock, **update)).status_code in {200, 201}
    shown = room.get(path).json
    assert (shown["polygon"], "cam-other" in cameras(shown)) == (None, False)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_ring_is_an_area_whichever_way_round_it_is_drawn(turn):
    assert drawn.fault([tuple(place) for place in ring(150, 200)][::turn]) is None
