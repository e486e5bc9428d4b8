import json
import queue
import threading
from datetime import datetime

import goldentime
import pytest
from goldentime.api import Api
from goldentime.events import Events
from goldentime.sse import EventReader
from goldentime.waiting import back_off
from goldentime.wire import Wire

from tests import town
from tests.client_sdk.product import running
from tests.client_sdk.served import plain

PARTS = ("transaction", "read", "keys", "data_dir", "database_url")


class Heard:
    """What events say, read in a thread as a program would."""

    def __init__(self, events):
        self.events, self.said, self.error = events, queue.Queue(), None
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self):
        try:
            for event in self.events:
                self.said.put((event.kind, event.data))
        except goldentime.GoldentimeError as error:
            self.error = error
        self.said.put(None)

    def next(self, kind):
        """The data of the next event of that kind."""
        while (event := self.said.get(timeout=30)) is not None:
            if event[0] == kind:
                return event[1]
        raise AssertionError(self.error or "the events have ended")

    def stop(self):
        self.events.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()


class Known:
    """A login that has a token; renewing it gives the next one."""

    def __init__(self):
        self.given = 1

    def token(self, *, instead_of=None):
        self.given += instead_of is not None
        return f"t{self.given}"

    def headers(self, _method, _path, token):
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def listening(monkeypatch):
    """``listening(answer)``: what is heard of ``answer(environ, start)``; ``answer`` gives pieces of the stream."""
    monkeypatch.setattr("goldentime.waiting.LEAST_S", 0.01)
    opened, ends = [], []

    def open_(answer, **more):
        context = plain(answer)
        base = context.__enter__()
        ends.append(lambda: context.__exit__(None, None, None))
        opened.append(Heard(Events(Api(Wire(base), Known()), **more)))
        return opened[-1]

    yield open_
    for end in [*(heard.stop for heard in opened), *ends]:
        end()


def stream(start, *texts):
    start("200 OK", [("Content-Type", "text/event-stream")])
    yield from (text.encode() for text in texts)


@pytest.mark.nginx
@pytest.mark.process
def test_pushed_from_the_real_product_through_its_restart(request, monkeypatch):
    monkeypatch.setattr("goldentime.waiting.LEAST_S", 0.05)
    with running(**{n: request.getfixturevalue(n) for n in PARTS}) as product, goldentime.Client(product.base) as kim:
        kim.login("kim", town.PASSWORD)
        heard = Heard(kim.events())
        try:
            assert heard.next("state") == {"state": "online"}
            with goldentime.Room(product.base, "cad112", town.PASSWORD) as room:
                report = town.report() | {"reported_at": datetime.fromisoformat("2026-11-02T09:30:00+09:00")}
                incident = room.incidents.report(**report)
                assert heard.next("dispatch")["incident_id"] == incident.id
                playback = kim.play("cam-near", incident_id=incident.id)
                product.stop_events()
                assert heard.next("state") == {"state": "offline"}
                room.incidents.close(incident.id, "끝")  # nobody hears of it now
                product.start_events()
            assert heard.next("state") == {"state": "online"}
            told = heard.next("revoked")
            assert (told["session_ids"], told["reason"]) == ([playback.session_id], "incident_closed")
        finally:
            heard.stop()
        assert heard.error is None


def test_coming_back_it_says_which_event_it_heard_last(listening):
    asked = []

    def answer(environ, start):
        asked.append(environ.get("HTTP_LAST_EVENT_ID"))
        return stream(start, f'id: {40 + len(asked)}\nevent: dispatch\ndata: {{"n": {len(asked)}}}\n\n')

    heard = listening(answer, last_id="7")
    assert [heard.next("dispatch") for _ in range(2)] == [{"n": 1}, {"n": 2}]
    assert asked[:2] == ["7", "41"]


def test_a_line_that_falls_silent_is_taken_for_dead(listening, monkeypatch):
    monkeypatch.setattr("goldentime.wire.SILENCE_S", 0.2)
    silent = threading.Event()

    def answer(_environ, start):
        yield from stream(start, "event: ping\ndata: {}\n\n")
        silent.wait(10)

    heard = listening(answer)
    assert [heard.next("state")["state"] for _ in range(3)] == ["online", "offline", "online"]
    silent.set()


def test_a_line_that_ends_in_order_is_taken_up_again_without_alarm(listening):
    heard = listening(lambda _environ, start: stream(start, "event: ping\ndata: {}\n\n"))
    said = [heard.said.get(timeout=10)[0] for _ in range(4)]
    assert said == ["state", "ping", "ping", "ping"]


def test_an_old_token_is_renewed_once(listening):
    def answer(environ, start):
        if environ["HTTP_AUTHORIZATION"] == "Bearer t1":
            start("401 Unauthorized", [])
            return [b'{"code": "token_invalid"}']
        return stream(start, "event: ping\ndata: {}\n\n")

    assert listening(answer).said.get(timeout=10) == ("state", {"state": "online"})


@pytest.mark.parametrize(("status", "code"), [("401 Unauthorized", "token_invalid"), ("403 Forbidden", "login_locked")])
def test_a_login_that_is_over_or_locked_ends_the_listening_with_its_code(listening, status, code):
    def answer(_environ, start):
        start(status, [("Content-Type", "application/problem+json")])
        return [json.dumps({"code": code}).encode()]

    heard = listening(answer)
    heard.thread.join(10)
    assert heard.error.code == code


def test_a_server_that_is_away_is_waited_for_and_what_is_not_json_is_passed_over(listening):
    times = []

    def answer(_environ, start):
        times.append(1)
        if len(times) < 3:
            start("503 Service Unavailable", [])
            return [b""]
        return stream(start, 'event: dispatch\ndata: {\n\nevent: revoked\ndata: {"reason": "r"}\n\n')

    heard = listening(answer)
    assert heard.next("revoked") == {"reason": "r"}
    assert len(times) >= 3


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_events_are_read_in_any_cut(size, end):
    text = end.join(
        [": hello", "id: 1", "event: a", "data: x", "data:  y", "", "data", "", "id: 2", "", "id", "data:z", "", ""]
    )
    reader, events = EventReader(), []
    for at in range(0, len(text), size):
        events += reader.read(text[at : at + size])
    events += reader.read("\n") if end == "\r" else []
    assert [(one.id, one.event, one.data) for one in events] == [
        ("1", "a", "x\n y"),
        ("1", "message", ""),
        ("", "message", "z"),
    ]


def test_an_event_without_an_end_is_not_kept_for_ever():
    reader = EventReader()
    for _ in range(9):
        reader.read("data: " + "x" * 100_000 + "\n")
    with pytest.raises(ValueError, match="no end"):
        reader.read("data: " + "x" * 200_000)


def test_the_wait_before_the_next_try_doubles_is_spread_from_nothing_and_has_an_end():
    assert [back_off(failures, 1) for failures in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
    assert back_off(1, 0) == back_off(9, 0) == 0
    assert back_off(50, 1) == 15
