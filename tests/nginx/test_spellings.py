"""Whatever a path looks like and however it is sent: another's camera is not served, and the gate hears nothing odd."""

import re

import pytest

from deploy import nginx
from tests.nginx.conftest import SID, running
from tests.nginx.http2 import Connection, Ended
from tests.nginx.spellings import of_another, stray
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

PATHS = of_another(SID, "camA", "camB") + stray(SID, "camA")
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LIMITS = nginx.Limits(media_per_s=10_000, calls_per_s=10_000)


def check(front, asked):
    """No picture was given, the origin never heard of the camera, and each question was in the form of all questions."""
    leaks = [path for path, body in asked if body and b"picture" in body]
    assert leaks == []
    assert len(asked) == len(PATHS)
    assert front.origin.cameras() <= {"camA"}
    questions = [{name.lower(): value for name, value in headers} for _, _, headers in front.gate.seen]
    assert len(questions) > 50
    for question in questions:
        assert set(question) == {"host", "x-session", "x-camera", "x-request-id"}
        assert NAME.fullmatch(question["x-session"])
        assert NAME.fullmatch(question["x-camera"])
    assert {path for _, path, _ in front.gate.seen} == {"/internal/gate"}


def test_there_are_more_than_three_hundred_spellings():
    assert len(set(PATHS)) > 400


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize("before", ["", "http://127.0.0.1", "http://evil.example"])
def test_no_spelling_reaches_another_cameras_picture(front, version, before):
    replies = [(path, ask(front.port, before + path, version=version)) for path in PATHS]
    assert {reply.status for _, reply in replies} <= {400, 403, 404, 405}
    check(front, [(path, reply.body) for path, reply in replies])
    assert ask(front.port, f"{before}/live/{SID}/camA/index.m3u8", version=version).status == 200


def test_nor_does_one_over_http_2(certificate):
    pem, key = certificate
    with running(nginx.Options(certificate=pem, key=key, limits=LIMITS)) as front:
        asked, connection = [], Connection(front.port, pem)
        for path in PATHS:
            try:
                asked.append((path, connection.ask(path)))
            except Ended:
                asked.append((path, None))
                connection.close()
                connection = Connection(front.port, pem)
        assert b"picture of camA" in connection.ask(f"/live/{SID}/camA/360p/1a2b-1.m4s")
        connection.close()
        check(front, asked)
