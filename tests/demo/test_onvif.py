import asyncio
import contextlib
import re
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from defusedxml.ElementTree import fromstring

from demo.cameras import configuration, onvif, simulator
from transcoder.soap import username_token

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOGIN = ("viewer", "correct horse")
NONCE = bytes(range(16))
PROFILES = f'<GetProfiles xmlns="{onvif.MEDIA}"/>'
DEVICE_PATH = "/onvif/device_service"


def envelope(body, token=""):
    return f'<s:Envelope xmlns:s="{onvif.SOAP}"><s:Header>{token}</s:Header><s:Body>{body}</s:Body></s:Envelope>'


@pytest.mark.parametrize(
    ("login", "age_s", "known"),
    [
        (LOGIN, 0, True),
        (LOGIN, 9, True),
        (LOGIN, -9, True),
        (LOGIN, 11, False),
        (LOGIN, -11, False),
        (("viewer", "other"), 0, False),
        (("other", "correct horse"), 0, False),
    ],
)
def test_a_password_is_proven_by_a_fresh_token_of_its_user(login, age_s, known):
    token = username_token(*login, created=NOW - timedelta(seconds=age_s), nonce=NONCE)
    assert onvif.proves(fromstring(envelope("", token)), *LOGIN, now=NOW) is known


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (r"<Nonce.*</Nonce>", ""),
        (r"(<Nonce[^>]*>)[^<]*", r"\1§"),
        (r"<Created.*</Created>", ""),
        (r"12:00:00Z", "12:00:00"),  # without a zone
        (r"12:00:00Z", "noon"),
        (r"<Password.*</Password>", ""),
        (r"(<Password[^>]*>)[^<]*", r"\1correct horse"),
    ],
)
def test_a_token_that_lacks_something_proves_nothing(written, instead):
    token = username_token(*LOGIN, created=NOW, nonce=NONCE)
    damaged = re.sub(written, instead, token)
    assert damaged != token
    assert not onvif.proves(fromstring(envelope("", damaged)), *LOGIN, now=NOW)


@pytest.fixture
def settings(clip, configured):
    row = {"clip": str(clip), "fps": 15, "password": LOGIN[1]}
    rows = [
        row | {"path": "/a", "username": "viewer", "onvif_profile": "a"},
        row | {"path": "/b", "username": "other", "onvif_profile": "b"},
        row | {"path": "/c", "username": "viewer"},
    ]
    return configuration.read(configured(rows, onvif_port=0))


@contextlib.asynccontextmanager
async def talking(settings):
    async with simulator.serving(settings) as ports, aiohttp.ClientSession() as client:

        async def post(path, data):
            async with client.post(f"http://127.0.0.1:{ports['onvif_port']}{path}", data=data) as response:
                return response.status, await response.text()

        yield post


@pytest.mark.parametrize(("username", "seen"), [("viewer", ["a"]), ("other", ["b"]), ("nobody", None)])
def test_a_user_sees_the_profiles_of_his_cameras_only(settings, username, seen):
    async def run():
        async with talking(settings) as post:
            token = username_token(username, LOGIN[1], created=datetime.now(UTC), nonce=NONCE)
            status, text = await post(onvif.MEDIA_PATH, envelope(PROFILES, token))
            if seen is None:
                assert (status, "ter:NotAuthorized" in text) == (400, True)
            else:
                assert (status, re.findall(r'token="(\w+)"', text)) == (200, seen)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "sent", "status", "said"),
    [
        (DEVICE_PATH, envelope("<GetSystemDateAndTime/>"), 200, "<Year>"),
        (DEVICE_PATH, envelope("<GetCapabilities/>"), 200, onvif.MEDIA_PATH),
        (DEVICE_PATH, envelope("<SystemReboot/>"), 400, "ter:ActionNotSupported"),
        (DEVICE_PATH, envelope(PROFILES), 400, "ter:ActionNotSupported"),
        (onvif.MEDIA_PATH, envelope(""), 400, "ter:ActionNotSupported"),
        (onvif.MEDIA_PATH, envelope(PROFILES), 400, "ter:NotAuthorized"),
        (onvif.MEDIA_PATH, "nonsense", 400, "ter:WellFormed"),
        (onvif.MEDIA_PATH, "<!DOCTYPE a []>" + envelope(PROFILES), 400, "ter:WellFormed"),
        (onvif.MEDIA_PATH, "x" * 70_000, 413, ""),
        ("/onvif/Media", envelope(PROFILES), 404, ""),
    ],
)
def test_a_request_is_answered_or_refused_in_words_of_the_standard(settings, path, sent, status, said):
    async def run():
        async with talking(settings) as post:
            answered, text = await post(path, sent)
            assert (answered, said in text) == (status, True)

    asyncio.run(run())


def test_a_profile_tells_where_its_stream_is(settings):
    async def run():
        async with talking(settings) as post:
            token = username_token(*LOGIN, created=datetime.now(UTC), nonce=NONCE)
            asked = f'<GetStreamUri xmlns="{onvif.MEDIA}"><ProfileToken>a</ProfileToken></GetStreamUri>'
            status, text = await post(onvif.MEDIA_PATH, envelope(asked, token))
            assert status == 200
            assert re.search(r">rtsp://127\.0\.0\.1:\d+/a<", text)

    asyncio.run(run())


def test_without_a_port_there_is_no_onvif(settings):
    async def run():
        async with simulator.serving(settings.model_copy(update={"onvif_port": None})) as ports:
            assert set(ports) == {"port"}

    asyncio.run(run())
