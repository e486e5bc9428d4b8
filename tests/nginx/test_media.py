import signal
import threading
import time

import pytest

from tests.nginx.conftest import OTHER_SID, SID, until
from tests.nginx.standins import Origin
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

MEDIA = [
    "index.m3u8",
    "360p/index.m3u8",
    "360p/index.m3u8?_HLS_msn=4&_HLS_part=2",
    "360p/init-1a2b.mp4",
    "360p/1a2b-12.m4s",
    "360p/1a2b-12.3.m4s",
    "still.jpg",
]


@pytest.mark.parametrize("file", MEDIA)
def test_an_allowed_session_gets_every_kind_of_file(front, file):
    reply = ask(front.port, f"/live/{SID}/camA/{file}")
    assert reply.status == 200
    assert b"picture of camA" in reply.body


@pytest.mark.parametrize("file", MEDIA)
@pytest.mark.parametrize(("sid", "camera"), [(OTHER_SID, "camA"), (SID, "camB"), (OTHER_SID, "camB")])
def test_a_refused_session_gets_nothing(front, file, sid, camera):
    reply = ask(front.port, f"/live/{sid}/{camera}/{file}")
    assert reply.status == 403
    assert b"picture" not in reply.body
    assert "camB" not in front.origin.cameras()


@pytest.mark.parametrize("path", [f"/live/{SID}/camA/x/../index.m3u8", f"//live/{SID}//camA/%69ndex.m3u8"])
def test_another_spelling_of_an_allowed_path_is_that_path(front, path):
    reply = ask(front.port, path)
    assert reply.status == 200
    assert {seen for _, seen, _ in front.origin.seen if "%" in seen or ".." in seen} == set()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("file", MEDIA)
def test_only_reading_is_possible(front, method, file):
    asked = len(front.gate.seen)
    reply = ask(front.port, f"/live/{SID}/camA/{file}", method=method)
    assert reply.status in {403, 405}
    assert b"picture" not in reply.body
    assert len(front.gate.seen) == asked, "the gate is not bothered"


def test_a_head_request_is_authorised_too(front):
    assert ask(front.port, f"/live/{SID}/camA/360p/1a2b-77.m4s", method="HEAD").status == 200
    assert ask(front.port, f"/live/{SID}/camB/360p/1a2b-77.m4s", method="HEAD").status == 403


FORGED = [
    ["X-Camera: camA", f"X-Session: {SID}"],
    ["X_Camera: camA", f"X_Session: {SID}"],
    ["x-camera: camA", "x-camera: camA"],
    [f"X-Original-URI: /live/{SID}/camA/index.m3u8", f"X-Rewrite-URL: /live/{SID}/camA/index.m3u8"],
    ["X-Accel-Redirect: /live/camB/index.m3u8", "X-Origin: host-1"],
    ["X-Real-IP: 127.0.0.1", "X-Forwarded-For: 127.0.0.1"],
    ["X-HTTP-Method-Override: GET"],
    ["Range: bytes=0-5"],
    ["Authorization: Bearer x", "Cookie: sid=" + SID],
]


@pytest.mark.parametrize("headers", FORGED)
def test_no_header_of_the_caller_changes_the_decision(front, headers):
    assert ask(front.port, f"/live/{OTHER_SID}/camB/360p/1a2b-12.m4s", headers=headers).status == 403
    assert "camB" not in front.origin.cameras()


def test_the_gate_hears_the_captures_and_nothing_of_the_caller(front):
    sid = "h" * 22
    front.gate.allowed.add((sid, "camA"))
    headers = ["X-Camera: camB", "Cookie: a=b", "X-Anything: else", "Authorization: Bearer x", "User-Agent: u"]
    assert ask(front.port, f"/live/{sid}/camA/index.m3u8", headers=headers).status == 200
    heard = [{n.lower(): v for n, v in h} for _, _, h in front.gate.seen if ("X-Session", sid) in h]
    request_id = heard[0].pop("x-request-id")
    assert len(request_id) == 32
    assert heard == [{"host": "gate", "x-session": sid, "x-camera": "camA"}]


