"""Asking for a key frame: the simulated cameras, and cameras that are plain sockets of the test and mean no good."""

import asyncio
import base64
import contextlib
import dataclasses
import gzip
import json
import logging
import re
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from demo.cameras import h264
from tests.demo.rtsp_client import Client
from tests.demo.sources import make
from tests.transcoder.running import ROOT
from transcoder import onvif, soap
from transcoder.soap import Door, Outcome

LOGIN = {"username": "viewer", "password": 'p<w & "한글"'}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def asked(door):
    return asyncio.run(onvif.ask_for_key_frame(door, now=datetime.now(UTC)))


@contextlib.contextmanager
def cameras(folder, clip, **more):
    """Three cameras with a profile each, and their ports."""
    row = {"clip": str(clip), "fps": 15, **LOGIN}
    rows = [row | {"path": f"/{name}", "onvif_profile": name} for name in ("main", "sub")]
    rows.append(row | {"path": "/silent", "onvif_profile": "silent", "behaviour": {"fault": "silent"}})
    config = folder / "cameras.json"
    config.touch(0o600)
    config.write_text(json.dumps({"cameras": rows, "onvif_port": 0, **more}))
    argv = [sys.executable, "-m", "demo.cameras", "--config", str(config)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make("long_gop", tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def ports(clip, tmp_path_factory):
    with cameras(tmp_path_factory.mktemp("cameras"), clip) as started:
        yield started


@pytest.fixture
def door(ports):
    return lambda **changed: Door(
        **{"host": "127.0.0.1", "port": ports["onvif_port"], "profile": "main"} | LOGIN | changed
    )


@pytest.mark.process
def test_a_key_frame_comes_at_once_in_the_midst_of_a_gop_of_ten_seconds(ports, door, clip):
    known = [[bytes(nal) for nal in unit] for unit in h264.load(clip).units]
    with Client(ports["port"], path="/main", login=LOGIN) as client:
        client.ask("DESCRIBE")
        client.play()
        index = known.index(client.units(1)[0].nals)
        while not 0 < index % 150 < 120:  # the next one of its own is two seconds away
            index = known.index(client.units(1)[0].nals)
        assert asked(door()) is Outcome.ASKED
        at = time.monotonic()
        units = client.units(1)
        key = index // 150 * 150
        while known.index(units[-1].nals) != key:
            units += client.units(1)
        assert time.monotonic() - at < 1.0
        units += client.units(3)
    indexes = [known.index(unit.nals) for unit in units]
    assert indexes == [*range(index + 1, index + len(units) - 3), key, key + 1, key + 2, key + 3]
    assert {(b.timestamp - a.timestamp) % (1 << 32) for a, b in zip(units, units[1:], strict=False)} == {6000}


@pytest.mark.process
@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "asked"),
        ({"profile": "sub"}, "asked"),
        ({"profile": ""}, "asked"),  # the camera's first
        ({"media_path": "/onvif/Media"}, "asked"),  # the camera tells where it is
        ({"media_path": "/onvif/Media", "profile": ""}, "asked"),
        ({"profile": "", "stream_path": "/sub"}, "asked"),
        ({"profile": "", "stream_path": "/none"}, "timeout"),  # the third camera says nothing
        ({"password": "wrong"}, "unauthorized"),
        ({"username": "other"}, "unauthorized"),
        ({"username": "", "password": ""}, "unauthorized"),
        ({"password": "wrong", "profile": ""}, "unauthorized"),
        ({"profile": "none"}, "no_profile"),
        ({"profile": "<a/>&"}, "no_profile"),
        ({"port": 1}, "unreachable"),
    ],
)
def test_what_comes_of_it(door, changed, outcome, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    asking = door(**changed)
    assert asked(asking) == outcome
    for said in (caplog.text, *capfd.readouterr(), repr(asking)):
        assert "p<w" not in said
        assert "wrong" not in said


@pytest.mark.process
def test_a_camera_that_says_nothing_is_left_after_two_seconds(door):
    began = time.monotonic()
    assert asked(door(profile="silent")) is Outcome.TIMEOUT
    assert 1.9 < time.monotonic() - began < 3


@pytest.mark.process
def test_a_camera_whose_clock_is_wrong_is_asked_by_its_own(clip, tmp_path):
    with cameras(tmp_path, clip, onvif_clock_ahead_s=-3 * 86_400) as started:
        door = {"host": "127.0.0.1", "port": started["onvif_port"], "profile": "main"}
        assert asked(Door(**door, **LOGIN)) is Outcome.ASKED
        assert asked(Door(**door, **LOGIN | {"password": "wrong"})) is Outcome.UNAUTHORIZED


def test_the_proof_of_a_password_is_that_of_the_standard():
    """The example of the ONVIF Application Programmer's Guide §6.1.1.3."""
    header = soap.username_token(
        "user",
        "userpassword",
        created=datetime(2010, 9, 16, 7, 50, 45, tzinfo=UTC),
        nonce=base64.b64decode("LKqI6G/AikKCQrN0zqZFlg=="),
    )
    assert ">tuOSpGlFlIXsozq4HFNeeGeFLEI=</Password>" in header
    assert "userpassword" not in header


def response(body, *, status="200 OK", headers=""):
    body = body if isinstance(body, bytes) else body.encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def envelope(body):
    return f'<s:Envelope xmlns:s="{soap.SOAP}"><s:Body>{body}</s:Body></s:Envelope>'


def fault(*codes):
    values = "".join(f"<s:Subcode><s:Value>ter:{code}</s:Value>" for code in codes) + "</s:Subcode>" * len(codes)
    return envelope(f"<s:Fault><s:Code><s:Value>s:Sender</s:Value>{values}</s:Code></s:Fault>")


DONE = envelope(f'<SetSynchronizationPointResponse xmlns="{onvif.MEDIA}"/>')
LAUGHS = '<!DOCTYPE a [<!ENTITY a "aaaa">]>' + DONE.replace("<s:Body>", "<s:Body>&a;")


class Impostor:
    """Answers every request with the next of its answers, then with the last one again; keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.sent_bytes = 0

    @contextlib.asynccontextmanager
    async def listening(self):
        serving = set()

        async def visited(reader, writer):
            serving.add(asyncio.current_task())
            with contextlib.closing(writer), contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                await self._serve(reader, writer)

        server = await asyncio.start_server(visited, "127.0.0.1", 0)
        async with server:
            yield Door("127.0.0.1", server.sockets[0].getsockname()[1], profile="main", **LOGIN)
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving)

    async def _serve(self, reader, writer):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(re.search(r"(?i)content-length: (\d+)", head)[1])
            self.requests.append(head + (await reader.readexactly(length)).decode())
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer == b"":
                return
            if callable(answer):
                await answer(self, writer)
            writer.write(answer)


async def endless(impostor, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n")
    while True:
        writer.write(b"<a>" * 10_000)
        impostor.sent_bytes += 30_000
        await writer.drain()


async def hesitant(impostor, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<a>")
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (response(DONE), "asked"),
        (response(fault("NotAuthorized"), status="400 Bad Request"), "unauthorized"),
        (response(fault("FailedAuthentication"), status="500 Oh"), "unauthorized"),
        (response("<html>who?</html>", status="401 Unauthorized"), "unauthorized"),
        (response(fault("InvalidArgVal", "NoProfile"), status="400 Bad Request"), "no_profile"),
        (response(fault("Busy"), status="500 Oh"), "refused"),
        (response("", status="404 Not Found"), "refused"),
        (response(fault("ActionNotSupported"), status="400 Bad Request"), "refused"),
        (response(DONE, status="302 Found", headers="Location: http://127.0.0.2:1/\r\n"), "redirected"),
        (response("x" * 70_000), "too_large"),
        (endless, "too_large"),
        (response("<html><p>Welcome"), "malformed"),
        (response("<html/>"), "malformed"),
        (response(envelope("")), "malformed"),
        (response(""), "malformed"),
        (response(LAUGHS), "malformed"),
        (response("<!DOCTYPE a []>" + DONE), "malformed"),
        (response("<a>" * 20_000), "malformed"),
        (response('<?xml version="1.0" encoding="nonsense"?>' + DONE), "malformed"),
        (response(gzip.compress(DONE.encode()), headers="Content-Encoding: gzip\r\n"), "malformed"),
        (b"220 welcome\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "malformed"),
        (b"", "unreachable"),
        (hesitant, "timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_whatever_a_camera_answers_it_is_over_soon_and_nothing_is_raised(answer, outcome, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    impostor, began = Impostor(answer), time.monotonic()
    async with impostor.listening() as door:
        assert await onvif.ask_for_key_frame(door, now=NOW) == outcome
    assert time.monotonic() - began < 3
    assert impostor.sent_bytes < 16_000_000  # what waits in the sockets
    assert LOGIN["password"] not in caplog.text + "".join(impostor.requests) + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("uri", "path", "same"),
    [
        ("rtsp://10.0.0.1:554/a/main", "/a/main", True),
        ("rtsp://10.0.0.1/a/main?x=1", "/a/main", True),
        (" rtsp://10.0.0.1/cam?channel=1&subtype=1&proto=Onvif ", "/cam?channel=1&subtype=1", True),
        ("rtsp://10.0.0.1/cam?channel=1&subtype=0&proto=Onvif", "/cam?channel=1&subtype=1", False),
        ("rtsp://10.0.0.1/a/sub", "/a/main", False),
        ("", "/a/main", False),
    ],
)
def test_a_stream_is_known_by_its_path(uri, path, same):
    assert onvif.is_at(uri, path) is same


async def test_the_profile_is_that_of_the_stream_in_use():
    rows = "".join(f'<Profiles token="{token}"/>' for token in ("a&amp;1", "b", "c"))
    streams = [f'<MediaUri><Uri xmlns="{soap.SCHEMA}">rtsp://h/{path}</Uri></MediaUri>' for path in ("main", "sub")]
    impostor = Impostor(
        response(envelope(f'<GetProfilesResponse xmlns="{onvif.MEDIA}">{rows}</GetProfilesResponse>')),
        *(response(envelope(stream)) for stream in streams),
        response(DONE),
    )
    async with impostor.listening() as door:
        sub = dataclasses.replace(door, profile="", stream_path="/sub")
        assert await onvif.ask_for_key_frame(sub, now=NOW) is Outcome.ASKED
    assert [re.findall("<ProfileToken>(.*)</P", request) for request in impostor.requests] == [
        [],
        ["a&amp;1"],
        ["b"],
        ["b"],
    ]


async def test_of_the_address_that_a_camera_names_only_the_path_is_taken():
    address = f'<Media xmlns="{soap.SCHEMA}"><XAddr>http://127.0.0.2:1/services?a=b</XAddr></Media>'
    impostor = Impostor(response("", status="404 Not Found"), response(envelope(address)), response(DONE))
    async with impostor.listening() as door:
        assert await onvif.ask_for_key_frame(door, now=NOW) is Outcome.ASKED
    posts = [request.split(" ")[1] for request in impostor.requests]
    assert posts == ["/onvif/media_service", "/onvif/device_service", "/services"]


@pytest.mark.parametrize("path", ["http://h", "http://h/a b", "http://h/a\r\nX: y", "http://[", ""])
async def test_a_path_that_is_none_is_not_followed(path):
    address = f'<Media xmlns="{soap.SCHEMA}"><XAddr>{path}</XAddr></Media>'
    impostor = Impostor(response("", status="404 Not Found"), response(envelope(address)), response(DONE))
    async with impostor.listening() as door:
        assert await onvif.ask_for_key_frame(door, now=NOW) is Outcome.MALFORMED
    assert len(impostor.requests) == 2


async def test_a_camera_that_wants_a_digest_of_http_gets_one():
    challenge = 'WWW-Authenticate: Digest realm="camera", nonce="abc", qop="auth", algorithm=MD5\r\n'
    impostor = Impostor(response("", status="401 Unauthorized", headers=challenge), response(DONE))
    async with impostor.listening() as door:
        assert await onvif.ask_for_key_frame(door, now=NOW) is Outcome.ASKED
    first, second = impostor.requests
    assert "Authorization" not in first
    assert 'Authorization: Digest username="viewer"' in second


async def test_a_wrong_password_is_sent_no_more_often_than_some_cameras_allow():
    challenge = 'WWW-Authenticate: Digest realm="camera", nonce="abc", qop="auth", algorithm=MD5\r\n'
    impostor = Impostor(response("", status="401 Unauthorized", headers=challenge))
    async with impostor.listening() as door:
        assert await onvif.ask_for_key_frame(door, now=NOW) is Outcome.UNAUTHORIZED
    assert len(impostor.requests) <= 4
