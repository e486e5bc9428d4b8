"""A car or engine on its way: which cameras it is given, and when they are taken away."""

from datetime import timedelta

import pytest

from server.models import OutboxEvent, PlaybackSession, Stream
from tests import town
from tests.phone import ask

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture(autouse=True)
def road(transaction, clock):
    """Cameras along the road from the north to the square, and some beyond the 500 m around it."""
    with transaction() as session:
        town.live_host(session, clock())
        session.add_all(town.camera(f"road-{metres}", 0, metres) for metres in (1500, 1000, 700))
        session.add_all(town.camera(f"out-{azimuth}", azimuth, 600) for azimuth in (90, 100, 225))


@pytest.fixture
def car(phone, clock):
    """Puts car 1 so far north of the square."""
    kim = phone("kim")

    def drive(metres, **more):
        clock.forward(seconds=1)
        lat, lon = town.place(0, metres)
        fix = {"lat": lat, "lon": lon, "heading_deg": 180.0, "speed_kmh": 50, "at": clock().isoformat()} | more
        assert kim.put("/v1/units/car1/position", fix).status_code == 204

    return drive


def roles(incident):
    shown = {}
    for one in incident["cameras"]:
        shown.setdefault(one["role"], []).append(one["camera_id"])
    return shown


def on_the_way(phone, incident, unit="car1"):
    reply = phone("cad112").get(f"/v1/incidents/{incident['id']}/cameras?along={unit}")
    return [one["camera_id"] for one in reply.json["cameras"]]


def test_a_code_0_call_has_the_cameras_around_it_on_the_ways_out_and_on_the_cars_way(phone, car):
    car(2000)
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    shown = roles(incident)
    assert shown["around"] == ["cam-near", "cam-looks", "cam-away", "cam-far"]
    assert {"out-90", "out-225"} < set(shown["escape"]), "the two in the east are one way out"
    assert not {"out-100"} & set(shown["escape"])
    assert [one["rank"] for one in incident["cameras"]] == list(range(1, len(incident["cameras"]) + 1))
    assert on_the_way(phone, incident)[:3] == ["road-1500", "road-1000", "road-700"]
    assert on_the_way(phone, incident, "car2") == []


@pytest.mark.parametrize(("priority", "flees"), [(0, True), (1, True), (2, False), (3, False)])
def test_only_the_urgent_codes_have_ways_out(priority, flees, phone):
    incident = phone("cad112").post("/v1/incidents", town.report(priority=priority)).json
    assert bool(roles(incident).get("escape")) is flees


def test_the_crew_sees_its_own_next_camera_first_and_nobody_elses_way(phone, car):
    car(2000)
    phone("cad112").post("/v1/incidents", town.report(units=["car1", "car2"], priority=2))

    def comes(account):
        (dispatch,) = phone(account).get("/v1/me/dispatches").json["dispatches"]
        return {one["id"]: one["comes_as"] for one in dispatch["incident"]["cameras"]}

    assert comes("kim")["road-1500"] == 1
    assert comes("kim")["road-700"] == 3
    assert "road-1500" not in comes("lee")
    assert set(comes("lee").values()) == {None}


def test_a_fire_engine_has_the_cameras_on_its_way_and_no_ways_out(phone, clock):
    lat, lon = town.place(0, 2000)
    fix = {"lat": lat, "lon": lon, "heading_deg": 180.0, "speed_kmh": 50, "at": clock().isoformat()}
    crew, room = phone("fire"), phone("cad119")
    assert crew.put("/v1/units/engine1/position", fix).status_code == 204
    fire = town.report(service="fire_119", type="fire", legal_basis="FIRE119_11_2_1", units=["engine1"])
    shown = roles(room.post("/v1/incidents", fire).json)
    assert shown["corridor"][:2] == ["road-1500", "road-1000"]
    assert "escape" not in shown
    (dispatch,) = crew.get("/v1/me/dispatches").json["dispatches"]
    assert {one["id"]: one["comes_as"] for one in dispatch["incident"]["cameras"]}["road-1500"] == 1


def test_what_the_car_has_passed_is_served_no_more(phone, car, gate, read):
    car(2000)
    incident = phone("cad112").post("/v1/incidents", town.report(priority=2)).json
    wish = {"camera_id": "road-1500", "incident_id": incident["id"]}
    opened = phone("kim").post("/v1/playback", wish).json
    assert ask(gate, opened["url"])[0] == 204
    car(1450)
    assert ask(gate, opened["url"])[0] == 403
    with read() as session:
        assert session.get(PlaybackSession, opened["session_id"]).end_reason == "camera_passed"
    assert phone("kim").post("/v1/playback", wish).json["code"] == "camera_not_listed"
    assert on_the_way(phone, incident)[0] == "road-1000"


def test_the_next_camera_is_started_before_anybody_asks(phone, car, read, clock):
    phone("cad112").post("/v1/incidents", town.report(priority=2))
    car(2000)
    with read() as session:
        assert session.get(Stream, "road-1500").wanted_until > clock() + timedelta(seconds=60)


@pytest.mark.parametrize("how", ["on_scene", "cleared", "withdrawn", "closed"])
def test_the_way_ends_with_the_way(how, phone, car, gate):
    car(2000)
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report(priority=2)).json
    dispatch = f"/v1/dispatches/{incident['dispatches'][0]['id']}"
    wish = {"camera_id": "road-1000", "incident_id": incident["id"]}
    url = cad.post("/v1/playback", wish).json["url"]
    assert ask(gate, url)[0] == 204
    match how:
        case "withdrawn":
            cad.delete(dispatch)
        case "closed":
            cad.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "끝"})
        case status:
            phone("kim").patch(dispatch, {"status": status})
    assert ask(gate, url)[0] == 403
    if how != "closed":
        assert "corridor" not in roles(cad.get(f"/v1/incidents/{incident['id']}").json)


def test_small_steps_and_standing_still_change_nothing(phone, car, read):
    phone("cad112").post("/v1/incidents", town.report(priority=2))
    car(2000)

    def told():
        with read() as session:
            return session.query(OutboxEvent).filter_by(kind="cameras").count()

    before = told()
    for metres in (1990, 1980, 1950, 1910):
        car(metres)
    assert told() == before
    car(1450)
    assert told() > before


def test_a_scene_that_moves_has_other_ways(phone, car):
    car(2000)
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report(priority=2)).json
    lat, lon = town.place(90, 2000, start=town.place(0, 2000))
    cad.patch(f"/v1/incidents/{incident['id']}", {"location": {"lat": lat, "lon": lon}})
    assert on_the_way(phone, incident) == []


def test_an_old_position_shows_no_way(phone, car, clock):
    car(2000)
    clock.forward(minutes=11)
    incident = phone("cad112").post("/v1/incidents", town.report(priority=2)).json
    assert on_the_way(phone, incident) == []


def test_what_changes_of_the_set_is_recorded(phone, car):
    incident = phone("cad112").post("/v1/incidents", town.report(priority=2)).json
    car(2000)
    events = phone("auditor").get("/v1/audit/events?limit=200").json["items"]
    (followed,) = [one for one in events if one["tag"] == "unit:way:followed"]
    assert followed["subject"]["incident"] == incident["id"]
    assert "road-1500" in followed["subject"]["cameras_added"]
