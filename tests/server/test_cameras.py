"""Registering cameras over the API: what is taken, what is refused and how, and where the password never is."""

import copy
import json
import sqlite3
from hashlib import sha256

import pytest
from sqlalchemy import select

from server.cameras import near
from server.cameras.credentials import Vault
from server.models import AuditEvent, Camera, Centre, IdempotencyKey
from tests import town

PASSWORD = "canary 'p@ss:%41 비밀"
URL = "/v1/cameras/cam-new"
BODY = {
    "purpose": "crime_prevention",
    "night_vision": True,
    "centre_id": "centre",
    "name": "목포역 앞",
    "lat": 34.79105,
    "lon": 126.38715,
    "bearing_deg": 90,
    "fov_deg": 60.5,
    "range_m": 120,
    "enabled": True,
    "warm": True,
    "masks": [[[0, 0], [0.25, 0], [0.25, 1]]],
    "rtsp": {"host": "10.46.7.7", "port": 8554, "username": "viewer", "password": PASSWORD},
    "onvif_port": 80,
    "ptz": True,
    "ptz_home": "gate",
    "ptz_presets": [{"token": "gate", "name": "정문"}],
    "profiles": [
        {
            "name": "main",
            "path": "/Streaming/Channels/101",
            "codec": "h264",
            "width_px": 1920,
            "height_px": 1080,
            "fps": 15,
            "bitrate_bps": 4000000,
            "gop_frames": 30,
            "b_frames": False,
            "codecs": "avc1.4D4028",
        },
        {"name": "sub", "path": "/Streaming/Channels/102", "codec": "h265", "width_px": 640, "height_px": 360},
    ],
}
NOTHING = object()


def changed(path, value):
    """The good body with one field changed, or taken out."""
    target = body = copy.deepcopy(BODY)
    *parents, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in parents:
        target = target[step]
    if value is NOTHING:
        del target[last]
    else:
        target[last] = value
    return body


@pytest.fixture
def admin(phone):
    return phone("admin")


@pytest.fixture
def row(read):
    def find(camera_id="cam-new"):
        with read() as session:
            return session.get(Camera, camera_id)

    return find


@pytest.mark.usefixtures("any_database")
def test_a_camera_is_registered_shown_and_found_where_it_stands(admin, row, read, data_dir):
    reply = admin.put(URL, BODY)
    assert reply.status_code == 201, reply.text
    shown = copy.deepcopy(BODY) | {"id": "cam-new", "health": "ok"}
    del shown["rtsp"]["password"]
    shown["rtsp"]["has_password"] = True
    shown["profiles"][1] |= dict.fromkeys(("fps", "bitrate_bps", "gop_frames", "b_frames", "codecs"))
    assert reply.json == shown
    assert admin.get(URL).json == shown
    assert Vault(data_dir).open(row().rtsp_password_sealed) == PASSWORD
    with read() as session:
        found = near.around(session, BODY["lat"], BODY["lon"], radius_m=50)
    assert [candidate.id for candidate in found] == ["cam-new"]


@pytest.mark.usefixtures("any_database")
def test_putting_it_again_changes_nothing_and_putting_it_otherwise_replaces_it(admin, row):
    admin.put(URL, BODY)
    again = admin.put(URL, BODY)
    assert (again.status_code, again.json) == (200, admin.get(URL).json)
    least = {name: BODY[name] for name in ("centre_id", "name", "lat", "lon")} | {
        "rtsp": {"host": "fd46:0::7", "username": None},
        "profiles": [{"name": "main", "path": "/"}],
    }
    replaced = admin.put(URL, least)
    assert replaced.status_code == 200
    assert replaced.json["rtsp"] == {"host": "fd46::7", "port": 554, "username": None, "has_password": False}
    assert (replaced.json["masks"], replaced.json["warm"], replaced.json["onvif_port"]) == ([], False, None)
    assert (replaced.json["purpose"], replaced.json["night_vision"]) == ("crime_prevention", True), (
        "what is known stays"
    )
    assert row().rtsp_password_sealed is None


