import json

import gevent
import pytest
from sqlalchemy import event, select

from server import outbox
from server.events.app import EventsApp
from server.events.hub import Hub
from server.events.outbox_reader import LATE, OutboxReader, since
from server.events.subscriber import QUEUE_MAX
from server.models import Client, Officer, OutboxEvent, Shift
from tests.conftest import ISSUER


@pytest.fixture
def hub(read, clock):
    return Hub(read, clock)


@pytest.fixture
def stream(hub, transaction, read, keys, clock):
    """Opens a stream for who has headers; gives what start_response was given, and the body's iterator."""
    app = EventsApp(hub, (transaction, read), keys, issuer=ISSUER, now=clock)

    def opened(who=None, path="/v1/events", method="GET", **headers):
        given = who.headers(method, path) if who else {}
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, **headers}
        environ |= {f"HTTP_{name.upper()}": value for name, value in given.items()}
        started = []
        body = app(environ, lambda status, given: started.append((status, dict(given))))
        return started[0], iter(body)

    return opened


def say(transaction, clock, audience="unit:car1", kind="dispatch", **data):
    with transaction() as session:
        outbox.append(session, audience, kind, data, now=clock())


def parsed(chunk):
    return dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines())


def test_a_page_hears_what_concerns_it_and_nothing_else(stream, hub, *, phone, transaction, read, clock):
    (status, headers), body = stream(phone("kim"))
    assert (status, headers["Content-Type"], headers["X-Accel-Buffering"]) == ("200 OK", "text/event-stream", "no")
    assert next(body) == b"retry: 1000\n\n"
    with read() as session:
        reader = OutboxReader(session, now=clock())
    say(transaction, clock, "unit:car2", n=1)
    say(transaction, clock, "agency:room112", n=2)
    say(transaction, clock, "officer:kim", "revoked", n=3)
    say(transaction, clock, "unit:car1", n=4)
    with read() as session:
        hub.give(reader.poll(session, now=clock()))
    heard = [parsed(next(body)) for _ in range(2)]
    assert [(one["event"], json.loads(one["data"])) for one in heard] == [("revoked", {"n": 3}), ("dispatch", {"n": 4})]
    assert int(heard[0]["id"]) < int(heard[1]["id"])


def test_a_page_that_comes_back_is_told_what_it_missed(stream, phone, transaction, read, clock):
    for n in range(4):
        say(transaction, clock, n=n)
        clock.forward(seconds=20)
    with read() as session:
        ids = session.scalars(select(OutboxEvent.id).order_by(OutboxEvent.id)).all()
    _, body = stream(phone("kim"), HTTP_LAST_EVENT_ID=str(ids[1]))
    next(body)
    assert [json.loads(parsed(next(body))["data"]) for _ in range(2)] == [{"n": 2}, {"n": 3}]


def test_what_is_replayed_is_not_given_again_live(stream, hub, *, phone, transaction, read, clock):
    with read() as session:
        reader = OutboxReader(session, now=clock())
    say(transaction, clock, n=0)
    _, body = stream(phone("kim"), HTTP_LAST_EVENT_ID="0")
    next(body)
    with read() as session:
        hub.give(reader.poll(session, now=clock()))
    say(transaction, clock, n=1)
    with read() as session:
        hub.give(reader.poll(session, now=clock()))
    assert [json.loads(parsed(next(body))["data"]) for _ in range(2)] == [{"n": 0}, {"n": 1}]


@pytest.mark.parametrize("value", ["", "-1", "abc", "1" * 30, "\u0661"])
def test_a_strange_last_event_id_replays_nothing(value, stream, *, phone, transaction, clock, hub):
    say(transaction, clock, n=0)
    _, body = stream(phone("kim"), HTTP_LAST_EVENT_ID=value)
    next(body)
    hub.close_all("test")
    assert list(body) == []


def test_a_row_that_commits_late_is_still_given_once(transaction, read, clock):
    """PostgreSQL gives ids before the commit: row 5 may be seen after row 6."""
    with read() as session:
        reader = OutboxReader(session, now=clock())

    def commit(*ids):
        with transaction() as session:
            session.add_all(OutboxEvent(id=n, at=clock(), audience="unit:car1", kind="dispatch", data={}) for n in ids)

    def polled():
        with read() as session:
            return [row.id for row in reader.poll(session, now=clock())]

    commit(6)
    assert polled() == [6]
    clock.forward(seconds=LATE.total_seconds() - 1)
    commit(5, 7)
    assert polled() == [5, 7]
    assert polled() == []
    clock.forward(seconds=60)
    assert polled() == []
    commit(8)
    assert polled() == [8]


def test_a_row_that_commits_late_is_replayed_to_a_page_that_saw_a_later_one(transaction, read, clock):
    with transaction() as session:
        session.add_all(OutboxEvent(id=n, at=clock(), audience="unit:car1", kind="dispatch", data={}) for n in (5, 6))
    with read() as session:
        assert [row.id for row in since(session, 6, ["unit:car1"])] == [5]
        assert since(session, 6, ["unit:car2"]) == []


