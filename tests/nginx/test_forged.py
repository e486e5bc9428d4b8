"""Forged headers and smuggled requests: nginx in front of a real gunicorn, which must hear one request for each it is sent."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nginx.conftest import SID, running, until
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx
ROOT = Path(__file__).parents[2]
SENT_ON = re.findall(r"^proxy_set_header (\S+)", (ROOT / "nginx/snippets/call.conf").read_text(), re.MULTILINE)

TRUSTED = (
    *("X-Listener", "X-Real-IP", "X-Request-ID", "X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Host"),
    *("X-Forwarded-Prefix", "X-Session", "X-Camera", "X-Origin", "X-User", "X-Accel-Redirect", "X-Original-URI"),
    *("X-Rewrite-URL", "X-HTTP-Method-Override", "Forwarded", "Via", "True-Client-IP", "Client-IP", "Cookie", "Proxy"),
    *("Remote-User", "Script-Name", "Path-Info", "SSL-Client-Verify", "Transfer-Encoding-2", "Upgrade", "Trailer"),
)
FORMS = (
    "{0}: evil",
    "{1}: evil",
    "{2}: evil",
    "{0}: evil\r\n{0}: evil",
    "{0}: a\r\n{2}: evil",
    "{0}:evil ",
    "{0}:\tevil",
    "{0} : evil",
    " {0}: evil",
    "X-Padding: a\r\n {0}: evil",
    "X-Padding: a\r{0}: evil",
    "X-Padding: a\n{0}: evil",
    "X-Padding: a\x00{0}: evil",
    "{0}: a\r\n evil",
    "Connection: {0}\r\n{0}: evil",
)
FORGERIES = [form.format(name, name.lower(), name.replace("-", "_")) for name in TRUSTED for form in FORMS]

HIDDEN = "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Listener: management\r\n\r\n"
CHUNKED = f"0\r\n\r\n{HIDDEN}"
IN_A_CHUNK = f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
LENGTHS = ("+6", "6, 6", "6,7", "0x6", "6 6", "-1", "1e1", "6;", "06", "999999999999999999999", "", "six")
CODINGS = (
    *("Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked"),
    *("Transfer-Encoding:\tchunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
    *("Transfer-Encoding: identity, chunked", "Transfer-Encoding: chunked, identity", "Transfer_Encoding: chunked"),
    *("Transfer-Encoding:\r\n chunked", "X: x\nTransfer-Encoding: chunked", "X: x\rTransfer-Encoding: chunked"),
    *(" Transfer-Encoding: chunked", "Transfer-Encoding: chunk\x00ed", "Transfer-Encoding: ChUnKeD", "TE: chunked"),
    *('Transfer-Encoding: "chunked"', "Transfer-Encoding: chunked\x0b", "Transfer-Encoding:\x0bchunked"),
)
CHUNKS = (
    *("5;\n\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "05\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n"),
    *(
        "fffffffffffffffff\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "0\r\nX-Listener: management\r\n\r\n",
    ),
)


def smuggled():
    """Requests whose end two readers may see at different places; the second reader would find HIDDEN."""
    for method in ("POST", "GET", "PUT"):
        start = f"{method} /v1/incidents HTTP/1.1\r\nHost: x\r\n"
        for coding in CODINGS:
            yield f"{start}Content-Length: {len(CHUNKED)}\r\n{coding}\r\n\r\n{CHUNKED}"
            yield f"{start}{coding}\r\nContent-Length: 4\r\n\r\n{IN_A_CHUNK}"
            yield f"{start}{coding}\r\n\r\n{CHUNKED}"
        for length in LENGTHS:
            yield f"{start}Content-Length: {length}\r\n\r\nhello!{HIDDEN}"
        for first, second in ((0, len(HIDDEN)), (len(HIDDEN), 0), (len(HIDDEN), len(HIDDEN))):
            yield f"{start}Content-Length: {first}\r\nContent-Length: {second}\r\n\r\n{HIDDEN}"
        for chunk in CHUNKS:
            yield f"{start}Transfer-Encoding: chunked\r\n\r\n{chunk}{HIDDEN}"
        yield f"{start}Content-Length: {len(HIDDEN)}\r\nExpect: 100-continue\r\n\r\n{HIDDEN}"
        yield f"{start}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n{HIDDEN}"
        yield f"{start}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n{HIDDEN}"
        yield f"{method} /v1/incidents HTTP/0.9\r\n\r\n{HIDDEN}"
        yield f"{method} /v1/incidents\r\n\r\n{HIDDEN}"
        yield f"{method} /v1/incidents HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n{HIDDEN}"
        yield f"{method} /v1/a%20HTTP/1.1%0d%0aX-Listener:%20management%0d%0a%0d%0aGET%20/metrics HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def front():
    """nginx, and a real gunicorn in the place of the API."""
    with running() as front:
        front.api.stop()
        path = front.sockets / "api.sock"
        path.unlink()
        front.heard = front.folder / "heard.jsonl"
        argv = [sys.executable, "-m", "gunicorn", "-b", f"unix:{path}", "--no-control-socket", "tests.nginx.heard:app"]
        with (front.folder / "gunicorn.log").open("wb") as log:
            gunicorn = subprocess.Popen(argv, cwd=ROOT, env=os.environ | {"HEARD": str(front.heard)}, stderr=log)
            try:
                until(lambda: ask(front.port, "/v1/me").status == 200, within_s=30)
                yield front
            finally:
                gunicorn.send_signal(signal.SIGTERM)
                gunicorn.wait(20)


def heard(front):
    return [json.loads(line) for line in front.heard.read_text().splitlines()]


def test_no_forged_header_is_heard_behind_nginx(front):
    before = len(heard(front))
    statuses = [ask(front.port, "/v1/me", headers=[forged]).status for forged in FORGERIES]
    told = heard(front)[before:]
    assert set(statuses) <= {200, 400}
    assert statuses.count(200) == len(told) > 200
    for request in told:
        assert set(request["headers"]) <= {name.lower() for name in SENT_ON}
        assert "evil" not in str(request)
        assert request["headers"]["x-listener"] == "public"
        assert request["headers"]["x-real-ip"] == "127.0.0.1"


def test_no_forged_header_is_heard_by_the_gate_or_the_origin(front):
    for forged in FORGERIES:
        ask(front.port, f"/live/{SID}/camA/still.jpg", headers=[forged])
    for _, _, headers in [*front.gate.seen, *front.origin.seen]:
        assert {name.lower() for name, _ in headers} <= {"host", "x-session", "x-camera", "x-request-id"}
        assert "evil" not in str(headers)


def test_no_request_hides_in_another(front):
    before = len(heard(front))
    corpus = list(smuggled())
    answered = b"".join(raw(front.port, request) for request in corpus)
    assert len(corpus) > 250
    for request in heard(front)[before:]:
        assert request["path"].startswith("/v1/")
        assert request["headers"]["x-listener"] == "public"
    assert b"management" not in answered
    assert answered.count(b" 400 ") > 100


def raw(port, request):
    """Whatever comes back for these bytes, once no more can be sent."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(request.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        while chunk := connection.recv(65536):
            found += chunk
    return found