def test_a_moved_camera_is_found_at_its_new_place(admin, read):
    admin.put(URL, BODY)
    admin.put(URL, BODY | {"lat": 34.9, "lon": 126.5})
    with read() as session:
        assert near.around(session, BODY["lat"], BODY["lon"], radius_m=50) == []
        assert [one.id for one in near.around(session, 34.9, 126.5, radius_m=50)] == ["cam-new"]


def test_a_retired_camera_is_shown_to_nobody(admin, phone):
    cad = phone("cad112")
    admin.put(URL, BODY)
    at = {"location": {"lat": BODY["lat"], "lon": BODY["lon"]}}
    before = cad.post("/v1/incidents", town.report(**at)).json
    admin.put(URL, BODY | {"enabled": False})
    after = cad.post("/v1/incidents", town.report(**at, external_id="2")).json
    assert "cam-new" in {camera["camera_id"] for camera in before["cameras"]}
    assert "cam-new" not in {camera["camera_id"] for camera in after["cameras"]}


BAD = [
    ("an unknown field", changed("colour", "red"), "invalid_request", "colour"),
    ("a missing name", changed("name", NOTHING), "invalid_request", "name"),
    ("a line break in the name", changed("name", "a\nb"), "invalid_request", "name"),
    ("a place elsewhere", changed("lat", 91), "position_outside_korea", "lat"),
    ("an infinite place", changed("lon", float("inf")), "invalid_request", "lon"),
    ("a view of no width", changed("fov_deg", 0), "invalid_request", "fov_deg"),
    ("a view without end", changed("range_m", 1e9), "invalid_request", "range_m"),
    ("a word for a truth", changed("warm", "yes"), "invalid_request", "warm"),
    ("a port in quotes", changed("rtsp.port", "554"), "invalid_request", "rtsp.port"),
    ("port 0", changed("rtsp.port", 0), "invalid_request", "rtsp.port"),
    ("a port too high", changed("onvif_port", 65536), "invalid_request", "onvif_port"),
    ("no word about a user", changed("rtsp.username", NOTHING), "invalid_request", "rtsp.username"),
    ("a colon in the user name", changed("rtsp.username", "a:b"), "invalid_request", "rtsp.username"),
    ("a line break in the password", changed("rtsp.password", "canary\r\n"), "invalid_request", "rtsp.password"),
    ("a password too long", changed("rtsp.password", "canary" * 11), "invalid_request", "rtsp.password"),
    ("an empty password", changed("rtsp.password", ""), "invalid_request", "rtsp.password"),
    ("a password in a list", changed("rtsp.password", ["canary"]), "invalid_request", "rtsp.password"),
    ("half a character", changed("rtsp.password", "canary\ud800"), "invalid_request", "rtsp.password"),
    ("a password for nobody", changed("rtsp.username", None), "camera_password_needed", "rtsp.username"),
    ("a user without password", changed("rtsp.password", NOTHING), "camera_password_needed", "rtsp.password"),
    ("an unknown centre", changed("centre_id", "nowhere"), "centre_unknown", "centre_id"),
    ("a URL for a host", changed("rtsp.host", "rtsp://10.46.7.7"), "camera_host_invalid", "rtsp.host"),
    ("a host with its user", changed("rtsp.host", "u:canary@10.46.7.7"), "camera_host_invalid", "rtsp.host"),
    ("a host with its port", changed("rtsp.host", "10.46.7.7:554"), "camera_host_invalid", "rtsp.host"),
    ("a host with a path", changed("rtsp.host", "10.46.7.7/x"), "camera_host_invalid", "rtsp.host"),
    ("a host with a space", changed("rtsp.host", "10.46.7.7 "), "camera_host_invalid", "rtsp.host"),
    ("no host", changed("rtsp.host", ""), "camera_host_invalid", "rtsp.host"),
    ("a host name", changed("rtsp.host", "camera.mokpo.example"), "camera_outside_networks", "rtsp.host"),
    ("an address elsewhere", changed("rtsp.host", "10.47.0.1"), "camera_outside_networks", "rtsp.host"),
    ("the metadata of a cloud", changed("rtsp.host", "169.254.169.254"), "camera_outside_networks", "rtsp.host"),
    ("no profile", changed("profiles", []), "camera_profile_invalid", "profiles"),
    ("two of one name", changed("profiles.1.name", "main"), "camera_profile_invalid", "profiles.1.name"),
    ("a path without a slash", changed("profiles.0.path", "x"), "camera_profile_invalid", "profiles.0.path"),
    ("a word for a size", changed("profiles.0.width_px", "1920"), "invalid_request", "profiles.0.width_px"),
    ("a size cut in two", changed("profiles.0.height_px", None), "camera_profile_invalid", "profiles.0.height_px"),
    ("half a pixel", changed("profiles.0.width_px", 1.5), "invalid_request", "profiles.0.width_px"),
    ("a picture too wide", changed("profiles.0.width_px", 4097), "camera_profile_too_large", "profiles.0.width_px"),
    ("a picture too high", changed("profiles.1.height_px", 8192), "camera_profile_too_large", "profiles.1.height_px"),
    ("too many frames", changed("profiles.0.fps", 61), "camera_profile_invalid", "profiles.0.fps"),
    ("no frames", changed("profiles.0.fps", 0), "camera_profile_invalid", "profiles.0.fps"),
    ("a group too long", changed("profiles.0.gop_frames", 1001), "camera_profile_invalid", "profiles.0.gop_frames"),
    ("bits too few", changed("profiles.0.bitrate_bps", 64), "camera_profile_invalid", "profiles.0.bitrate_bps"),
    ("an unknown codec", changed("profiles.1.codec", "vp9"), "camera_codec_unknown", "profiles.1.codec"),
    ("codecs of another", changed("profiles.0.codecs", "vp09.00"), "camera_profile_invalid", "profiles.0.codecs"),
    ("a mask outside", changed("masks.0.1.0", 1.01), "camera_mask_outside", "masks.0.1"),
    ("a mask in pixels", changed("masks.0", [[0, 0], [640, 0], [640, 360]]), "camera_mask_outside", "masks.0.1"),
    ("a mask of two points", changed("masks.0", [[0, 0], [1, 1]]), "camera_mask_invalid", "masks.0"),
    ("a mask without area", changed("masks.0", [[0, 0], [0.5, 0.5], [1, 1]]), "camera_mask_invalid", "masks.0"),
    ("a point of three", changed("masks.0.0", [0, 0, 0]), "invalid_request", "masks.0.0"),
    ("too many masks", changed("masks", BODY["masks"] * 17), "camera_mask_invalid", "masks"),
]


