"""The processes as they are started in earnest: gunicorn in its three pools, and the scheduler."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

from demo.device import Device
from server import clock as wall
from server.db import BUSY_TIMEOUT_MS
from server.models import PlaybackSession
from tests import town
from tests.conftest import ISSUER
from tests.phone import KEPT, Holder

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]


def until(condition, within_s=20.0):
    deadline, pause = time.monotonic() + within_s, threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited too long"
        pause.wait(0.01)
    return found


class Socket(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path):
        super().__init__("pool", timeout=20)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def accepts(path):
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(path))
        return True
    return False


class Page:
    """One open event stream."""

    def __init__(self, path, who, **headers):
        self.connection = Socket(path)
        self.connection.request("GET", "/v1/events", headers=who.headers("GET", "/v1/events") | headers)
        self.reply = self.connection.getresponse()
        assert self.reply.status == 200
        assert self.reply.readline() == b"retry: 1000\n"
        self.reply.readline()

    def next(self):
        fields = {}
        while line := self.reply.readline().decode().strip():
            name, value = line.split(": ", 1)
            fields[name] = value
        return fields.get("id"), fields["event"], json.loads(fields["data"])

    def close(self):
        self.reply.close()
        self.connection.close()


class Pools:
    def __init__(self, environ, sockets):
        self.environ, self.sockets, self.running = environ, sockets, {}

    def start(self, pool):
        path = self.sockets / f"{pool}.sock"
        argv = [sys.executable, "-m", "gunicorn", "-c", "python:server.gunicorn_conf", f"server.wsgi_{pool}:app"]
        self.spawn(pool, argv, GOLDENTIME_POOL=pool, GOLDENTIME_BIND=f"unix:{path}")
        until(lambda: accepts(path))
        return path

    def spawn(self, name, argv, **more):
        with (self.sockets / f"{name}.log").open("wb") as log:
            given = self.environ | more
            self.running[name] = subprocess.Popen(argv, env=given, cwd=ROOT, stderr=log, stdout=log)
        return self.running[name]

    def call(self, pool, method, path, body=None, who=None, **headers):
        connection = Socket(self.sockets / f"{pool}.sock")
        given = who.headers(method, path) if who else {}
        if isinstance(body, dict):
            body, given["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body, headers=given | headers)
        reply = connection.getresponse()
        data = reply.read()
        connection.close()
        return reply.status, json.loads(data) if data else None

    def sign_in(self, account):
        device = Device()
        form = {"grant_type": "password", "username": account, "password": town.PASSWORD}
        if account.startswith("cad"):
            form = {"grant_type": "client_credentials", "client_id": account, "client_secret": town.PASSWORD}
        given = {"Content-Type": "application/x-www-form-urlencoded"}
        if form["grant_type"] == "password":
            given["DPoP"] = device.proof("POST", f"{ISSUER}/v1/auth/token")
        status, body = self.call("api", "POST", "/v1/auth/token", urllib.parse.urlencode(form), **given)
        assert status == 200
        return Holder(body, device, ISSUER)

    def logs(self):
        return "".join((self.sockets / f"{name}.log").read_text() for name in self.running)

    def stop(self):
        for child in self.running.values():
            child.send_signal(signal.SIGTERM)
        for child in self.running.values():
            assert child.wait(timeout=20) == 0


@pytest.fixture
def pools(data_dir, database_url):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GOLDENTIME_")}
    environ |= {"GOLDENTIME_DATA_DIR": str(data_dir), "GOLDENTIME_PUBLIC_URL": ISSUER}
    with tempfile.TemporaryDirectory(prefix="gt-") as sockets:  # a unix socket's path has room for 108 bytes
        made = Pools(environ | {"GOLDENTIME_DATABASE_URL": database_url}, Path(sockets))
        try:
            yield made
        finally:
            with contextlib.suppress(AssertionError):
                made.stop()
            for child in made.running.values():
                child.kill()
                child.wait()


def test_the_story_through_the_pools(pools, transaction):
    pools.start("api")
    pools.start("gate")
    events = pools.start("events")
    cad, kim, lee = (pools.sign_in(account) for account in ("cad112", "kim", "lee"))
    page, other = Page(events, kim), Page(events, lee)
    with transaction() as session:
        town.live_host(session, wall.now())

    status, incident = pools.call("api", "POST", "/v1/incidents", town.report(), cad)
    assert status == 201
    first, kind, data = page.next()
    assert (kind, data["incident_id"], data["status"]) == ("dispatch", incident["id"], "sent")

    wish = {"camera_id": "cam-near", "incident_id": incident["id"]}
    status, playback = pools.call("api", "POST", "/v1/playback", wish, kim)
    assert status == 201
    sid = playback["url"].split("/")[2]
    asked = {"X-Session": sid, "X-Camera": "cam-near"}
    assert pools.call("gate", "GET", "/internal/gate", **asked)[0] == 204
    page.close()

    closing = {"status": "closed", "closing_reason": "끝"}
    assert pools.call("api", "PATCH", f"/v1/incidents/{incident['id']}", closing, cad)[0] == 200
    until(lambda: pools.call("gate", "GET", "/internal/gate", **asked)[0] == 403)
    back = Page(events, kim, **{"Last-Event-ID": first})
    missed = [back.next(), back.next()]
    assert {kind for _, kind, _ in missed} == {"revoked", "incident"}
    told = next(data for _, kind, data in missed if kind == "revoked")
    assert told == {"session_ids": [playback["session_id"]], "incident_id": incident["id"], "reason": "incident_closed"}

    _, again = pools.call("api", "POST", "/v1/incidents", town.report(external_id="2", units=["car2"]), cad)
    _, kind, data = other.next()
    assert (kind, data["incident_id"]) == ("dispatch", again["id"]), "lee heard of kim's affairs"
    back.close()
    other.close()
    pools.stop()
    log = pools.logs()
    assert all(json.loads(line) for line in log.splitlines())
    for secret in (
        sid,
        *(one.tokens["access_token"] for one in (cad, kim, lee)),
        town.PASSWORD,
        town.RTSP_PASSWORD,
        incident["summary"],
    ):
        assert secret not in log


def test_a_revoked_signing_key_is_refused_by_every_process_at_once_and_tablets_go_on(pools):
    pools.start("api")
    kim = pools.sign_in("kim")
    assert pools.call("api", "GET", "/v1/me/dispatches", who=kim)[0] == 200
    began = time.monotonic()
    argv = [sys.executable, "-m", "server", "keys", "revoke", "--all"]
    subprocess.run(argv, env=pools.environ, cwd=ROOT, check=True, capture_output=True)
    assert {pools.call("api", "GET", "/v1/me/dispatches", who=kim)[0] for _ in range(8)} == {401}  # two workers
    assert time.monotonic() - began < 60  # of the five minutes that there are
    kept = {name: kim.tokens[name] for name in KEPT}
    form = urllib.parse.urlencode({"grant_type": "refresh_token"} | kept)
    proof = kim.device.proof("POST", f"{ISSUER}/v1/auth/token")
    given = {"Content-Type": "application/x-www-form-urlencoded", "DPoP": proof}
    status, kim.tokens = pools.call("api", "POST", "/v1/auth/token", form, **given)
    assert (status, pools.call("api", "GET", "/v1/me/dispatches", who=kim)[0]) == (200, 200)


def test_the_gate_notes_who_watches(pools, transaction, read, phone, clock):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    playback = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    with transaction() as session:
        town.live_host(session, clock())
    pools.start("gate")
    asked = {"X-Session": playback["url"].split("/")[2], "X-Camera": "cam-near"}
    assert pools.call("gate", "GET", "/internal/gate", **asked)[0] == 204

    def seen():
        with read() as session:
            return session.get(PlaybackSession, playback["session_id"]).seen_at > clock()

    until(seen)


def test_the_gate_ends_soon_though_it_cannot_write_what_it_noted(pools, transaction, phone, clock, data_dir):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    playback = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    with transaction() as session:
        town.live_host(session, clock())
    pools.start("gate")
    workers = min(os.cpu_count(), 4)
    until(lambda: pools.logs().count("server listening") == workers)
    asked = {"X-Session": playback["url"].split("/")[2], "X-Camera": "cam-near"}
    with transaction() as session:
        session.get(PlaybackSession, playback["session_id"])  # takes the lock that writers wait for
        assert pools.call("gate", "GET", "/internal/gate", **asked)[0] == 204
        began = time.monotonic()
        pools.stop()
        assert time.monotonic() - began < BUSY_TIMEOUT_MS / 1000
    assert pools.logs().count("gate ended") == workers, "killed"


def test_the_scheduler_does_its_jobs_and_stops_when_told(pools, transaction, read, phone, clock):
    clock.forward(hours=-12)
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    playback = phone("kim").post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]}).json
    pools.spawn("scheduler", [sys.executable, "-m", "server.scheduler"])

    def ended():
        with read() as session:
            return session.get(PlaybackSession, playback["session_id"]).end_reason == "expired"

    until(ended)
    pools.stop()
    assert "job failed" not in pools.logs()


@pytest.mark.parametrize(
    "words", [["server.scheduler"], ["gunicorn", "-c", "python:server.gunicorn_conf", "server.wsgi_api:app"]]
)
def test_a_wrong_setting_stops_the_start_by_name(words, pools):
    argv = [sys.executable, "-m", *words]
    done = subprocess.run(
        argv,
        env=pools.environ | {"GOLDENTIME_PUBLIC_URL": "nonsense"},
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode != 0
    assert "GOLDENTIME_PUBLIC_URL" in done.stderr
