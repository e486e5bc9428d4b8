"""A thin line and a server that comes and goes: what is sent again, when, and what is done once all the same."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import goldentime
import pytest
from sqlalchemy import func, select

from server.models import AuditEvent, Client, PlateLookup, PlaybackSession
from tests import town
from tests.client_sdk.served import plain, serving


@pytest.fixture
def served(transaction, read, keys, data_dir, clock):
    with serving(transaction, read, keys, data_dir=data_dir, clock=clock) as made:
        yield made


@pytest.fixture
def waits(monkeypatch):
    """How long was waited between two tries; ``waits.act`` is done meanwhile, once."""

    class Waits(list):
        act = None

        def wait(self, seconds):
            self.append(seconds)
            act, self.act = self.act, None
            if act:
                act()

    made = Waits()
    monkeypatch.setattr("goldentime.wire.time.sleep", made.wait)
    return made


@pytest.fixture
def room(served):
    with goldentime.Room(served.base, "cad112", town.PASSWORD) as made:
        yield made


@pytest.fixture
def kim(served):
    with goldentime.Client(served.base) as made:
        made.login("kim", town.PASSWORD)
        yield made


def reported(room):
    return room.incidents.report(**town.report())


def count(read, kind):
    with read() as session:
        return session.scalar(select(func.count()).select_from(kind))


def test_a_server_that_restarts_in_the_middle_of_a_call_does_it_once(room, kim, served, waits, read):
    incident = reported(room)
    served.lost, waits.act = 1, served.restart
    playback = kim.play("cam-near", incident_id=incident.id)
    with read() as session:
        assert [row.id for row in session.scalars(select(PlaybackSession))] == [playback.session_id]
    assert len(waits) == 1


def test_a_server_that_is_away_for_a_moment_is_asked_again(kim, served, waits):
    served.stop()
    waits.act = lambda: served._listen("127.0.0.1", int(served.base.rpartition(":")[2]))
    assert kim.dispatches().unit.id == "car1"
    assert len(waits) == 1


def test_calls_of_many_threads_renew_once(kim, served, clock):
    clock.forward(minutes=6)
    with ThreadPoolExecutor(8) as threads:
        found = [one.result() for one in [threads.submit(kim.dispatches) for _ in range(8)]]
    assert {one.unit.id for one in found} == {"car1"}
    assert [path for _, path, _ in served.answers].count("/v1/auth/token") == 2, "signing in, and one renewal"


def test_a_look_up_whose_answer_is_lost_is_not_made_a_second_time(room, served, read, waits, transaction):
    with transaction() as session:
        session.get(Client, "cad112").services = ["wanted_vehicle"]
    list(room.grants.list())
    served.lost = 1
    with pytest.raises(goldentime.Offline):
        room.plate_lookups.ask("exact", "12가3456", reason="수색", legal_basis="PIPA_18_2_7")
    assert (count(read, PlateLookup), waits) == (1, [])


def test_a_refusal_is_not_asked_for_again(room, served, waits):
    with pytest.raises(goldentime.Refused) as refused:
        room.incidents.read("no-such")
    assert refused.value.status == 404
    assert ([path for _, path, _ in served.answers].count("/v1/incidents/no-such"), waits) == (1, [])


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_date_of_an_answer_is_enough_to_set_a_clock_by(served, clock, minutes):
    served.coarse = True
    clock.forward(minutes=minutes)
    with goldentime.Client(served.base) as client:
        client.login("kim", town.PASSWORD)
        assert client.dispatches().unit.id == "car1"
    assert [status for _, _, status in served.answers] == [401, 200, 200]


def test_a_clock_that_jumps_while_the_program_runs_does_not_matter(kim, served, clock):
    clock.forward(minutes=10)
    assert kim.dispatches().unit.id == "car1"
    assert [status for _, _, status in served.answers[1:]] == [401, 200, 200], "what is refused first is the old token"


def busy(times, status, retry_after):
    """Answers so often that it cannot now; then it can."""
    asked = []

    def answer(environ, start):
        if environ["PATH_INFO"] == "/v1/auth/token":
            start("200 OK", [])
            return [json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 300}).encode()]
        asked.append(environ.get("HTTP_IDEMPOTENCY_KEY"))
        if len(asked) <= times:
            start(status, [("Retry-After", retry_after), ("Content-Type", "application/problem+json")])
            return [b'{"code": "too_many_requests"}']
        start("204 No Content", [])
        return [b""]

    return asked, answer


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_who_is_asked_to_wait_waits_so_long_and_some_more(waits, status):
    asked, answer = busy(2, status, "2")
    with plain(answer) as base, goldentime.Room(base, "cad112", "s") as room:
        room.grants.revoke("g")
    assert len(asked) == 3
    assert len(set(asked)) == 1, "it is one call"
    assert all(2 <= wait <= 3.5 for wait in waits)
    assert len(waits) == 2


def test_who_is_asked_to_wait_for_long_is_told_so_instead(waits):
    asked, answer = busy(1, "429 Too Many Requests", "40")
    with (
        plain(answer) as base,
        goldentime.Room(base, "cad112", "s") as room,
        pytest.raises(goldentime.Refused) as refused,
    ):
        room.grants.revoke("g")
    assert (refused.value.code, refused.value.retry_after_s) == ("too_many_requests", 40)
    assert (len(asked), waits) == (1, [])


def test_a_file_comes_with_its_name_and_its_reading_is_recorded(served, room, kim, read, clock):
    incident = reported(room)
    kim.play("cam-near", incident_id=incident.id)
    with goldentime.Client(served.base) as auditor:
        auditor.login("auditor", town.PASSWORD)
        file = auditor.audit.viewing(
            since=clock() - timedelta(hours=1), until=clock() + timedelta(hours=1), format="csv"
        )
        assert file.name.startswith("viewing-")
        assert file.media_type.startswith("text/csv")
        assert "cam-near" in file.data.decode()
    with read() as session:
        assert session.scalar(select(func.count()).where(AuditEvent.tag.like("%audit%read%")))
