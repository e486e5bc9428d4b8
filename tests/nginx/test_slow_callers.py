"""Five hundred callers that never finish what they say keep nobody else waiting, and are sent away."""

import contextlib
import select
import socket
import statistics
import time

import pytest

from tests.nginx.conftest import SID, running
from tests.nginx.wire import ask

pytestmark = pytest.mark.nginx

SLOW = 500
HEADS = (
    b"GET / HTTP/1.1\r\nHost: x\r\nX-a: ",
    b"POST /v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n{",
    b"POST /v1/incidents HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
    b"G",
    b"",
)
SENT_AWAY_WITHIN_S = 5.0 + 5.0  # nginx's own 5 s, and a busy machine
NOTICED_S = 0.1  # below that nobody waits, and a busy machine doubles it


def asked(front, count):
    """The seconds of so many requests for pictures; every one of them is served."""
    took = []
    for number in range(count):
        at = time.monotonic()
        assert ask(front.port, f"/live/{SID}/camA/360p/1a2b-{number % 20}.m4s").status == 200
        took.append(time.monotonic() - at)
    return took


def p95(took):
    return statistics.quantiles(took, n=20)[-1]


def test_callers_that_never_finish_keep_nobody_waiting():
    with running() as front, contextlib.ExitStack() as stack:
        alone = p95(asked(front, 200))
        began = time.monotonic()
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", front.port), timeout=20)) for _ in range(SLOW)
        ]
        for number, one in enumerate(slow):
            one.sendall(HEADS[number % len(HEADS)])
        left, took = set(slow), asked(front, 200)
        while left:
            assert time.monotonic() < began + SENT_AWAY_WITHIN_S
            for one in left.intersection(slow[0 :: len(HEADS)]):
                with contextlib.suppress(OSError):
                    one.send(b"x")  # one byte more of a head does not buy more time
            took += asked(front, 50)
            ended, _, _ = select.select(list(left), [], [], 0.2)
            left -= set(ended)
        assert len(took) >= 250
        assert p95(took) <= max(2 * alone, NOTICED_S)
