from dataclasses import replace

import pytest

from demo.cameras import conversation, digest, rtsp
from demo.cameras.conversation import Account, State

SECRET = "secret"
NEW = State(nonce="n0", session="s1", ssrc=0xABCD, sequence=65000)
READY = replace(NEW, path="/cam/open", channel=2)
PLAYING = replace(READY, playing=True)
ACCOUNTS = {"/cam/open": Account("", "", b"sdp"), "/cam/closed": Account("viewer", SECRET, b"sdp")}
OPEN, CLOSED = "rtsp://h/cam/open", "rtsp://h/cam/closed"
TCP = {"transport": "RTP/AVP/TCP;unicast;interleaved=2-3"}
MINE, OTHERS = {"session": "s1"}, {"session": "s2"}


def request(method, uri, headers=None):
    return rtsp.Request(method, uri, {"cseq": "1"} | (headers or {}))


def proof(method, uri, *, nonce="n0", password=SECRET):
    answered = digest.response(method, uri, username="viewer", password=password, nonce=nonce)
    parts = f'realm="{digest.REALM}", nonce="{nonce}", uri="{uri}", response="{answered}"'
    return {"authorization": f'Digest username="viewer", {parts}'}


@pytest.mark.parametrize(
    ("state", "ask", "status", "after"),
    [
        (NEW, ("OPTIONS", "*", {}), 200, NEW),
        (NEW, ("OPTIONS", OPEN, {}), 200, NEW),
        (NEW, ("OPTIONS", CLOSED, {}), 200, NEW),
        (NEW, ("DESCRIBE", OPEN, {}), 200, NEW),
        (NEW, ("DESCRIBE", "rtsp://h/cam/none", {}), 404, NEW),
        (NEW, ("DESCRIBE", "*", {}), 404, NEW),
        (NEW, ("SETUP", f"{OPEN}/trackID=0", TCP), 200, READY),
        (NEW, ("SETUP", OPEN, TCP), 200, READY),
        (NEW, ("SETUP", f"{OPEN}/trackID=1", TCP), 404, NEW),
        (NEW, ("SETUP", OPEN, {}), 461, NEW),
        (NEW, ("SETUP", OPEN, {"transport": "RTP/AVP;unicast;client_port=5000-5001"}), 461, NEW),
        (NEW, ("SETUP", OPEN, TCP | OTHERS), 454, NEW),
        (NEW, ("SETUP", OPEN, TCP | MINE), 454, NEW),
        (PLAYING, ("SETUP", OPEN, TCP | MINE), 455, PLAYING),
        (NEW, ("PLAY", OPEN, {}), 455, NEW),
        (NEW, ("PLAY", OPEN, MINE), 454, NEW),
        (READY, ("PLAY", OPEN, {}), 454, READY),
        (READY, ("PLAY", OPEN, OTHERS), 454, READY),
        (READY, ("PLAY", OPEN, MINE), 200, PLAYING),
        (READY, ("PLAY", f"{OPEN}/trackID=0", MINE), 200, PLAYING),
        (PLAYING, ("PLAY", OPEN, MINE), 200, PLAYING),
        (NEW, ("TEARDOWN", OPEN, {}), 454, NEW),
        (PLAYING, ("TEARDOWN", OPEN, OTHERS), 454, PLAYING),
        (PLAYING, ("TEARDOWN", OPEN, {}), 454, PLAYING),
        (PLAYING, ("TEARDOWN", OPEN, MINE), 200, replace(NEW, channel=2)),
        (PLAYING, ("GET_PARAMETER", OPEN, MINE), 200, PLAYING),
        (PLAYING, ("GET_PARAMETER", OPEN, OTHERS), 454, PLAYING),
        (NEW, ("GET_PARAMETER", OPEN, {}), 200, NEW),
        (PLAYING, ("PAUSE", OPEN, MINE), 501, PLAYING),
        (NEW, ("RECORD", OPEN, {}), 501, NEW),
        (NEW, ("ANNOUNCE", OPEN, {}), 501, NEW),
        (NEW, ("options", OPEN, {}), 501, NEW),
    ],
)
def test_each_method_in_each_state_has_its_answer(state, ask, status, after):
    state, response = conversation.answer(state, request(*ask), ACCOUNTS)
    assert (response.status, state) == (status, after)
    assert rtsp.render(response, "1").startswith(f"RTSP/1.0 {status} ".encode())


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "GET_PARAMETER"])
def test_a_closed_camera_asks_who_it_is_for_every_method(method):
    state, response = conversation.answer(NEW, request(method, CLOSED, TCP), ACCOUNTS)
    assert (response.status, state) == (401, NEW)
    assert digest.fields(response.headers["WWW-Authenticate"])["nonce"] == "n0"
    assert b"sdp" not in response.body


def test_a_closed_camera_answers_who_proves_the_password():
    _, response = conversation.answer(NEW, request("DESCRIBE", CLOSED, proof("DESCRIBE", CLOSED)), ACCOUNTS)
    assert (response.status, response.body) == (200, b"sdp")


def test_a_wrong_password_is_challenged_again_and_an_old_nonce_is_called_stale():
    wrong = request("DESCRIBE", CLOSED, proof("DESCRIBE", CLOSED, password="other"))
    old = request("DESCRIBE", CLOSED, proof("DESCRIBE", CLOSED, nonce="n9"))
    _, to_wrong = conversation.answer(NEW, wrong, ACCOUNTS)
    _, to_old = conversation.answer(NEW, old, ACCOUNTS)
    assert "stale" not in digest.fields(to_wrong.headers["WWW-Authenticate"])
    assert digest.fields(to_old.headers["WWW-Authenticate"])["stale"] == "true"
    assert (to_wrong.status, to_old.status) == (401, 401)


def test_a_session_of_one_camera_does_not_play_another():
    closed = request("PLAY", CLOSED, MINE | proof("PLAY", CLOSED))
    state, response = conversation.answer(READY, closed, ACCOUNTS)
    assert (response.status, state) == (454, READY)


def test_setup_and_play_say_what_a_client_needs():
    _, setup = conversation.answer(NEW, request("SETUP", f"{OPEN}/trackID=0", TCP), ACCOUNTS)
    assert setup.headers == {
        "Transport": "RTP/AVP/TCP;unicast;interleaved=2-3;ssrc=0000ABCD",
        "Session": "s1;timeout=60",
    }
    _, play = conversation.answer(READY, request("PLAY", f"{OPEN}/", MINE), ACCOUNTS)
    assert play.headers["RTP-Info"] == f"url={OPEN}/trackID=0;seq=65000"


def test_every_method_that_is_public_is_answered():
    for method in conversation.METHODS:
        assert conversation.answer(NEW, request(method, OPEN), ACCOUNTS)[1].status != 501