@pytest.mark.parametrize("exists", [False, True], ids=["new", "replaced"])
@pytest.mark.parametrize(("what", "body", "code", "field"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_camera_names_the_field_and_leaves_nothing(what, body, code, field, *, exists, admin, row, read):
    if exists and what == "a user without password":
        pytest.skip("that is how a password is kept")
    if exists:
        admin.put(URL, BODY)
    before = vars(row()) | {"_sa_instance_state": None} if exists else None
    reply = admin.put(URL, data=json.dumps(body), content_type="application/json")
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, code, field), reply.text
    assert reply.json["detail"]
    assert "canary" not in reply.text
    assert (vars(row()) | {"_sa_instance_state": None} if exists else row()) == before
    with read() as session:
        assert session.scalars(select(AuditEvent.subject)).all()[-1]["code"] == code


def test_a_centre_without_networks_takes_no_camera(admin, transaction):
    with transaction() as session:
        session.get(Centre, "centre").networks = []
    reply = admin.put(URL, BODY)
    assert (reply.json["code"], reply.json["field"]) == ("camera_outside_networks", "rtsp.host")
    assert "register them first" in reply.json["detail"]


def test_an_id_too_long_for_the_table_is_refused(admin):
    assert admin.put(f"/v1/cameras/{'a' * 40}", BODY).status_code == 201
    reply = admin.put(f"/v1/cameras/{'a' * 41}", BODY)
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, "invalid_request", "camera_id")


