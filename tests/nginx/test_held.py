"""A part that is asked for before it is there reaches all who wait at once, and the cache is not written once for each of them."""

import contextlib
import threading

import pytest

from tests.nginx.conftest import SID, running
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

HELD_S = 0.1


@pytest.fixture(scope="module")
def holding():
    """An nginx whose origin takes a while for names that end in ``.9.m4s``, as for the part a playlist hints at."""
    with running() as front:
        at_once = front.origin.answer

        def answer(handler):
            if handler.path.endswith(".9.m4s"):
                threading.Event().wait(HELD_S)
            return at_once(handler)

        front.origin.answer = answer
        yield front


def cached(front):
    """What of the origin's pictures is in nginx's cache."""
    found = []
    for path in (front.folder / "nginx/cache/media").rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                found.append(path.read_bytes())
    return b"".join(found)


def get(front, name):
    return ask(front.port, f"/live/{SID}/camA/540p/{name}")


def test_what_was_held_is_served_whole_and_not_kept(holding):
    first, second = get(holding, "0a-1.9.m4s"), get(holding, "0a-1.9.m4s")
    assert first.status == second.status == 200
    assert first.body.startswith(b"picture of camA")
    assert first.body != second.body  # the stand-in counts: the second came from it too
    assert b"0a-1.9.m4s" not in cached(holding)


def test_what_was_there_already_is_kept(holding):
    first, second = get(holding, "0a-1.8.m4s"), get(holding, "0a-1.8.m4s")
    assert first.body == second.body
    assert b"0a-1.8.m4s" in cached(holding)