def test_a_new_reader_does_not_tell_old_news(transaction, read, clock):
    say(transaction, clock, n=0)
    with read() as session:
        reader = OutboxReader(session, now=clock())
        assert reader.poll(session, now=clock()) == []


def test_the_stream_ends_half_a_minute_after_its_token(stream, phone, clock):
    _, body = stream(phone("kim"))
    next(body)
    clock.forward(seconds=330)
    assert list(body) == []


def test_a_page_that_does_not_keep_up_is_closed_after_what_it_has(stream, hub, *, phone, transaction, read, clock):
    with read() as session:
        reader = OutboxReader(session, now=clock())
    _, body = stream(phone("kim"))
    next(body)
    with transaction() as session:
        for n in range(QUEUE_MAX + 1):
            outbox.append(session, "unit:car1", "dispatch", {"n": n}, now=clock())
    with read() as session:
        hub.give(reader.poll(session, now=clock()))
    assert len(list(body)) == QUEUE_MAX
    assert hub.subscribers == set()


@pytest.mark.parametrize("change", ["disabled", "another unit", "logged out", "client disabled"])
def test_a_page_whose_account_changes_is_closed(change, stream, *, hub, phone, transaction, read, clock):
    account = "cad112" if change == "client disabled" else "kim"
    _, body = stream(phone(account))
    _, other = stream(phone("lee"))
    assert next(body) == next(other)
    with read() as session:
        hub.check(session)
    assert len(hub.subscribers) == 2
    assert not any(subscriber.closed for subscriber in hub.subscribers)
    with transaction() as session:
        kim = session.get(Officer, "kim")
        if change == "disabled":
            kim.enabled = False
        elif change == "another unit":
            kim.unit_id = "car2"
        elif change == "logged out":
            session.scalars(select(Shift).filter_by(officer_id="kim")).one().ended_at = clock()
        else:
            session.get(Client, "cad112").enabled = False
    with read() as session:
        hub.check(session)
    assert list(body) == []
    assert [subscriber.viewer.id for subscriber in hub.subscribers] == ["lee"]


def test_a_page_that_opens_while_the_accounts_are_looked_at_is_not_closed(stream, hub, phone, read):
    _, early = stream(phone("kim"))
    next(early)
    late = []

    def opens(_statement):
        if not late:
            late.append(stream(phone("lee"))[1])
            next(late[0])

    with read() as session:
        event.listen(session, "do_orm_execute", opens)
        hub.check(session)
    assert len(hub.subscribers) == 2
    assert not any(subscriber.closed for subscriber in hub.subscribers)


def test_a_page_that_goes_away_is_forgotten(stream, hub, phone):
    _, body = stream(phone("kim"))
    next(body)
    assert len(hub.subscribers) == 1
    body.close()
    assert hub.subscribers == set()
    assert hub._by_audience == {}


def test_without_the_database_no_page_is_left_believing_that_nothing_happens(stream, hub, phone, engine, monkeypatch):
    _, body = stream(phone("kim"))
    next(body)
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE outbox_events")
        connection.commit()
    monkeypatch.setattr("server.events.hub.POLL_S", 0)
    running = gevent.spawn(hub.run)
    assert list(body) == []
    running.kill()


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({}, "401 Unauthorized", "token_missing"),
        ({"HTTP_AUTHORIZATION": "DPoP made.up.one"}, "401 Unauthorized", "token_invalid"),
        ({"path": "/v1/other"}, "404 Not Found", "not_found"),
        ({"method": "POST"}, "405 Method Not Allowed", "method_not_allowed"),
    ],
)
def test_a_stranger_gets_a_problem(given, status, code, stream):
    (answered, headers), body = stream(**given)
    assert (answered, headers["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(b"".join(body))["code"] == code


def test_a_disabled_officer_does_not_come_in(stream, phone, transaction):
    kim = phone("kim")
    with transaction() as session:
        session.get(Officer, "kim").enabled = False
    assert stream(kim)[0][0] == "401 Unauthorized"


def test_a_stream_takes_a_proof_of_its_own_and_once(stream, phone):
    kim = phone("kim")
    given = {f"HTTP_{name.upper()}": value for name, value in kim.headers("GET", "/v1/events").items()}
    elsewhere = {f"HTTP_{name.upper()}": value for name, value in kim.headers("GET", "/v1/me/dispatches").items()}
    (status, headers), body = stream(**elsewhere)
    assert (status, json.loads(b"".join(body))["code"]) == ("401 Unauthorized", "dpop_proof_invalid")
    assert 'DPoP realm="goldentime", algs="ES256 EdDSA", error="invalid_dpop_proof"' in headers["WWW-Authenticate"]
    assert [stream(**given)[0][0] for _ in range(2)] == ["200 OK", "401 Unauthorized"]