def test_a_camera_that_nobody_knows(admin):
    reply = admin.get("/v1/cameras/unheard-of")
    assert (reply.status_code, reply.json["code"]) == (404, "camera_unknown")


KEPT = {"host": "10.46.7.7", "port": 8554, "username": "viewer"}


def test_a_missing_password_is_the_one_that_is_stored(admin, row, data_dir):
    admin.put(URL, BODY)
    reply = admin.put(URL, BODY | {"rtsp": KEPT, "name": "새 이름"})
    assert (reply.status_code, reply.json["rtsp"]["has_password"]) == (200, True)
    assert Vault(data_dir).open(row().rtsp_password_sealed) == PASSWORD


@pytest.mark.parametrize("other", [{"host": "10.46.7.8"}, {"port": 554}, {"username": "admin"}], ids=str)
def test_a_stored_password_is_sent_to_no_other_door(other, admin, row):
    admin.put(URL, BODY)
    sealed = row().rtsp_password_sealed
    reply = admin.put(URL, BODY | {"rtsp": KEPT | other})
    assert (reply.status_code, reply.json["code"]) == (422, "camera_password_needed")
    assert (row().rtsp_host, row().rtsp_password_sealed) == ("10.46.7.7", sealed)
    assert admin.put(URL, BODY | {"rtsp": KEPT | other | {"password": "new"}}).status_code == 200


def test_no_user_name_takes_the_password_away(admin, row):
    admin.put(URL, BODY)
    admin.put(URL, BODY | {"rtsp": KEPT | {"username": None}})
    assert (row().rtsp_username, row().rtsp_password_sealed) == (None, None)
    reply = admin.put(URL, BODY | {"rtsp": KEPT})
    assert reply.json["code"] == "camera_password_needed"


def test_every_change_is_on_record_by_the_names_of_what_changed(admin, read):
    admin.put(URL, BODY)
    admin.put(URL, BODY | {"rtsp": KEPT, "warm": False, "masks": []})
    admin.put(URL, BODY | {"rtsp": KEPT, "warm": False, "masks": []})
    with read() as session:
        rows = session.scalars(
            select(AuditEvent).where(AuditEvent.tag.startswith("admin:camera")).order_by("seq")
        ).all()
    assert [(row.tag, row.actor_id, row.subject) for row in rows] == [
        (f"admin:camera:{done}", "admin", {"camera": "cam-new", "centre": "centre", "changed": names})
        for done, names in (("registered", []), ("changed", ["masks", "warm"]), ("changed", []))
    ]


def test_the_password_is_in_no_answer_no_log_and_nowhere_in_the_database(admin, data_dir, engine, capsys, caplog):
    with_key = {"headers": {"Idempotency-Key": "once"}}
    answers = [
        admin.put(URL, BODY, **with_key),
        admin.put(URL, BODY, **with_key),
        admin.put(URL, changed("rtsp.port", "x")),
        admin.put(URL, changed("rtsp.host", "10.47.0.1")),
        admin.get(URL),
        admin.get("/v1/cameras"),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 422, 422, 200, 200]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    engine.dispose()
    with sqlite3.connect(data_dir / "goldentime.db") as database:
        dump = "\n".join(database.iterdump())
    said = "".join(answer.text + str(answer.headers) for answer in answers) + "".join(capsys.readouterr()) + caplog.text
    for secret in (PASSWORD, "canary", json.dumps(PASSWORD)[1:-1]):
        assert secret not in said
        assert secret not in dump


def test_a_stored_request_does_not_help_to_guess_the_password(admin, read):
    body = json.dumps(BODY)
    admin.put(URL, data=body, content_type="application/json", headers={"Idempotency-Key": "once"})
    with read() as session:
        stored = session.scalars(select(IdempotencyKey)).one()
    assert stored.request_hash != sha256(b"\0".join([b"PUT", URL.encode(), body.encode()])).hexdigest()
