"""What only administrators and auditors may do is not there for a tablet, whoever holds it."""

import pytest

from tests.server.test_roles import MAY

MANAGING = sorted(route for route, accounts in MAY.items() if accounts <= {"admin", "auditor"})


def address(route):
    return route[0], route[1].replace("<id:", "x-").replace(">", "")


@pytest.mark.parametrize("listener", ["public", "", "Management", "management, public"])
@pytest.mark.parametrize("account", [None, "admin", "auditor"])
def test_no_listener_but_one_finds_a_route_of_theirs(listener, account, phone):
    someone = phone(account)
    nowhere = someone.get("/v1/nothing").json
    for method, path in [*map(address, MANAGING), ("GET", "/metrics")]:
        reply = someone.call(method, path, headers={"X-Listener": listener})
        assert (reply.status_code, reply.json["code"]) == (404, "not_found"), path
        assert {**reply.json, "request_id": ""} == {**nowhere, "request_id": ""}


@pytest.mark.parametrize("route", sorted(set(MAY) - set(MANAGING)), ids=" ".join)
def test_what_others_may_do_is_everywhere(route, phone):
    method, path = address(route)
    assert phone().call(method, path, headers={"X-Listener": "public"}).json["code"] == "token_missing"


def test_the_document_says_which_they_are(phone):
    spec = phone().get("/v1/openapi.json").json["paths"]
    said = {
        (method.upper(), path.replace("{", "<id:").replace("}", ">"))
        for path, operations in spec.items()
        for method, operation in operations.items()
        if operation.get("x-listener") == "management"
    }
    assert said == set(MANAGING)
    assert len(said) >= 7


def test_metrics_are_there_for_the_management_listener(phone):
    reply = phone().get("/metrics")
    assert (reply.status_code, reply.mimetype) == (200, "text/plain")
    assert "goldentime_incidents_open 0.0" in reply.text
