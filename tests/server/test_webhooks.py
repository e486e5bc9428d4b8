"""Webhooks: what is sent where, signed, in order, until it has arrived; and receivers that fail, hang and mislead."""

import base64
import dataclasses
import hashlib
import hmac
import json
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server import jobs
from server.api.deps import EXTENSION
from server.cameras.credentials import Vault
from server.errors import WebhookAddressInvalid
from server.models import DeliveryStatus, IdempotencyKey, Role, Webhook, WebhookDelivery, WebhookEvent
from server.webhooks import address, queue
from server.webhooks.address import AddressRefused
from server.webhooks.post import PostFailed, post
from server.webhooks.sender import Sender
from tests import town

LOOPBACK = ("127.0.0.0/8",)
EVERYTHING = [event.value for event in WebhookEvent]
PATIENCE_S = 20


class Receiver(ThreadingHTTPServer):
    """A room's system. What it does is in the path; ``let_go`` ends what hangs."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.failing, self.let_go = [], 0, threading.Event()

    def url(self, path="/ok"):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def at(self, path):
        return [(headers, body) for where, headers, body in self.got if where == path]

    def handle_error(self, request, client_address):
        """Cut connections are what is tested."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.path == "/hang":
            self.server.let_go.wait(PATIENCE_S)
        if self.path == "/drip":
            for letter in b"HTTP/1.1 200 OK" * 200:
                self.wfile.write(bytes([letter]))
                if self.server.let_go.wait(0.05):
                    return
        status = {"/redirect": 302, "/gone": 410, "/refuse": 400}.get(self.path, 200)
        if self.path == "/fail" and self.server.failing:
            self.server.failing -= 1
            status = 503
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url("/elsewhere"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing on the screen."""


@pytest.fixture
def receiver():
    made = Receiver()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.let_go.set()
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def admin(app, phone):
    app.extensions[EXTENSION] = dataclasses.replace(app.extensions[EXTENSION], webhook_networks=LOOPBACK)
    return phone("admin")


@pytest.fixture
def sender(read, transaction, data_dir, clock):
    made = Sender((read, transaction), Vault(data_dir), LOOPBACK, now=clock, total_s=0.5)
    yield made
    made.close()


def registered(admin, url, agency_id="room112", events=EVERYTHING):
    reply = admin.post("/v1/webhooks", {"agency_id": agency_id, "url": url, "events": events})
    assert reply.status_code == 201, reply.text
    return reply.json


def sent(admin, hook, status=""):
    admin.sign_in("admin")
    return admin.get(f"/v1/webhooks/{hook['id']}/deliveries{status and f'?status={status}'}").json["items"]


def until(sender, true):
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        sender.tick()
        threading.Event().wait(0.01)


def idle(sender):
    until(sender, lambda: not sender._busy)


def delivered(read, count):
    def true():
        with read() as session:
            rows = session.scalars(select(WebhookDelivery.status)).all()
        return rows.count(DeliveryStatus.DELIVERED) >= count

    return true


def is_signed(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(wanted, headers["webhook-signature"])


def types(got):
    return [json.loads(body)["type"] for _, body in got]


def test_a_rooms_system_hears_what_happens_signed_in_order_and_without_a_word_of_persons(
    *, admin, phone, receiver, sender, read, clock
):
    hook = registered(admin, receiver.url())
    quiet = registered(admin, receiver.url("/119"), "room119")
    few = registered(admin, receiver.url("/few"), events=["incident.closed"])
    cad = phone("cad112")
    incident = cad.post("/v1/incidents", town.report()).json
    lat, lon = town.place(0, 30)
    cad.patch(f"/v1/incidents/{incident['id']}", {"location": {"lat": lat, "lon": lon, "address": "비밀 주소"}})
    cad.patch(f"/v1/incidents/{incident['id']}", {"status": "closed", "closing_reason": "현장 종결"})
    until(sender, delivered(read, 5))
    got = receiver.at("/ok")
    assert types(got) == ["incident.reported", "dispatch.changed", "incident.changed", "incident.closed"]
    assert types(receiver.at("/few")) == ["incident.closed"]
    assert receiver.at("/119") == []
    for headers, body in got:
        assert is_signed(hook["secret"], headers, body)
        assert not is_signed(few["secret"], headers, body)
        assert not is_signed(hook["secret"], headers, body + b" ")
        assert abs(int(headers["webhook-timestamp"]) - clock().timestamp()) < 1
        for secret in ("흉기", "비밀 주소", "목포역", "현장", hook["secret"]):
            assert secret not in body.decode()
    said = json.loads(got[2][1])["data"]
    assert (said["incident_id"], said["status"], said["location"]) == (incident["id"], "open", {"lat": lat, "lon": lon})
    assert json.loads(got[1][1])["data"]["dispatch"] | {"id": ""} == {"id": "", "unit": "car1", "status": "sent"}
    assert [one["status"] for one in sent(admin, hook)] == ["delivered"] * 4
    assert sent(admin, quiet) == []


def test_what_fails_is_sent_again_under_its_name_and_what_follows_waits_for_it(
    *, admin, phone, receiver, sender, read, clock
):
    receiver.failing = 2
    hook = registered(admin, receiver.url("/fail"))
    phone("cad112").post("/v1/incidents", town.report())
    for tries in (1, 2):
        until(sender, lambda tries=tries: len(receiver.got) == tries)
        idle(sender)
        waiting = sent(admin, hook, "waiting")
        assert [(one["event"], one["tries"], one["answered"]) for one in waiting] == [
            ("incident.reported", tries, 503),
            ("dispatch.changed", 0, None),
        ]
        shown = admin.get("/v1/webhooks").json["items"][0]
        assert shown["failures"] == tries
        sender.tick()
        assert len(receiver.got) == tries, "it is left alone for a while"
        clock.forward(seconds=queue.LONGEST_S)
    until(sender, delivered(read, 2))
    first, again, third, other = receiver.at("/fail")
    assert first[0]["webhook-id"] == again[0]["webhook-id"] == third[0]["webhook-id"] != other[0]["webhook-id"]
    assert first[1] == third[1]
    assert int(third[0]["webhook-timestamp"]) > int(first[0]["webhook-timestamp"])
    assert is_signed(hook["secret"], *third)


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_a_receiver_that_hangs_delays_no_other_and_is_given_up_for_now(*, path, admin, phone, receiver, sender, read):
    slow = [registered(admin, receiver.url(path)) for _ in range(3)]
    registered(admin, receiver.url())
    phone("cad112").post("/v1/incidents", town.report())
    until(sender, delivered(read, 2))
    assert types(receiver.at("/ok")) == ["incident.reported", "dispatch.changed"]
    idle(sender)
    for hook in slow:
        first = sent(admin, hook)[0]
        assert (first["status"], first["failure"], first["answered"]) == ("waiting", "no_answer", None)


def test_a_redirect_is_a_refusal_and_is_not_followed(admin, phone, receiver, sender):
    hook = registered(admin, receiver.url("/redirect"), events=["incident.reported"])
    phone("cad112").post("/v1/incidents", town.report())
    until(sender, lambda: receiver.at("/redirect"))
    idle(sender)
    assert [(one["answered"], one["failure"], one["status"]) for one in sent(admin, hook)] == [
        (302, "refused", "waiting")
    ]
    assert receiver.at("/elsewhere") == []


def test_one_message_that_is_refused_keeps_no_other_incident_waiting(admin, phone, receiver, sender, transaction):
    hook = registered(admin, receiver.url("/refuse"), events=["incident.reported"])
    cad = phone("cad112")
    cad.post("/v1/incidents", town.report(units=[]))
    until(sender, lambda: len(receiver.got) == 1)
    idle(sender)
    with transaction() as session:
        session.get_one(Webhook, hook["id"]).url = receiver.url()
    cad.post("/v1/incidents", town.report(units=[], external_id="112-2026-2"))
    until(sender, lambda: receiver.at("/ok"))
    idle(sender)
    assert [one["status"] for one in sent(admin, hook)] == ["waiting", "delivered"]


def test_what_nobody_takes_for_a_day_is_dead_and_seen_to_be(*, admin, phone, sender, transaction, clock, receiver):
    gone = registered(admin, receiver.url("/gone"), events=["incident.reported"])
    dead = registered(admin, "http://127.0.0.1:1/", events=["incident.reported"])
    phone("cad112").post("/v1/incidents", town.report())
    until(sender, lambda: sent(admin, gone)[0]["status"] == "dead")
    until(sender, lambda: sent(admin, dead)[0]["failure"] == "unreachable")
    clock.forward(hours=24)
    until(sender, lambda: sent(admin, dead, "dead"))
    clock.forward(days=7)
    with transaction() as session:
        jobs.purge(session, now=clock())
    assert sent(admin, dead) == []


def test_what_a_sender_took_before_it_died_is_sent_by_the_next(*, admin, phone, receiver, sender, transaction, clock):
    hook = registered(admin, receiver.url(), events=["incident.reported"])
    phone("cad112").post("/v1/incidents", town.report())
    with transaction() as session:
        assert queue.take(session, hook["id"], now=clock()) is not None
        assert queue.take(session, hook["id"], now=clock()) is None
    sender.tick()
    idle(sender)
    assert receiver.got == []
    clock.forward(seconds=queue.LEASE.total_seconds())
    until(sender, lambda: receiver.at("/ok"))


# Registering


def test_the_secret_is_shown_once_and_kept_sealed(admin, read, data_dir, receiver):
    body = {"agency_id": "room112", "url": receiver.url(), "events": EVERYTHING}
    first = admin.post("/v1/webhooks", body, headers={"Idempotency-Key": "once"})
    again = admin.post("/v1/webhooks", body, headers={"Idempotency-Key": "once"})
    assert first.json == again.json
    secret = first.json["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) >= 24
    assert secret not in admin.get("/v1/webhooks").text
    with read() as session:
        [hook] = session.scalars(select(Webhook)).all()
        assert secret.encode() not in hook.sealed_secret
        assert Vault(data_dir).open(hook.sealed_secret) == secret
        assert all(secret.encode() not in one.body for one in session.scalars(select(IdempotencyKey)))


def test_an_agencys_administrator_has_its_own_webhooks_and_no_others(admin, phone, transaction, receiver):
    with transaction() as session:
        session.add(town.officer("admin112", Role.ADMIN, "room112"))
    theirs, local = registered(admin, receiver.url(), "room119"), phone("admin112")
    mine = registered(local, receiver.url())
    assert [one["id"] for one in local.get("/v1/webhooks").json["items"]] == [mine["id"]]
    wrong = local.post("/v1/webhooks", {"agency_id": "room119", "url": receiver.url(), "events": EVERYTHING})
    assert (wrong.status_code, wrong.json["code"]) == (422, "agency_unknown")
    for reply in (
        local.get(f"/v1/webhooks/{theirs['id']}/deliveries"),
        local.delete(f"/v1/webhooks/{theirs['id']}"),
    ):
        assert (reply.status_code, reply.json["code"]) == (404, "webhook_unknown")
    for _ in range(19):
        registered(local, receiver.url())
    more = local.post("/v1/webhooks", {"agency_id": "room112", "url": receiver.url(), "events": EVERYTHING})
    assert (more.status_code, more.json["code"]) == (409, "webhooks_too_many")


def test_what_waits_for_an_address_that_is_removed_is_never_sent(admin, phone, receiver, sender):
    hook = registered(admin, receiver.url())
    phone("cad112").post("/v1/incidents", town.report())
    assert [admin.delete(f"/v1/webhooks/{hook['id']}").status_code for _ in range(2)] == [204, 204]
    phone("cad112").post("/v1/incidents", town.report(external_id="112-2026-2"))
    sender.tick()
    idle(sender)
    assert receiver.got == []
    assert {(one["status"], one["failure"]) for one in sent(admin, hook)} == {("dead", "webhook_removed")}
    assert admin.get("/v1/webhooks").json["items"] == []


# Addresses


NETWORKS = ("10.20.0.0/16", "127.0.0.0/8", "fd00::/8", "169.254.0.0/16", "0.0.0.0/0")
WRONG = [
    "http://10.20.0.1/",
    "http://cad.example/",
    "http://localhost/",
    "https://169.254.169.254/latest",
    "https://[fe80::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://0.0.0.0/",
    "https://user@10.20.0.1/",
    "https://10.20.0.1/#x",
    "https://10.20.0.1:0x50/",
    "https://10.20.0.1:99999/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://cad example/",
    "https://cad.example/\r\nHost: x",
    "https:///x",
    "ftp://10.20.0.1/",
    "file:///etc/passwd",
    "//10.20.0.1/",
    "https://[10.20.0.1]/",
]


@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_may_not_be_called_is_refused(url):
    with pytest.raises(WebhookAddressInvalid):
        address.checked(url, NETWORKS)


@pytest.mark.parametrize("url", ["https://10.20.0.1/", "https://cad.example/x", "http://127.0.0.1:8/"])
def test_without_registered_networks_nothing_is_called(url, phone):
    with pytest.raises(WebhookAddressInvalid):
        address.checked(url, ())
    asked = {"agency_id": "room112", "url": url, "events": EVERYTHING}
    refused = phone("admin").post("/v1/webhooks", asked)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "webhook_address_invalid", "url")


@pytest.mark.parametrize(
    "found", [["10.21.0.1"], ["10.20.0.1", "169.254.169.254"], ["10.20.0.1", "127.0.0.1"], ["::1"], []]
)
def test_a_name_that_leads_anywhere_else_is_not_called(found):
    target = address.checked("https://cad.example/x?y=1", ["10.20.0.0/16"])
    assert address.resolved(target, ["10.20.0.0/16"], lambda *_: ["10.20.0.7"]) == "10.20.0.7"
    with pytest.raises(AddressRefused):
        address.resolved(target, ["10.20.0.0/16"], lambda *_: found)


@settings(max_examples=60)
@given(st.text(max_size=60) | st.text(max_size=20).map("https://{}".format))
@example("https://[::1")
@example("https://\u0660.1/")
def test_any_text_is_an_address_or_refused(url):
    try:
        target = address.checked(url, NETWORKS)
    except WebhookAddressInvalid:
        return
    assert 0 < target.port < 65_536
    assert target.path.isascii()


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_pauses_are_any_time_up_to_a_bound_that_grows_and_ends(tries):
    longest = queue.pause(tries, lambda _, high: high)
    assert queue.pause(tries, lambda low, _: low) == timedelta(0)
    assert longest <= timedelta(seconds=queue.LONGEST_S)
    assert queue.pause(tries + 1, lambda _, high: high) >= longest


# https


def certificate(folder, name):
    """A certificate that vouches for itself; the files' path without its end."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(town.Clock()() - timedelta(days=1))
        .not_valid_after(town.Clock()() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    return pem


@contextmanager
def secured(receiver, pem):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    plain = receiver.socket
    receiver.socket = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
    try:
        yield
    finally:
        receiver.socket.close()


def test_a_certificate_has_to_be_trusted_and_for_that_name(receiver, tmp_path, monkeypatch):
    pem, port = certificate(tmp_path, "cad.example"), receiver.server_address[1]
    target = address.checked(f"https://cad.example:{port}/ok", LOOPBACK)
    other = address.checked(f"https://other.example:{port}/ok", LOOPBACK)
    with secured(receiver, pem):
        for wrong in (target, other):
            with pytest.raises(PostFailed, match="certificate"):
                post(wrong, "127.0.0.1", b"{}", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert post(target, "127.0.0.1", b"{}", {}) == 200
        with pytest.raises(PostFailed, match="certificate"):
            post(other, "127.0.0.1", b"{}", {})
    [(_, headers, _)] = receiver.got
    assert headers["Host"] == f"cad.example:{port}"