def test_the_origin_hears_no_session_and_nothing_of_the_caller(front):
    path = f"/live/{SID}/camA/360p/index.m3u8?_HLS_msn=9&token=hush&_HLS_part=1&sid={SID}"
    assert ask(front.port, path, headers=["Cookie: a=b", "Authorization: Bearer hush"]).status == 200
    _, heard, headers = front.origin.seen[-1]
    assert heard == "/live/camA/360p/index.m3u8?_HLS_msn=9&_HLS_part=1&"
    assert {name.lower() for name, _ in headers} == {"host", "x-request-id"}
    assert SID not in str(headers)


@pytest.mark.parametrize("broken", [500, 503, 401, 302, 429, 404])
def test_a_broken_gate_opens_nothing(front, broken):
    sid = f"broken{broken}".ljust(22, "x")
    front.gate.allowed.add((sid, "camA"))
    front.gate.broken = broken
    try:
        reply = ask(front.port, f"/live/{sid}/camA/360p/1a2b-12.m4s")
    finally:
        front.gate.broken = None
    assert reply.status == (401 if broken == 401 else 500)
    assert b"picture" not in reply.body


def test_a_dead_gate_opens_nothing_not_even_what_is_cached(fresh):
    path = f"/live/{SID}/camA/360p/1a2b-12.m4s"
    assert ask(fresh.port, path).status == 200
    fresh.gate.stop()
    until(lambda: ask(fresh.port, path).status == 500, within_s=2.5)
    (fresh.sockets / "gate.sock").unlink()
    assert ask(fresh.port, path).status == 500
    assert ask(fresh.port, f"/live/{SID}/camA/index.m3u8").status == 500


def test_a_silent_gate_is_not_waited_for(fresh):
    stuck = threading.Event()
    allow = fresh.gate.answer
    fresh.gate.answer = lambda handler: (stuck.wait(10), allow(handler))[1]
    reply = ask(fresh.port, f"/live/{SID}/camA/index.m3u8")
    stuck.set()
    assert reply.status == 500


def test_a_host_that_was_not_rendered_is_never_connected_to(fresh):
    for host in ("127.0.0.1:9", f"127.0.0.1:{fresh.origin.server_address[1]}", "host-9", "", "gate_pool"):
        fresh.gate.host = host
        sid = f"host{len(fresh.gate.seen)}".ljust(22, "x")
        fresh.gate.allowed.add((sid, "camA"))
        assert ask(fresh.port, f"/live/{sid}/camA/index.m3u8").status == 502
    assert fresh.origin.seen == []


def test_a_revoked_session_is_soon_refused(front):
    sid = "revoked".ljust(22, "r")
    path = f"/live/{sid}/camA/360p/1a2b-12.m4s"
    for _ in range(4):
        front.gate.allowed.add((sid, "camA"))
        until(lambda: ask(front.port, path).status == 200, within_s=2)
        front.gate.allowed.discard((sid, "camA"))
        at = time.monotonic()
        until(lambda: ask(front.port, path).status == 403, within_s=2)
        assert time.monotonic() - at <= 1.1


def test_a_decision_is_asked_for_twice_a_second_not_once_a_request(front):
    sid = "often".ljust(22, "o")
    front.gate.allowed.add((sid, "camA"))
    for _ in range(40):
        assert ask(front.port, f"/live/{sid}/camA/360p/1a2b-12.m4s").status == 200
    asked = [h for _, _, h in front.gate.seen if ("X-Session", sid) in h]
    assert len(asked) <= 3


def test_a_refusal_is_never_remembered(front):
    sid = "soon".ljust(22, "s")
    path = f"/live/{sid}/camA/360p/1a2b-12.m4s"
    assert ask(front.port, path).status == 403
    front.gate.allowed.add((sid, "camA"))
    assert ask(front.port, path).status == 200


