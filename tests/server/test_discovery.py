"""What a camera says of itself, beside what is registered: who may have it asked, and that it changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.cameras.profile import Profile
from server.models import AuditEvent, Camera, Discovery, Role
from tests import town

PATH = "/v1/cameras/cam-near/discovery"
STREAM = {"codec": None, "width_px": None, "height_px": None, "fps": None, "bitrate_bps": None, "gop_frames": None}


@pytest.fixture
def onvif(transaction):
    with transaction() as session:
        camera = session.get(Camera, "cam-near")
        camera.onvif_port, camera.lat, camera.lon, camera.bearing_deg = 80, 34.8, 126.4, 359.0
        camera.profiles = [
            Profile(name="main", path="/main?a=1", codec="h265").stored(),
            Profile(name="sub", path="/sub").stored(),
        ]


@pytest.fixture
def answer(transaction, clock):
    def say(outcome="found", **changed):
        found = {"position": None, "heading_deg": None, "ptz": False, "presets": [], "profiles": []} | changed
        with transaction() as session:
            done = {"outcome": outcome, "found": found if outcome == "found" else None}
            session.merge(
                Discovery(camera_id="cam-near", host_id="a", claimed_until=clock(), seq=1, found_at=clock(), **done)
            )

    return say


def stream(path, **told):
    return {"token": "t", "name": "n", "path": path, "elsewhere": None} | STREAM | told


@pytest.mark.usefixtures("any_database", "onvif")
def test_a_person_has_a_camera_asked_and_it_is_on_record_once(phone, read):
    admin = phone("admin")
    assert admin.get(PATH).json["waiting"] is False
    wanted = admin.post(PATH)
    assert (wanted.status_code, wanted.json["waiting"], wanted.json["outcome"]) == (202, True, None)
    assert admin.post(PATH).json["wanted_at"] == wanted.json["wanted_at"]
    with read() as session:
        rows = [one for one in session.scalars(select(AuditEvent)) if "discovery" in one.tag]
    assert [(one.tag, one.subject["camera"]) for one in rows] == [("admin:camera:discovery_wanted", "cam-near")]


@pytest.mark.usefixtures("onvif")
def test_what_was_found_is_shown_where_it_is_not_what_is_registered_and_changes_nothing(phone, answer):
    admin = phone("admin")
    before = admin.get("/v1/cameras/cam-near").json
    main = stream("/main?b=2&a=1", codec="h264", width_px=1280, elsewhere="10.0.0.9")
    place = {"lat": 34.80001, "lon": 126.5}
    gate = [{"token": "gate", "name": "정문"}]
    answer(profiles=[main, stream("/third")], position=place, heading_deg=2.0, ptz=True, presets=gate)
    told = admin.get(PATH).json
    assert told["outcome"] == "found"
    assert [tuple(one.values()) for one in told["differences"]] == [
        ("lon", 126.4, 126.5),
        ("ptz", False, True),
        ("ptz_presets", [], ["gate"]),
        ("profiles.0.host", None, "10.0.0.9"),
        ("profiles.0.codec", "h265", "h264"),
        ("profiles.0.width_px", None, 1280),
        ("profiles.1.path", "/sub", None),
        ("profiles", None, "/third"),
    ]
    assert admin.get("/v1/cameras/cam-near").json == before


@pytest.mark.usefixtures("onvif")
@pytest.mark.parametrize(("heading", "is_other"), [(2.0, False), (354.0, False), (90.0, True)])
def test_a_heading_is_another_only_beyond_five_degrees(phone, answer, heading, is_other):
    answer(heading_deg=heading, profiles=[stream("/main?a=1", codec="h265"), stream("/sub")])
    found = [one["field"] for one in phone("admin").get(PATH).json["differences"]]
    assert found == (["bearing_deg"] if is_other else [])


def test_a_camera_without_an_onvif_port_is_not_asked(phone):
    refused = phone("admin").post(PATH)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (409, "discovery_unable", "onvif_port")


@pytest.mark.usefixtures("onvif")
def test_a_camera_that_refused_the_password_is_left_alone_for_half_an_hour(phone, answer, transaction, clock):
    answer("unauthorized")
    assert phone("admin").post(PATH).json["code"] == "discovery_unable"
    with transaction() as session:
        session.get(Discovery, "cam-near").found_at = clock() - timedelta(minutes=31)
    assert phone("admin").post(PATH).status_code == 202


@pytest.mark.usefixtures("onvif")
def test_to_another_agencys_administrator_the_camera_does_not_exist(phone, transaction):
    with transaction() as session:
        session.add(town.officer("admin112", Role.ADMIN, "room112"))
    for reply in (phone("admin112").post(PATH), phone("admin112").get(PATH)):
        assert (reply.status_code, reply.json["code"]) == (404, "camera_unknown")
    assert phone("kim").post(PATH).json["code"] == "role_missing"
