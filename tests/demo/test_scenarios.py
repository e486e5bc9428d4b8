"""The demo's scenarios against the seeded province."""

import pytest

from demo import province
from demo.__main__ import main
from demo.accounts import Secrets, secrets_in
from demo.scenarios import ankle_monitor, call_119, disaster, wanted_vehicle
from demo.scenarios.programme import SCENARIOS
from demo.seed import province_in
from server import app as application
from server import clock, db
from server.access.keys import Keys
from server.api.deps import Deps
from server.cameras.credentials import Vault
from tests import town
from tests.phone import Phone


class Caller:
    """The demo's caller, through Flask's test client."""

    def __init__(self, client, client_id, secret):
        self.phone = Phone(client)
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        self.phone.tokens = self.phone.token(**form).json

    def call(self, method, path, body=None):
        sent = {"json": body}
        if isinstance(body, str):
            sent = {"data": body.encode(), "headers": {"Content-Type": "application/cap+xml"}}
        reply = self.phone.call(method, path, **sent)
        assert reply.status_code < 400, reply.text
        return reply.json


class Province:
    """A stage over Flask's test client; only machines play on it."""

    unit_ids = {unit.key: unit.key for unit in province.UNITS}  # noqa: RUF012 — read only

    def __init__(self, machines):
        self.client = machines


@pytest.fixture
def machines(tmp_path):
    keys, vault = Keys.create(tmp_path), Vault.create(tmp_path)
    url = f"sqlite:///{tmp_path / 'goldentime.db'}"
    db.migrate(url)
    secrets = Secrets(
        passwords={one.key: "password" for one in province.OFFICERS},
        client_secrets={one.key: f"secret of {one.key}" for one in province.CLIENTS},
        camera_username="viewer",
        camera_password="canary",
    )
    province_in(tmp_path, secrets, rtsp_port=8554, films={})
    engine = db.engine(url)
    deps = Deps(db.transaction(engine), db.read(engine), keys, vault, "https://goldentime.test", clock.now)
    client = application.create_app(deps, town.UNLIMITED).test_client()
    yield lambda key: Caller(client, key, secrets.client_secrets[key])
    engine.dispose()


def test_a_wanted_car_is_tracked_to_the_square_and_the_unit_is_sent_however_often_it_is_played(machines):
    room, readers = machines("lpr"), machines("readers_46110")
    hits = [wanted_vehicle.pass_by(room, readers, unit_id="patrol_11") for _ in range(2)]
    for hit in hits:
        assert (hit["notice"], hit["read"]["camera_id"]) == ("확인 필요", wanted_vehicle.SEEN_AT[-1])
        incident = room.call("GET", f"/v1/incidents/{hit['incident_id']}")
        assert [one["unit"] for one in incident["dispatches"]] == ["patrol_11"]
        assert incident["location"]["lat"] == pytest.approx(hit["read"]["lat"])
        assert len(incident["cameras"]) >= 5


def test_a_fire_engine_is_told_of_water_the_building_and_what_is_dangerous(machines):
    room = machines("fire_119")
    scene = call_119.play(Province(machines))
    incident = room.call("GET", f"/v1/incidents/{scene.incident_id}")
    assert [one["unit"] for one in incident["dispatches"]] == list(call_119.UNITS)
    assert len(incident["cameras"]) == 5
    attached = room.call("GET", f"/v1/incidents/{scene.incident_id}/attachments")["items"]
    assert {one["kind"] for one in attached} == {"hydrant", "building", "hazmat", "note"}
    scene.end()
    assert room.call("GET", f"/v1/incidents/{scene.incident_id}")["status"] == "closed"


def test_a_flood_alert_has_two_rooms_join_and_its_cancel_ends_it_for_both(machines):
    rooms = [machines(name) for name in ("disaster", *disaster.ROOMS)]
    scene = disaster.play(Province(machines))
    for room in rooms:
        incident = room.call("GET", f"/v1/incidents/{scene.incident_id}")
        assert [one["unit"] for one in incident["dispatches"]] == list(disaster.UNITS)
        assert scene.camera_id in {camera.id for camera in province.CAMERAS if camera.live}
        assert len(incident["cameras"]) >= 5
    scene.end()
    assert {room.call("GET", f"/v1/incidents/{scene.incident_id}")["status"] for room in rooms} == {"closed"}


def test_a_wearer_is_followed_past_three_cameras_however_often_it_is_played(machines):
    centre = machines("moj")
    for _ in range(2):
        violation_id, shown = ankle_monitor.walk(centre, unit_id="probation_11")
        assert len(set(shown)) == 3
        assert sorted(shown, key=shown.index) == shown, "and none of them twice"
        incident = centre.call("GET", f"/v1/incidents/{violation_id}")
        assert [one["unit"] for one in incident["dispatches"]] == ["probation_11"]
        assert incident["cameras"][0]["camera_id"] == shown[-1]


def test_help_lists_every_scenario_and_starts_nothing(capsys):
    assert main(["--scenario", "help"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(SCENARIOS)


def test_a_secret_that_an_older_demo_did_not_know_is_made_and_the_others_stay(tmp_path):
    path = tmp_path / "secrets.json"
    first = secrets_in(path, officers=["kim"], clients=["cad"])
    later = secrets_in(path, officers=["kim"], clients=["cad", "lpr"])
    assert later.passwords == first.passwords
    assert later.client_secrets == first.client_secrets | {"lpr": later.client_secrets["lpr"]}
    assert secrets_in(path, officers=["kim"], clients=["cad", "lpr"]) == later