def test_a_decision_for_one_camera_is_not_one_for_another(front):
    assert ask(front.port, f"/live/{SID}/camA/index.m3u8").status == 200
    assert ask(front.port, f"/live/{SID}/camB/index.m3u8").status == 403


def test_media_is_fetched_once_for_all_viewers_but_only_served_to_the_allowed(front):
    viewer = "viewer".ljust(22, "v")
    front.gate.allowed.add((viewer, "camA"))
    file = "360p/cafe-1.0.m4s"
    bodies = {ask(front.port, f"/live/{sid}/camA/{file}").body for sid in (SID, viewer, SID)}
    assert len(bodies) == 1
    assert [path for _, path, _ in front.origin.seen].count(f"/live/camA/{file}") == 1
    assert ask(front.port, f"/live/{OTHER_SID}/camA/{file}").status == 403


def test_one_rungs_bytes_are_not_anothers(front):
    low = ask(front.port, f"/live/{SID}/camA/240p/cafe-2.m4s").body
    high = ask(front.port, f"/live/{SID}/camA/540p/cafe-2.m4s").body
    assert low != high


def test_playlists_are_never_cached(front):
    path = f"/live/{SID}/camA/360p/index.m3u8?_HLS_msn=30"
    before = len(front.origin.seen)
    ask(front.port, path)
    ask(front.port, path)
    assert len(front.origin.seen) == before + 2


def test_two_viewers_wait_for_one_playlist_together(front):
    front.origin.release.clear()
    path = f"/live/{SID}/camA/360p/index.m3u8?_HLS_msn=31&_HLS_part=0"
    before = len(front.origin.seen)
    replies = []
    waiting = [threading.Thread(target=lambda: replies.append(ask(front.port, path))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    until(lambda: len(front.origin.seen) == before + 3)
    front.origin.release.set()
    for thread in waiting:
        thread.join()
    assert [reply.status for reply in replies] == [200] * 3


def test_a_playlist_is_compressed_for_who_can_read_it(front):
    path = f"/live/{SID}/camA/360p/index.m3u8"
    assert ask(front.port, path, headers=["Accept-Encoding: gzip"]).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in ask(front.port, path).headers


@pytest.mark.parametrize("file", MEDIA)
@pytest.mark.parametrize(("sid", "status"), [(SID, 200), (OTHER_SID, 403)])
def test_a_browser_keeps_no_picture_and_shows_none_elsewhere(front, file, sid, status):
    reply = ask(front.port, f"/live/{sid}/camA/{file}")
    assert reply.status == status
    assert reply.headers["cache-control"] == "private, no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in reply.headers
    assert reply.headers["server"] == "nginx"


def test_what_the_origin_has_not_is_not_remembered(front):
    absent = f"/live/{SID}/camA/360p/dead-1.m4s"
    serve, front.origin.answer = front.origin.answer, lambda _: (404, {}, b"not yet")
    assert ask(front.port, absent).status == 404
    front.origin.answer = serve
    assert ask(front.port, absent).status == 200


def test_another_host_is_taken_in_without_dropping_who_is_watching(fresh):
    other = Origin(("127.0.0.1", 0))
    held = f"/live/{SID}/camA/360p/index.m3u8?_HLS_msn=5"
    fresh.origin.release.clear()
    replies = []
    watching = threading.Thread(target=lambda: replies.append(ask(fresh.port, held)))
    watching.start()
    until(lambda: fresh.origin.seen)
    origins = {
        "host-1": f"127.0.0.1:{fresh.origin.server_address[1]}",
        "host-3": f"127.0.0.1:{other.server_address[1]}",
    }
    fresh.render(origins)
    fresh.process.send_signal(signal.SIGHUP)
    fresh.gate.host = "host-3"
    until(lambda: ask(fresh.port, f"/live/{SID}/camA/still.jpg").status == 200 and other.seen)
    fresh.origin.release.set()
    watching.join()
    other.stop()
    assert replies[0].status == 200
