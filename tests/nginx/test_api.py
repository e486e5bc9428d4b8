import json
import socket
import ssl
import urllib.request

import pytest

from deploy import nginx
from tests.nginx.conftest import running
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx


def test_a_call_reaches_the_api_with_its_query_body_and_own_headers(front):
    headers = [
        "Authorization: Bearer t",
        "DPoP: a.b.c",
        "Idempotency-Key: k",
        "Content-Type: application/json",
        "Accept: a/b",
        "Accept-Language: ko",
        'If-Match: "3"',
    ]
    reply = ask(front.port, "/v1/incidents?limit=2", method="POST", headers=headers, body=b"{}")
    heard = json.loads(reply.body)
    assert (heard["method"], heard["path"], heard["length"]) == ("POST", "/v1/incidents?limit=2", 2)
    for name, value in {
        "authorization": "Bearer t",
        "dpop": "a.b.c",
        "idempotency-key": "k",
        "content-type": "application/json",
        "accept-language": "ko",
        "if-match": '"3"',
        "x-real-ip": "127.0.0.1",
        "x-forwarded-proto": "http",
    }.items():
        assert heard["headers"][name] == value
    assert heard["headers"]["x-request-id"] == reply.headers["x-request-id"]


@pytest.mark.parametrize(
    "forged",
    [
        "X-Request-ID: mine",
        "X_Request_ID: mine",
        "X-Real-IP: 10.0.0.1",
        "X_Real_IP: 10.0.0.1",
        "X-Forwarded-For: 10.0.0.1",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: evil",
        "X-Forwarded-Prefix: /evil",
        "Forwarded: for=10.0.0.1",
        "X-Session: mine",
        "X-Camera: mine",
        "X-User: admin",
        "Proxy: http://evil",
        "Cookie: mine=1",
    ],
)
def test_no_trusted_header_of_the_caller_reaches_the_api(front, forged):
    reply = ask(front.port, "/v1/me", headers=[forged])
    value = forged.rsplit(": ", 1)[1]
    assert value not in json.loads(reply.body)["headers"].values()


def test_the_apis_answer_cannot_send_nginx_elsewhere(front):
    reply = ask(front.port, "/v1/me")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/healthz", "/readyz", "/v1/openapi.json"])
def test_the_public_documents_come_from_the_api(front, path):
    assert json.loads(ask(front.port, path).body)["path"] == path


def test_events_come_from_their_own_pool(front):
    before = len(front.events.seen)
    assert ask(front.port, "/v1/events", headers=["Last-Event-ID: 7"]).status == 200
    assert len(front.events.seen) == before + 1
    assert ("Last-Event-ID", "7") in front.events.seen[-1][2]


@pytest.mark.parametrize("path", ["/metrics", "/internal/gate", "/_gate", "/v1/../metrics", "/v1/..%2finternal/gate"])
def test_what_is_ours_alone_is_not_found_from_outside(front, path):
    before = len(front.api.seen), len(front.gate.seen)
    assert ask(front.port, path).status == 404
    assert (len(front.api.seen), len(front.gate.seen)) == before


def test_too_large_a_body_is_a_problem_and_stops_at_nginx(front):
    before = len(front.api.seen)
    reply = ask(front.port, "/v1/incidents", method="POST", headers=["Content-Length: 5000000"])
    problem = json.loads(reply.body)
    assert (reply.status, problem["code"]) == (413, "body_too_large")
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert len(front.api.seen) == before


def test_a_dead_api_is_a_problem_that_may_be_tried_again(fresh):
    fresh.api.stop()
    reply = ask(fresh.port, "/v1/me")
    assert (reply.status, json.loads(reply.body)["code"]) == (503, "server_unavailable")
    assert reply.headers["retry-after"] == "1"


def test_guessing_passwords_is_slowed_down():
    with running(nginx.Options(limits=nginx.Limits(logins_per_s=1))) as front:
        replies = [ask(front.port, "/v1/auth/token", method="POST", body=b"x") for _ in range(12)]
    assert [reply.status for reply in replies[:5]] == [200] * 5
    assert replies[-1].status == 429
    assert json.loads(replies[-1].body)["code"] == "too_many_requests"


def test_one_session_cannot_flood_the_gate():
    sid = "A" * 22
    with running(nginx.Options(limits=nginx.Limits(media_per_s=1))) as front:
        statuses = [ask(front.port, f"/live/{sid}/camA/still.jpg").status for _ in range(12)]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses


def test_with_a_certificate_it_speaks_tls_and_offers_http_2(certificate):
    pem, key = certificate
    with running(nginx.Options(certificate=pem, key=key)) as front:
        context = ssl.create_default_context(cafile=pem)
        context.set_alpn_protocols(["h2"])
        with (
            socket.create_connection(("127.0.0.1", front.port)) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            assert secure.selected_alpn_protocol() == "h2"
        plain_http = ssl.create_default_context(cafile=pem)
        with urllib.request.urlopen(f"https://127.0.0.1:{front.port}/healthz", context=plain_http) as reply:
            assert reply.headers["Strict-Transport-Security"] == "max-age=31536000"
            assert json.loads(reply.read())["headers"]["x-forwarded-proto"] == "https"
