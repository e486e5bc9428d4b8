"""The OpenAPI document: true, whole, and kept by the server whatever is sent."""

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance  # bounds that no schema can say

from server import errors
from tests.server.channels import OPERATIONS
from tests.server.test_roles import MAY, OPEN

UNDOCUMENTED = {("GET", "/metrics"), ("GET", "/v1/docs"), ("GET", "/v1/openapi.json")}
ACCOUNTS = {  # who can do most at an address
    "/v1/access-requests": "supervisor",
    "/v1/agencies": "admin",
    "/v1/anomalies/{anomaly_id}/explanation": "kim",
    "/v1/anomalies": "auditor",
    "/v1/audit": "auditor",
    "/v1/reviews": "auditor",
    "/v1/break-glass": "kim",
    "/v1/cameras/{camera_id}/blackout": "centre",
    "/v1/centres/{centre_id}/blackout": "centre",
    "/v1/centres": "admin",
    "/v1/clients": "admin",
    "/v1/cameras": "admin",
    "/v1/auth/pin": "kim",
    "/v1/devices": "supervisor",
    "/v1/ankle-monitor": "cad112",
    "/v1/duties": "supervisor",
    "/v1/grants": "supervisor",
    "/v1/incidents": "cad112",
    "/v1/me": "kim",
    "/v1/officers": "admin",
    "/v1/plate-hits": "dispatcher",
    "/v1/plate-lookups": "dispatcher",
    "/v1/plate-reads": "centre",
    "/v1/playback": "supervisor",
    "/v1/sensor-events": "centre",
    "/v1/eido": "cad112",
    "/v1/webhooks": "admin",
    "/v1/services": "admin",
    "/v1/sharings": "cad112",
    "/v1/rooms": "supervisor",
    "/v1/colleagues": "supervisor",
    "/v1/streams": "kim",
    "/v1/units/": "kim",
    "/v1/units": "admin",
    "/v1/dispatches": "kim",
    "/v1/wanted-vehicles": "dispatcher",
    "/v1/vulnerable-persons": "dispatcher",
}

ROUTES = sorted(OPEN - UNDOCUMENTED | set(MAY))
CASES = 800  # of all routes and both modes, so that the time stays what it is however many routes there are
EXAMPLES = settings(
    max_examples=max(3, CASES // len(ROUTES) // 2),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture(scope="module")
def loaded():
    """The document, read once: it is the same for each application, and reading it takes longer than most cases."""
    return {}


@pytest.mark.process
@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_whatever_is_sent_the_server_keeps_to_its_document(route, app, phone, loaded):
    path = re.sub(r"<id:(\w+)>", r"{\1}", route[1])
    account = next((who for prefix, who in ACCOUNTS.items() if path.startswith(prefix)), None)
    who = phone(account)
    document = loaded.get("schema") or schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
    loaded["schema"], document.app = document, app
    for mode in GenerationMode:
        if route in OPEN and route[0] == "GET" and mode == GenerationMode.NEGATIVE:
            continue  # it takes nothing that could be wrong
        try_out(document[path][route[0]], mode, who)


def try_out(operation, mode, who):
    @EXAMPLES
    @given(operation.as_strategy(generation_mode=mode))
    def check(case):
        where = case.as_transport_kwargs()["path"]
        case.call_and_validate(
            headers={"X-Listener": "management"} | who.headers(case.method, where),
            excluded_checks=[positive_data_acceptance],
        )

    check()


@pytest.fixture
def spec(phone):
    return phone().get("/v1/openapi.json").json


def test_it_is_of_version_3_1_and_every_reference_is_there(spec):
    assert spec["openapi"].startswith("3.1.")
    references = set(re.findall(r"'#/components/schemas/([^']+)'", str(spec)))
    assert references <= set(spec["components"]["schemas"])


def test_every_operation_says_how_it_refuses(spec, app):
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            statuses = set(operation["responses"])
            assert {"400", "429", "500", "503"} <= statuses, (method, path)
            if "security" in operation:
                assert "401" in statuses, (method, path)
            if "requestBody" in operation:
                assert {"413", "422"} <= statuses, (method, path)
                assert operation["requestBody"]["required"] is True


def test_every_code_is_in_the_document_and_every_code_in_it_exists(spec):
    assert set(spec["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(errors.codes())
    said = set(re.findall(r"`(\w+)`", str(spec["paths"])))
    unsaid = {
        "playback_refused",
        "camera_invalid",
        "grant_invalid",
        "method_not_allowed",
    }  # heads of families; what no operation can say
    assert said == set(errors.codes()) - unsaid


def test_the_manual_shows_every_operation_and_fetches_nothing(phone, spec):
    page = phone().get("/v1/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    for path, operations in spec["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page.text
    assert "<script" not in page.text
    assert "src=" not in page.text
    assert not re.search(r'href="(?!#|/v1/)', page.text)


def test_every_operation_that_reads_is_in_a_channel(spec):
    """tests/nginx/test_channels.py tries each of them in the name of callers that must hear nothing."""
    reading = {path for path, operations in spec["paths"].items() if "get" in operations}
    assert reading == set(OPERATIONS), "say in tests/server/channels.py what it could let out"
