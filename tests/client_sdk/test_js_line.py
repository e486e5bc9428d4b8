"""The JavaScript SDK against the real server: a wrong clock, a lost answer, a restart, one renewal for many calls."""

import contextlib
import subprocess

import pytest
from sqlalchemy import select

from server.models import PlaybackSession
from tests import town
from tests.client_sdk.served import serving
from tests.client_sdk.test_js import ROOT, node

SCRIPT = """
import { createInterface } from 'node:readline';
import { Client } from '@/src/index.js';
const client = new Client({ base: process.argv[1] });
let mine;
const acts = {
  login: () => client.login('kim', process.argv[2]),
  dispatches: async () => (mine = await client.dispatches()).unit.id,
  many: async () => (await Promise.all(Array.from({ length: 8 }, () => client.dispatches()))).length,
  play: async () => (await client.play({ camera_id: 'cam-near', incident_id: mine.dispatches[0].incident.id })).session_id,
};
for await (const line of createInterface({ input: process.stdin })) {
  console.log(await acts[line]().catch((error) => `${error.name} ${error.code}`) ?? 'done');
}
"""


@pytest.fixture
def served(transaction, read, keys, data_dir, clock):
    with serving(transaction, read, keys, data_dir=data_dir, clock=clock) as made:
        yield made


@pytest.fixture
def officer(served):
    """``officer("dispatches")``: what a program in node says that does that."""
    script = SCRIPT.replace("@", str(ROOT / "client_sdk" / "js"))
    argv = [node(), "--input-type=module", "-e", script, served.base, town.PASSWORD]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def act(name):
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield act
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait(10)


def test_a_lost_answer_and_a_restart_change_nothing_and_many_calls_renew_once(officer, served, phone, clock, read):
    phone("cad112").post("/v1/incidents", town.report())
    assert officer("login") == "done"
    assert officer("dispatches") == "car1"
    clock.forward(minutes=6)
    assert officer("many") == "8"
    assert [path for _, path, _ in served.answers].count("/v1/auth/token") == 2, "signing in, and one renewal"
    served.lost = 2
    session_id = officer("play")
    served.restart()
    assert officer("dispatches") == "car1"
    with read() as session:
        assert [row.id for row in session.scalars(select(PlaybackSession))] == [session_id]


@pytest.mark.parametrize("coarse", [False, True], ids=["to the millisecond", "to the second"])
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_wrong_by_ten_minutes_does_not_matter(officer, served, clock, minutes, coarse):
    served.coarse = coarse
    clock.forward(minutes=minutes)
    assert officer("login") == "done"
    assert officer("dispatches") == "car1"
    assert [status for _, _, status in served.answers] == [401, 200, 200], "one proof by the wrong clock, none after it"
