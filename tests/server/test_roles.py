"""Every route and every account: a new route that is not in the table fails here."""

import pytest

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
    ("GET", "/v1/incidents/<id:incident_id>"): {"dispatcher", "supervisor", "cad112"},
    ("PATCH", "/v1/incidents/<id:incident_id>"): {"dispatcher", "cad112"},
    ("GET", "/v1/incidents/<id:incident_id>/cameras"): {"dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/incidents/<id:incident_id>/dispatches"): {"dispatcher", "cad112"},
    ("POST", "/v1/incidents/<id:incident_id>/sharings"): {"dispatcher", "cad112"},
    ("GET", "/v1/sharings"): {"dispatcher", "supervisor", "cad112"},
    ("POST", "/v1/sharings/<id:sharing_id>/acceptance"): {"dispatcher", "cad112"},
    ("DELETE", "/v1/sharings/<id:sharing_id>"): {"dispatcher", "cad112"},
    ("PATCH", "/v1/dispatches/<id:dispatch_id>"): {"kim", "supervisor"},
    ("DELETE", "/v1/dispatches/<id:dispatch_id>"): {"dispatcher", "cad112"},
    ("GET", "/v1/me/dispatches"): ANY - {"cad112"},
    ("PUT", "/v1/units/<id:unit_id>/position"): {"kim", "supervisor"},
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
    ("GET", "/v1/services"): ANY - {"cad112"},
    ("PUT", "/v1/services/<id:service>/policy"): {"admin"},
    ("POST", "/v1/grants"): {"supervisor"},
    ("GET", "/v1/grants"): ANY,
    ("POST", "/v1/grants/<id:grant_id>/acceptance"): ANY,
    ("DELETE", "/v1/grants/<id:grant_id>"): {"supervisor"},
    ("GET", "/v1/streams/<id:camera_id>"): ANY,
    ("GET", "/v1/audit/events"): {"auditor"},
    ("GET", "/v1/audit/checkpoints"): {"auditor"},
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
    ("POST", "/v1/plate-reads"): {"kim", "supervisor", "cad112"},
    ("GET", "/v1/plate-hits/<id:plate_hit_id>"): {"dispatcher", "supervisor", "cad112"},
    ("PATCH", "/v1/plate-hits/<id:plate_hit_id>"): {"dispatcher", "supervisor"},
    ("POST", "/v1/plate-lookups"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/plate-lookups"): {"auditor"},
    ("GET", "/v1/incidents/<id:incident_id>/units"): {"dispatcher", "supervisor", "cad112"},
    ("GET", "/v1/units"): {"dispatcher", "supervisor", "admin", "cad112"},
}


def test_every_route_is_in_the_table(app):
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert routes == OPEN | set(MAY)


@pytest.mark.parametrize("route", MAY, ids=" ".join)
def test_a_route_takes_those_in_the_table_and_nobody_else(route, phone):
    method, path = route[0], route[1].replace("<id:", "x-").replace(">", "")
    assert phone().call(method, path).json["code"] == "token_missing"
    refused = {account for account in ANY if phone(account).call(method, path).json.get("code") == "role_missing"}
    assert ANY - refused == MAY[route]
