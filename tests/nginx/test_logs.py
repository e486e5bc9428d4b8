import json

import pytest

from tests.nginx.conftest import SID, running
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

CANARIES = [SID, "hush-token", "hush-query", "hush-refresh", "hush-referer"]


@pytest.fixture(scope="module")
def written():
    """What every log holds after good, bad, refused, timed out and broken requests."""
    with running() as front:
        headers = ["Authorization: Bearer hush-token", "Referer: http://x/hush-referer", "Cookie: hush-token"]
        for path in (
            f"/live/{SID}/camA/index.m3u8?token=hush-query",
            f"/live/{SID}/camA/360p/1a2b-12.m4s",
            f"/live/{SID}/camB/360p/1a2b-12.m4s",
            f"/live/{SID}/camA/index.m3u8%0a",
            f"/live/{SID}/camA/%zz",
            f"/live/{SID}/camA/" + "x" * 9000,
            f"/live/{SID}/camA/none",
            "/v1/playback?hush-query",
            f"/v1/playback/{SID}",
            "/v1/events?hush-query",
            f"/nothing/{SID}",
        ):
            ask(front.port, path, headers=headers)
        for request, status in (
            ("bl=600,mtp=1500", "bs"),
            ('bl=hush-token,x="', "hush-query"),
            ("mtp=1,bl=1234567", ""),
        ):
            told = [f"CMCD-Request: {request}", f"CMCD-Status: {status}"]
            ask(front.port, f"/live/{SID}/camA/360p/1a2b-15.m4s", headers=told)
        ask(front.port, "/v1/auth/token", method="POST", body=b"refresh_token=hush-refresh")
        front.origin.stop()
        ask(front.port, f"/live/{SID}/camA/360p/1a2b-99.m4s", headers=headers)
        front.gate.stop()
        ask(front.port, f"/live/{SID}/camA/360p/1a2b-13.m4s", headers=headers)
        (front.sockets / "gate.sock").unlink()
        ask(front.port, f"/live/{SID}/camA/360p/1a2b-14.m4s", headers=headers)
        front.api.stop()
        (front.sockets / "api.sock").unlink()
        ask(front.port, f"/v1/playback/{SID}", headers=headers)
        (front.folder / "nginx" / "cache").chmod(0)
        front.process.terminate()
        front.process.wait(10)
        (front.folder / "nginx" / "cache").chmod(0o700)
        return front.written()


@pytest.mark.parametrize("canary", CANARIES)
def test_no_log_holds_a_session_or_a_token(written, canary):
    assert canary not in written


def test_each_request_is_one_line_of_json_with_its_place(written):
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {line["place"] for line in lines} == {"media", "api", "events", "elsewhere"}
    assert all(line["request_id"] and line["at"] and line["status"] for line in lines)
    assert {line["camera"] for line in lines if line["place"] == "media"} == {"camA", "camB"}


def test_nginx_starts_without_a_warning(written):
    assert "[warn]" not in written
    assert "[emerg]" not in written


def test_of_what_a_player_tells_of_itself_two_figures_are_written(written):
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    told = {(line["in_hand_ms"], line["starved"]) for line in lines if line["place"] == "media"}
    assert told == {("600", True), ("", False)}
