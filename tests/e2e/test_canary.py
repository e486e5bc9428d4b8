"""A camera's password, put in over the API and used by the transcoder, is nowhere to be read afterwards."""

import contextlib
import json
import re
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from demo.caller import CallRefused
from tests.e2e.processes import running

pytestmark = pytest.mark.e2e

CANARY = "canary-e2e-55aa"
CAMERA = "canary-e2e"
EVERYBODY = ("officer", "supervisor", "dispatcher", "auditor", "admin")


def registration(product, centre_id, **more):
    simulator = json.loads((product.var / "cameras.json").read_text())
    path = "/" + simulator["cameras"][0]["path"].strip("/")
    rtsp = {"host": "127.0.0.1", "port": simulator["port"], "username": "viewer", "password": CANARY}
    profiles = [{"name": "main", "path": path, "codec": "h264", "width_px": 640, "height_px": 360, "fps": 15}]
    place = {"centre_id": centre_id, "name": "시험", "lat": 34.0, "lon": 126.0}
    return place | {"warm": True, "rtsp": rtsp, "profiles": profiles} | more


@pytest.fixture
def tried(product):
    """The camera was registered, its password tried by the transcoder, and what every process was started with, meanwhile."""
    admin = product.officer("admin", managing=True)
    address = f"/v1/cameras/{CAMERA}"
    centre_id = admin.call("GET", "/v1/cameras?limit=1")["items"][0]["centre_id"]
    with pytest.raises(CallRefused) as refused:
        admin.call("PUT", address, registration(product, centre_id, colour="red"))
    assert CANARY not in str(refused.value)
    assert CANARY not in json.dumps(admin.call("PUT", address, registration(product, centre_id)))
    started, log, deadline = set(), product.var / "log" / "transcoder.log", time.monotonic() + 60
    while not re.search(rf"{CAMERA}.*unauthorized|unauthorized.*{CAMERA}", log.read_text()):
        assert time.monotonic() < deadline, "the transcoder never tried the camera"
        for pid, line in running().items():
            with contextlib.suppress(OSError):
                started.add(line + Path(f"/proc/{pid}/environ").read_bytes())
    yield started
    admin.call("PUT", address, registration(product, centre_id, warm=False, enabled=False))


def answer(caller, path):
    """Whatever is answered, refused or not."""
    headers = caller.device.headers("GET", caller.base_url + path, caller.token)
    try:
        with urllib.request.urlopen(
            urllib.request.Request(caller.base_url + path, headers=headers), timeout=20
        ) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def test_a_cameras_password_is_in_no_file_no_command_line_and_no_answer(product, tried):
    assert len(tried) > 5
    assert not [line for line in tried if CANARY.encode() in line]
    files = [path for path in product.var.rglob("*") if path.is_file()]
    assert any(CAMERA.encode() in path.read_bytes() for path in files), "not where this test looks"
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []

    spec = json.loads(answer(product.officer("admin", managing=True), "/v1/openapi.json")[1])["paths"]
    reading = [path for path, operations in spec.items() if "get" in operations and path != "/v1/events"]
    statuses = set()
    for key in EVERYBODY:
        caller = product.officer(key, managing=True)
        for path in reading:
            status, body = answer(caller, re.sub(r"\{\w+\}", CAMERA, path))
            statuses.add(status)
            assert CANARY.encode() not in body, path
    assert 200 in statuses
    assert not {429, 500, 503} & statuses
