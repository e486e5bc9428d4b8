import shutil
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import db
from server.cameras.credentials import Vault
from server.models import Centre
from tests import town
from tests.transcoder import faulty
from tests.transcoder.running import Transcoder
from tests.transcoder.waiting import until
from transcoder.capacity import ASSUMED_KBPS, Asker, Limit, waiting

TWO = Limit(2)


def asker(camera_id, priority=2, *, limit=TWO, wanted=True, pulled=False, failing=False, kbps=None):
    return Asker(camera_id, "city", limit, wanted, priority, pulled, failing, kbps)


@pytest.mark.parametrize(
    ("askers", "waits"),
    [
        ([asker("a"), asker("b"), asker("c")], {"c"}),
        ([asker("a"), asker("b"), asker("c", 0)], {"b"}),
        ([asker("a"), asker("b", pulled=True), asker("c", pulled=True)], {"a"}),  # who is pulled keeps its place
        ([asker("a", 1), asker("b", pulled=True), asker("c", pulled=True)], {"c"}),  # but not before the more urgent
        ([asker("a", failing=True), asker("b"), asker("c")], {"a"}),  # a dead camera keeps no living one out
        ([asker("a", 0, failing=True), asker("b"), asker("c")], {"c"}),  # unless it is more urgent
        ([asker("a", 4), asker("b", 0, wanted=False), asker("c", 4)], {"b"}),  # what is only warm gives way
        ([asker(name, limit=Limit()) for name in "abcdef"], set()),
        ([asker("a", limit=Limit(None, 5000), kbps=3000), asker("b", limit=Limit(None, 5000), kbps=2001)], {"b"}),
        ([asker("a", limit=Limit(None, 5000), kbps=3000), asker("b", limit=Limit(None, 5000), kbps=2000)], set()),
        ([asker("a", limit=Limit(None, 5000), kbps=3000), asker("b", limit=Limit(None, 5000))], set()),
        ([asker("a", limit=Limit(None, 100), kbps=ASSUMED_KBPS)], set()),  # one alone is never too much
        ([asker(n, limit=Limit(None, 5000), kbps=2700, pulled=True) for n in "ab"], set()),  # a busier scene: slack
        ([asker(n, limit=Limit(None, 5000), kbps=2800, pulled=True) for n in "ab"], {"b"}),
        ([asker("a", 1, limit=Limit(None, 4000), kbps=3000), asker("b", limit=Limit(None, 4000), kbps=2000),
          asker("c", limit=Limit(None, 4000), kbps=900)], {"b"}),
    ],
)  # fmt: skip
def test_who_waits_is_decided_by_urgency_and_what_the_centre_can_take(askers, waits):
    assert waiting(askers) == waits
    assert waiting(reversed(askers)) == waits


askers = st.builds(
    asker,
    st.uuids().map(str),
    st.integers(0, 4),
    wanted=st.booleans(),
    pulled=st.booleans(),
    failing=st.booleans(),
    kbps=st.none() | st.integers(1, 9000),
    limit=st.builds(Limit, st.none() | st.integers(1, 5), st.none() | st.integers(100, 9000)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(askers, max_size=12), st.lists(askers, max_size=12))
def test_no_centre_takes_more_than_it_can_and_none_touches_another(city, county):
    city = [one.__class__(**{**asdict(one), "limit": city[0].limit}) for one in city]
    county = [one.__class__(**{**asdict(one), "centre_id": "county", "limit": county[0].limit}) for one in county]
    waits = waiting([*city, *county])
    assert waits == waiting(city) | waiting(county)
    for of_centre in (city, county):
        going = [one for one in of_centre if one.camera_id not in waits]
        limit = of_centre[0].limit if of_centre else Limit()
        assert limit.max_pulls is None or len(going) <= limit.max_pulls
        late = [one for one in of_centre if one.camera_id in waits]
        assert limit.uplink_kbps or all(
            (not one.is_wanted, one.priority) >= (not other.is_wanted, other.priority)
            for one in late
            for other in going
        )


def asdict(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


FLOODING, DEAD, SLOW, ROOM = 8, 6, 6, 3
WATCHED_S = 3.0
GAP_S = 0.5 + 1.5  # what another's trouble may cost, and what a machine with other work to do may add


@pytest.mark.process
def test_a_centre_that_floods_is_slow_and_dead_gets_what_it_can_take_and_costs_another_no_picture(
    tmp_path, keys_dir, settled_sqlite
):
    shutil.copytree(keys_dir / "keys", tmp_path / "data" / "keys")
    shutil.copy(settled_sqlite, tmp_path / "data" / "goldentime.db")
    engine = db.engine(url := f"sqlite:///{tmp_path / 'data' / 'goldentime.db'}")
    vault, clip = Vault(tmp_path / "data"), faulty.clip(tmp_path / "clip.h264")
    names = [("flood", FLOODING), ("dead", DEAD), ("slow", SLOW)]
    flood, dead, slow = ([f"{name}{n}" for n in range(count)] for name, count in names)
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,  # takes connections, and says nothing
        faulty.cameras(tmp_path, {id_: {"clip": clip} for id_ in (*flood, "well")}) as (port, ready_at),
    ):
        one_rung = ("tests.transcoder.one_rung",)
        host = Transcoder(db.transaction(engine), tmp_path / "data", url, tmp_path / "log", module=one_rung)
        try:
            with host.transaction() as session:
                session.add(Centre(**town.CENTRE_OTHER, max_pulls=ROOM))
                session.add(Centre(**town.CENTRE_OTHER | {"id": "third", "code": "46150"}))
            faulty.register(host, ["well"], port, vault)
            faulty.register(host, flood, port, vault, centre_id="other", priority=3)
            for ids, at in ((dead, 1), (slow, mute.getsockname()[1])):
                faulty.register(host, ids, at, vault, centre_id="third")
            until(lambda: _reason(host, flood[-1]) == "centre_full", within_s=30)
            host.want(flood[-1], priority=0)
            until(lambda: _state(host, flood[-1]) == "live" and _state(host, "well") == "live", within_s=40)
            began_s = time.time() - ready_at
            seen, _ = faulty.watch(host, ["well", flood[-1]], ready_at, until_s=began_s + WATCHED_S)
        finally:
            code = host.stop()
            engine.dispose()
        told = [_reason(host, id_) for id_ in flood]
        runs = faulty.logged(host, ready_at)
    assert code == 0
    for id_ in ("well", flood[-1]):
        assert seen[id_].gap_s(began_s, began_s + WATCHED_S) <= GAP_S
        assert seen[id_].ends() == []
    assert most_at_once(runs, flood) == ROOM
    assert told.count("centre_full") == FLOODING - ROOM


def most_at_once(runs, ids):
    going, most = set(), 0
    for run in runs:
        if run.get("camera") in ids and run["event"] in {"ingest_started", "ingest_ended"}:
            (going.add if run["event"] == "ingest_started" else going.discard)(run["camera"])
            most = max(most, len(going))
    return most


def _state(host, camera_id):
    lease = host.lease(camera_id)
    return lease and str(lease.state)


def _reason(host, camera_id):
    lease = host.lease(camera_id)
    return lease.reason if lease else "none yet"
