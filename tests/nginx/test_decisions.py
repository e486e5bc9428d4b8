"""A decision counts for half a second, and the halves of different sessions begin at different times."""

import statistics
import time
from collections import defaultdict

import pytest

from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

SESSIONS = [f"spread{number:02}".ljust(22, "s") for number in range(30)]
WATCHED_S = 3.3
PAUSE_S = 0.15  # what a loaded machine may add


@pytest.fixture(scope="module")
def asked_at(front):
    """When the gate was asked about each session while all of them kept asking, in seconds of the clock."""
    found = defaultdict(list)
    decide = front.gate.answer

    def answer(handler):
        found[handler.headers["X-Session"]].append(time.time())
        return decide(handler)

    front.gate.allowed.update((sid, "camA") for sid in SESSIONS)
    front.gate.answer = answer
    began = time.monotonic()
    while time.monotonic() < began + WATCHED_S:
        for sid in SESSIONS:
            assert ask(front.port, f"/live/{sid}/camA/360p/1a2b-12.m4s").status == 200
    front.gate.answer = decide
    return dict(found)


def test_no_decision_is_older_than_half_a_second(asked_at):
    assert set(asked_at) == set(SESSIONS)
    for times in asked_at.values():
        assert max(later - earlier for earlier, later in zip(times, times[1:], strict=False)) < 0.5 + PAUSE_S


def test_the_gate_is_asked_twice_a_second_and_once_more_in_ten(asked_at):
    for times in asked_at.values():
        assert len(times) <= 2 * WATCHED_S + 3


def test_sessions_do_not_all_ask_at_once(asked_at):
    fifths = [statistics.mode(int(at % 0.5 * 10) for at in times[1:]) for times in asked_at.values()]
    assert len(set(fifths)) >= 4
    assert max(map(fifths.count, fifths)) < len(SESSIONS) * 0.6
