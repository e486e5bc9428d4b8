"""Every route and every account, and how far an administrator's arm is: a new route that is in no table fails here."""

import json

import pytest

from server.models import Centre, Device, Role
from tests import town

ANY = {"kim", "dispatcher", "supervisor", "auditor", "admin", "cad112"}
OPEN = {  # routes without a caller
    ("POST", "/v1/auth/token"),
    ("POST", "/v1/auth/revoke"),
    ("POST", "/v1/devices/enrolment"),
    ("GET", "/v1/auth/oidc"),
    ("POST", "/v1/auth/oidc"),
    ("POST", "/v1/auth/totp"),
    ("POST", "/v1/auth/totp/confirmation"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/v1/docs"),
}
MAY = {
    ("POST", "/v1/incidents"): {"dispatcher", "cad112"},
    ("GET", "/v1/incidents"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>"): {"dispatcher", "supervisor", "cad112"},
    ("PATCH", "/v1/incidents/<id:incident_id>"): {"dispatcher", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>/cameras"): {"dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/incidents/<id:incident_id>/dispatches"): {"dispatcher", "cad112"},
    ("POST", "/v1/incidents/<id:incident_id>/reports"): {"kim", "dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>/reports"): {"kim", "dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>/positions"): {"kim", "dispatcher", "supervisor", "cad112"},
    ("PUT", "/v1/incidents/<id:incident_id>/priority"): {"kim", "dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/incidents/<id:incident_id>/attachments"): {"dispatcher", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>/attachments"): {"kim", "dispatcher", "supervisor", "cad112"},
    ("DELETE", "/v1/incidents/<id:incident_id>/attachments/<id:attachment_id>"): {"dispatcher", "cad112"},
    ("POST", "/v1/incidents/<id:incident_id>/sharings"): {"dispatcher", "cad112"},
    ("GET", "/v1/sharings"): {"dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/sharings/<id:sharing_id>/acceptance"): {"dispatcher", "cad112"},
    ("DELETE", "/v1/sharings/<id:sharing_id>"): {"dispatcher", "cad112"},
    ("PATCH", "/v1/dispatches/<id:dispatch_id>"): {"kim", "supervisor"},
    ("DELETE", "/v1/dispatches/<id:dispatch_id>"): {"dispatcher", "cad112"},
    ("GET", "/v1/me"): ANY - {"cad112"},
    ("GET", "/v1/me/dispatches"): ANY - {"cad112"},
    ("POST", "/v1/preservation-requests"): {"kim", "supervisor"},
    ("GET", "/v1/preservation-requests"): {"kim", "supervisor"},
    ("PUT", "/v1/units/<id:unit_id>/position"): {"kim", "supervisor"},
    ("POST", "/v1/units/<id:unit_id>/passenger"): {"kim", "supervisor"},
    ("POST", "/v1/playback"): ANY,
    ("GET", "/v1/playback"): {"supervisor"},
    ("DELETE", "/v1/playback/<id:session_id>"): ANY,
    ("POST", "/v1/access-requests"): {"kim", "dispatcher", "supervisor"},
    ("GET", "/v1/access-requests"): {"kim", "dispatcher", "supervisor"},
    ("POST", "/v1/access-requests/<id:access_request_id>/answer"): {"supervisor"},
    ("POST", "/v1/grants/<id:grant_id>/approval"): {"supervisor"},
    ("POST", "/v1/grants/<id:grant_id>/explanation"): {"kim", "dispatcher", "supervisor"},
    ("POST", "/v1/break-glass"): {"kim", "dispatcher", "supervisor"},
    ("PUT", "/v1/agencies/<id:agency_id>/policy"): {"admin"},
    ("GET", "/v1/agencies/<id:agency_id>/jurisdiction"): {"admin", "supervisor"},
    ("PUT", "/v1/agencies/<id:agency_id>/jurisdiction"): {"admin"},
    ("POST", "/v1/grants/<id:grant_id>/renewal"): {"supervisor"},
    ("POST", "/v1/vulnerable-persons/alerts"): {"dispatcher", "cad112"},
    ("GET", "/v1/vulnerable-persons/alerts"): {"kim", "dispatcher", "supervisor"},
    ("GET", "/v1/vulnerable-persons/alerts/<id:alert_id>"): {"kim", "dispatcher", "supervisor"},
    ("PATCH", "/v1/vulnerable-persons/alerts/<id:alert_id>"): {"kim", "dispatcher", "supervisor"},
    ("GET", "/v1/vulnerable-persons/alerts/<id:alert_id>/photo"): {"kim", "dispatcher", "supervisor"},
    ("PUT", "/v1/vulnerable-persons/alerts/<id:alert_id>/photo"): {"dispatcher", "cad112"},
    ("POST", "/v1/vulnerable-persons/alerts/<id:alert_id>/positions"): {"dispatcher", "cad112"},
    ("POST", "/v1/vulnerable-persons/alerts/<id:alert_id>/escalation"): {"kim", "dispatcher", "supervisor"},
    ("GET", "/v1/services"): ANY - {"cad112"},
    ("PUT", "/v1/services/<id:service>/policy"): {"admin"},
    ("POST", "/v1/grants"): {"supervisor"},
    ("GET", "/v1/grants"): ANY,
    ("POST", "/v1/grants/<id:grant_id>/acceptance"): ANY,
    ("DELETE", "/v1/grants/<id:grant_id>"): {"supervisor"},
    ("GET", "/v1/streams/<id:camera_id>"): ANY,
    ("GET", "/v1/audit/events"): {"auditor"},
    ("GET", "/v1/audit/checkpoints"): {"auditor"},
    ("GET", "/v1/audit/verification"): {"auditor"},
    ("GET", "/v1/reviews"): {"auditor"},
    ("GET", "/v1/reviews/<id:review_id>"): {"auditor"},
    ("POST", "/v1/reviews/<id:review_id>/signature"): {"auditor"},
    ("POST", "/v1/anomalies"): {"auditor"},
    ("GET", "/v1/anomalies"): {"auditor"},
    ("POST", "/v1/anomalies/<id:anomaly_id>/explanation-demand"): {"auditor"},
    ("POST", "/v1/anomalies/<id:anomaly_id>/explanation"): {"kim", "dispatcher", "supervisor"},
    ("GET", "/v1/me/explanations"): {"kim", "dispatcher", "supervisor"},
    ("POST", "/v1/anomalies/<id:anomaly_id>/decision"): {"auditor"},
    ("GET", "/v1/audit/ledgers/viewing"): {"auditor"},
    ("GET", "/v1/audit/ledgers/provision"): {"auditor"},
    ("GET", "/v1/audit/ledgers/destruction"): {"auditor"},
    ("GET", "/v1/cameras"): {"admin"},
    ("POST", "/v1/cameras:import"): {"admin"},
    ("GET", "/v1/cameras/<id:camera_id>"): {"admin"},
    ("PUT", "/v1/cameras/<id:camera_id>"): {"admin"},
    ("POST", "/v1/cameras/<id:camera_id>/discovery"): {"admin"},
    ("GET", "/v1/cameras/<id:camera_id>/discovery"): {"admin"},
    ("POST", "/v1/cameras/<id:camera_id>/ptz"): {"kim", "dispatcher", "supervisor"},
    ("GET", "/v1/cameras/<id:camera_id>/ptz"): {"kim", "dispatcher", "supervisor"},
    ("DELETE", "/v1/cameras/<id:camera_id>/ptz"): {"kim", "dispatcher", "supervisor"},
    ("POST", "/v1/cameras/<id:camera_id>/ptz/moves"): {"kim", "dispatcher", "supervisor"},
    ("PUT", "/v1/cameras/<id:camera_id>/blackout"): {"supervisor"},
    ("PUT", "/v1/centres/<id:centre_id>/blackout"): {"supervisor"},
    ("PATCH", "/v1/officers/<id:officer_id>"): {"admin"},
    ("PUT", "/v1/auth/pin"): ANY - {"cad112"},
    ("POST", "/v1/auth/pin"): ANY - {"cad112"},
    ("POST", "/v1/devices"): {"admin", "supervisor"},
    ("GET", "/v1/devices"): {"admin", "supervisor"},
    ("POST", "/v1/devices/<id:device_id>/lost"): {"admin", "supervisor"},
    ("DELETE", "/v1/officers/<id:officer_id>/totp"): {"admin"},
    ("PUT", "/v1/officers/<id:officer_id>/identity"): {"admin"},
    ("PUT", "/v1/agencies/<id:agency_id>/provider"): {"admin"},
    ("DELETE", "/v1/agencies/<id:agency_id>/provider"): {"admin"},
    ("POST", "/v1/wanted-vehicles"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/wanted-vehicles"): {"dispatcher", "supervisor", "cad112"},
    ("PATCH", "/v1/wanted-vehicles/<id:wanted_vehicle_id>"): {"dispatcher", "supervisor", "cad112"},
    ("DELETE", "/v1/wanted-vehicles/<id:wanted_vehicle_id>"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/wanted-vehicles/<id:wanted_vehicle_id>/track"): {"dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/ankle-monitor/violations"): {"dispatcher", "cad112"},
    ("POST", "/v1/ankle-monitor/violations/<id:violation_id>/positions"): {"dispatcher", "cad112"},
    ("PATCH", "/v1/ankle-monitor/violations/<id:violation_id>"): {"dispatcher", "cad112"},
    ("GET", "/v1/ankle-monitor/violations/<id:violation_id>"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/duties"): {"kim", "dispatcher", "supervisor"},
    ("POST", "/v1/duties/<id:duty_id>/completion"): {"kim", "dispatcher", "supervisor"},
    ("POST", "/v1/plate-reads"): {"kim", "supervisor", "cad112"},
    ("GET", "/v1/plate-hits/<id:plate_hit_id>"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/plate-hits/<id:plate_hit_id>/crop"): {"dispatcher", "supervisor"},
    ("PATCH", "/v1/plate-hits/<id:plate_hit_id>"): {"dispatcher", "supervisor"},
    ("POST", "/v1/plate-lookups"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/plate-lookups"): {"auditor"},
    ("POST", "/v1/webhooks"): {"admin"},
    ("GET", "/v1/webhooks"): {"admin"},
    ("DELETE", "/v1/webhooks/<id:webhook_id>"): {"admin"},
    ("GET", "/v1/webhooks/<id:webhook_id>/deliveries"): {"admin"},
    ("POST", "/v1/eido"): {"dispatcher", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>/eido"): {"dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/sensor-events"): {"supervisor", "cad112"},
    ("GET", "/v1/sensor-events"): {"kim", "supervisor", "cad112"},
    ("POST", "/v1/sensor-events/<id:sensor_event_id>/incident"): {"kim", "supervisor"},
    ("GET", "/v1/centres/<id:centre_id>/sensor-rules"): {"admin"},
    ("PUT", "/v1/centres/<id:centre_id>/sensor-rules"): {"admin"},
    ("GET", "/v1/incidents/<id:incident_id>/units"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/units"): {"dispatcher", "supervisor", "admin", "cad112"},
    ("POST", "/v1/units"): {"admin"},
    ("GET", "/v1/rooms"): {"kim", "dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/colleagues"): {"supervisor"},
    ("GET", "/v1/agencies"): {"admin"},
    ("POST", "/v1/agencies"): {"admin"},
    ("GET", "/v1/centres"): {"admin"},
    ("POST", "/v1/centres"): {"admin"},
    ("PATCH", "/v1/centres/<id:centre_id>"): {"admin"},
    ("GET", "/v1/centres/<id:centre_id>/cameras"): ANY - {"auditor", "cad112"},
    ("GET", "/v1/officers"): {"admin"},
    ("POST", "/v1/officers"): {"admin"},
    ("PUT", "/v1/officers/<id:officer_id>/password"): {"admin"},
    ("POST", "/v1/clients"): {"admin"},
    ("POST", "/v1/clients/<id:client_id>/secret"): {"admin"},
    ("POST", "/v1/cap"): {"dispatcher", "cad112"},
    ("GET", "/v1/cap-senders"): {"admin"},
    ("POST", "/v1/cap-senders"): {"admin"},
    ("DELETE", "/v1/cap-senders/<id:cap_sender_id>"): {"admin"},
    ("PUT", "/v1/me/password"): ANY - {"cad112"},
}


def _to_nothing(route):
    return route[0], route[1].replace("<id:", "x-").replace(">", "")


def test_every_route_is_in_the_table(app):
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert routes == OPEN | set(MAY)


@pytest.mark.parametrize("route", MAY, ids=" ".join)
def test_a_route_takes_those_in_the_table_and_nobody_else(route, phone):
    method, path = _to_nothing(route)
    assert phone().call(method, path).json["code"] == "token_missing"
    refused = {account for account in ANY if phone(account).call(method, path).json.get("code") == "role_missing"}
    assert ANY - refused == MAY[route]


CAMERA = {
    "centre_id": "THEIRS",
    "name": "목포역 앞",
    "lat": 34.79,
    "lon": 126.38,
    "rtsp": {"host": "10.46.7.7", "username": None},
    "profiles": [{"name": "main", "path": "/1"}],
}
SHEET = "id,name,lat,lon,host,main_path\n"
THEIRS = {  # what is somebody else's, and what is asked of it: in the path, the query or the body
    ("PUT", "/v1/agencies/<id:agency_id>/policy"): ("station", {"approval": "always"}),
    ("GET", "/v1/agencies/<id:agency_id>/jurisdiction"): ("station", None),
    ("PUT", "/v1/agencies/<id:agency_id>/provider"): (
        "station",
        {"issuer": "https://mine.example", "client_id": "we", "client_secret": "secret"},
    ),
    ("DELETE", "/v1/agencies/<id:agency_id>/provider"): ("station", None),
    ("PATCH", "/v1/officers/<id:officer_id>"): ("kim", {"enabled": False}),
    ("PUT", "/v1/officers/<id:officer_id>/password"): ("kim", {"reason": "forgotten"}),
    ("PUT", "/v1/officers/<id:officer_id>/identity"): ("kim", {"external_id": "mine"}),
    ("DELETE", "/v1/officers/<id:officer_id>/totp"): ("kim", None),
    ("POST", "/v1/devices"): ("station", {"label": "단말", "agency_id": "THEIRS"}),
    ("POST", "/v1/devices/<id:device_id>/lost"): ("tablet", None),
    ("GET", "/v1/cameras/<id:camera_id>"): ("cam-near", None),
    ("GET", "/v1/cameras/<id:camera_id>/discovery"): ("cam-near", None),
    ("PUT", "/v1/cameras/<id:camera_id>"): ("centre", CAMERA),
    ("POST", "/v1/cameras:import"): ("centre", SHEET),
    ("GET", "/v1/centres/<id:centre_id>/sensor-rules"): ("centre", None),
    ("PUT", "/v1/centres/<id:centre_id>/sensor-rules"): ("centre", {"rules": []}),
    ("PATCH", "/v1/centres/<id:centre_id>"): ("centre", {"max_pulls": 4}),
}
LISTS = {("GET", "/v1/cameras"), ("GET", "/v1/devices")}  # of one's own
REGISTRY = {  # test_registry.py and test_service_policy.py say what is done there for which agency
    ("POST", "/v1/webhooks"),  # test_webhooks.py
    ("POST", "/v1/cameras/<id:camera_id>/discovery"),  # test_discovery.py
    ("GET", "/v1/webhooks"),
    ("DELETE", "/v1/webhooks/<id:webhook_id>"),
    ("GET", "/v1/webhooks/<id:webhook_id>/deliveries"),
    ("PUT", "/v1/services/<id:service>/policy"),
    ("GET", "/v1/officers"),
    ("POST", "/v1/officers"),
    ("GET", "/v1/agencies"),
    ("POST", "/v1/units"),
    ("GET", "/v1/units"),
}


@pytest.fixture
def strangers_admin(phone, transaction, clock):
    """The administrator of the 112 room, which has neither Kim nor a device nor a centre."""
    with transaction() as session:
        session.add(town.officer("admin112", Role.ADMIN, "room112"))
        session.add(
            Device(
                id="tablet",
                agency_id="station",
                label="단말",
                made_at=clock(),
                made_by="admin",
                code_until=clock(),
                wrong_codes=0,
            )
        )
    return phone("admin112")


def told(caller, route, its_id):
    """The status and what the caller is told when they ask for that."""
    method, rule = route
    _, body = THEIRS[route]
    path = "/".join(its_id if step.startswith("<id:") else step for step in rule.split("/"))
    if isinstance(body, str):
        reply = caller.call(
            method, f"{path}?centre_id={its_id}", data=body.encode(), headers={"Content-Type": "text/csv"}
        )
    else:
        reply = caller.call(method, path, json.loads(json.dumps(body).replace("THEIRS", its_id)))
    said = {name: (reply.json or {}).get(name) for name in ("code", "detail", "field")}
    return reply.status_code, said


def test_an_administrator_of_one_agency_gets_no_further_than_the_tables(strangers_admin):
    administrators = {route for route, who in MAY.items() if "admin" in who and "kim" not in who}
    told_off = {
        route
        for route in administrators
        if strangers_admin.call(*_to_nothing(route)).json.get("code") == "role_missing"
    }
    assert set(THEIRS) | LISTS <= administrators - told_off <= set(THEIRS) | LISTS | REGISTRY


@pytest.mark.parametrize("route", THEIRS, ids=" ".join)
def test_what_is_another_agencys_does_not_exist_for_an_administrator(route, strangers_admin, phone):
    theirs = THEIRS[route][0]
    status, said = told(strangers_admin, route, theirs)
    unknown, alike = told(strangers_admin, route, "unheard-of")
    assert (status, said) == (unknown, alike | {"detail": alike["detail"].replace("unheard-of", theirs)})
    assert status in {404, 422}
    assert said["code"].endswith("_unknown")
    assert told(phone("admin"), route, theirs)[0] < 300, "the province's administrator looks after everybody"


@pytest.mark.parametrize("route", sorted(LISTS), ids=" ".join)
def test_an_administrator_lists_what_is_their_own(route, strangers_admin, phone):
    assert strangers_admin.get(route[1]).json["items"] == []
    assert phone("admin").get(route[1]).json["items"] != []


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/services/police_112/policy", {"grace_s": 60}), ("/v1/agencies/room112/jurisdiction", {"centres": []})],
)
def test_what_reaches_beyond_an_agency_only_the_province_settles(path, body, strangers_admin, phone):
    assert strangers_admin.put(path, body).json["code"] == "role_missing"
    assert phone("admin").put(path, body).status_code == 200


def test_an_agencys_administrator_looks_after_their_own(strangers_admin):
    assert strangers_admin.put("/v1/agencies/room112/policy", {"approval": "always"}).status_code == 200
    assert strangers_admin.put("/v1/officers/supervisor/identity", {"external_id": "s"}).status_code == 200
    assert strangers_admin.get("/v1/agencies/room112/jurisdiction").json["centres"] == ["centre"]


def test_a_centres_administrator_takes_no_camera_of_another_centre(phone, transaction):
    with transaction() as session:
        there = {"lat": 34.7, "lon": 127.6, "networks": town.NETWORKS}
        session.add(Centre(id="other", code="46130", name="여수시", name_en="Yeosu", **there))
        session.flush()
        session.add_all([town.camera("theirs", 0, 40, centre_id="other"), town.officer("mine", Role.ADMIN, "control")])
    admin = phone("mine")
    mine, others = CAMERA | {"centre_id": "centre"}, CAMERA | {"centre_id": "other"}
    assert admin.put("/v1/cameras/new", mine).status_code == 201
    assert admin.put("/v1/cameras/theirs", mine).json["code"] == "centre_not_yours"
    assert {admin.put(f"/v1/cameras/{one}", others).json["code"] for one in ("new", "theirs")} == {"centre_unknown"}
    assert "theirs" not in {one["id"] for one in admin.get("/v1/cameras").json["items"]}
