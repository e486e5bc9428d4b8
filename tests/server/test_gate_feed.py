"""The feed's own thread, beside a database that does not answer."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from server.access import facts
from server.gate.app import Gate
from tests import town
from tests.server.test_pools import until

POSTGRES = pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def living(engine, transaction, clock, steady, any_database):
    """A gate whose feed's thread runs."""
    with transaction() as session:
        town.live_host(session, clock())
    made = Gate(engine, clock, steady)
    made.feed.start()
    yield made
    made.feed.stop()


def opened(phone, external_id, units):
    incident = phone("cad112").post("/v1/incidents", town.report(external_id=external_id, units=units)).json
    who = {"car1": "kim", "car2": "lee"}[units[0]]
    reply = phone(who).post("/v1/playback", {"camera_id": "cam-near", "incident_id": incident["id"]})
    return reply.json["url"].split("/")[2]


@pytest.fixture
def backends(engine):
    """The processes of PostgreSQL that talk to clients, and the one that takes new ones."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"))
        pids = [row.pid for row in found]
    parent = Path(f"/proc/{pids[0]}/stat").read_text().rsplit(")", 1)[1].split()[1]
    return [*pids, int(parent)]


@POSTGRES
def test_after_a_failure_of_any_kind_everything_is_read_anew(living, phone, monkeypatch):
    def fail(*_):
        raise LookupError

    sid = opened(phone, "1", ["car1"])
    until(lambda: living.decide(sid, "cam-near") == (204, "host-a"))
    monkeypatch.setattr(living.feed, "_follow", fail)
    until(lambda: living.feed.begun > living.feed.ended)
    later = opened(phone, "2", ["car2"])
    until(lambda: living.decide(later, "cam-near") == (204, "host-a"))
    assert living.feed.memory.served == {living.feed.memory.get(facts.sid_hash(s)).session_id for s in (sid, later)}


@POSTGRES
def test_while_the_database_hangs_who_watches_goes_on_for_ten_seconds_and_nobody_else(living, phone, steady, request):
    kim, lee = opened(phone, "1", ["car1"]), opened(phone, "2", ["car2"])
    until(lambda: len(living.feed.memory) == 2)
    assert living.decide(kim, "cam-near") == (204, "host-a")
    stopped = request.getfixturevalue("backends")
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        steady.at += 3.1
        assert living.decide(kim, "cam-near") == (204, "host-a")
        assert living.decide(lee, "cam-near") == (503, None)
        steady.at += 7
        assert living.decide(kim, "cam-near") == (503, None)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    until(lambda: living.decide(kim, "cam-near") == living.decide(lee, "cam-near") == (204, "host-a"))
