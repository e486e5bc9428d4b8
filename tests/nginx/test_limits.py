"""A player is never slowed down, who takes more than a player is."""

import contextlib
import socket
import threading

import pytest

from deploy import nginx
from tests.nginx.conftest import running, until
from tests.nginx.wire import ask, volley

pytestmark = pytest.mark.nginx

PLAYER_PER_S = 12  # two a part of 0.2 s, and a still
TOKEN = "Authorization: Bearer e30.e30."


@pytest.fixture(scope="module")
def limited():
    """nginx with the limits it is delivered with."""
    with running(nginx.Options()) as started:
        yield started


def statuses(front, sid, count):
    front.gate.allowed.add((sid, "camA"))
    found = volley(front.port, [f"/live/{sid}/camA/360p/1a2b-{n}.m4s" for n in range(count)])
    assert len(found) == count
    return found


def test_four_pictures_at_once_may_catch_up_five_seconds(limited):
    for place in range(4):
        assert set(statuses(limited, f"tile{place}".ljust(22, "t"), 5 * PLAYER_PER_S)) == {200}


def test_a_scraper_is_slowed_down_and_nobody_else(limited):
    taken = statuses(limited, "scraper".ljust(22, "s"), 600)
    assert 429 in taken
    assert taken.count(200) < 500
    assert set(statuses(limited, "viewer".ljust(22, "v"), PLAYER_PER_S)) == {200}


@contextlib.contextmanager
def held(front, path, count, *headers):
    """So many requests that are open at once; gives their sockets."""
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]).encode()
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_connection(("127.0.0.1", front.port), timeout=20)) for _ in range(count)
        ]
        for one in sockets:
            one.sendall(head)
        yield sockets


def test_one_session_holds_no_more_requests_than_a_player_needs(limited):
    sid = "shared".ljust(22, "s")
    limited.gate.allowed.add((sid, "camA"))
    before = len(limited.origin.seen)
    limited.origin.release.clear()
    path = f"/live/{sid}/camA/360p/index.m3u8?_HLS_msn=9"
    with held(limited, path, nginx.Limits().held_per_session):
        until(lambda: len(limited.origin.seen) == before + nginx.Limits().held_per_session)
        assert ask(limited.port, path).status == 429
        limited.origin.release.set()
    until(lambda: ask(limited.port, path).status == 200)


def test_one_token_opens_no_more_event_streams_than_pages(limited):
    answer, going = limited.events.answer, threading.Event()
    limited.events.answer = lambda handler: (going.wait(20), answer(handler))[1]
    before = len(limited.events.seen)
    mine, others = TOKEN + "m" * 86, TOKEN + "o" * 86
    with held(limited, "/v1/events", nginx.Limits().pages_per_token, mine):
        until(lambda: len(limited.events.seen) == before + nginx.Limits().pages_per_token)
        assert ask(limited.port, "/v1/events", headers=[mine]).status == 429
        with held(limited, "/v1/events", 1, others) as [other]:
            until(lambda: len(limited.events.seen) == before + nginx.Limits().pages_per_token + 1)
            going.set()
            assert other.recv(12) == b"HTTP/1.1 200"
    limited.events.answer = answer
