"""A decision counts for half a second, and the halves of different sessions begin at different times."""

import statistics
import time
from collections import defaultdict

import pytest

from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

SESSIONS = [f"spread{number:02}".ljust(22, "s") for number in range(30)]
WATCHED_S = 3.3
PAUSE_S = 0.15  # from the gate's note of the time until its answer is with nginx, on a loaded machine


@pytest.fixture(scope="module")
def watched(front):
    """Of each session, while all of them kept asking: when the gate was asked about it, and when each of its answered
    requests was sent and answered; in seconds of the clock.
    """
    asked_at, requests = defaultdict(list), defaultdict(list)
    decide = front.gate.answer

    def answer(handler):
        asked_at[handler.headers["X-Session"]].append(time.time())
        return decide(handler)

    front.gate.allowed.update((sid, "camA") for sid in SESSIONS)
    front.gate.answer = answer
    began = time.monotonic()
    while time.monotonic() < began + WATCHED_S:
        for sid in SESSIONS:
            sent_at = time.time()
            assert ask(front.port, f"/live/{sid}/camA/360p/1a2b-12.m4s").status == 200
            requests[sid].append((sent_at, time.time()))
    front.gate.answer = decide
    return dict(asked_at), dict(requests)


@pytest.fixture(scope="module")
def asked_at(watched):
    return watched[0]


def test_no_decision_is_older_than_half_a_second(watched):
    asked_at, requests = watched
    assert set(requests) == set(SESSIONS)
    for sid, times in requests.items():
        for sent_at, answered_at in times:
            newest = max(at for at in asked_at[sid] if at <= answered_at)
            assert sent_at - newest < 0.5 + PAUSE_S


def test_the_gate_is_asked_twice_a_second_and_once_more_in_ten(asked_at):
    for times in asked_at.values():
        assert len(times) <= 2 * WATCHED_S + 3


def test_sessions_do_not_all_ask_at_once(asked_at):
    fifths = [statistics.mode(int(at % 0.5 * 10) for at in times[1:]) for times in asked_at.values()]
    assert len(set(fifths)) >= 4
    assert max(map(fifths.count, fifths)) < len(SESSIONS) * 0.6
