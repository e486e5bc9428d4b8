"""How many incidents a second are taken in on SQLite with everything written, through the whole API in one process.

Each has its cameras ranked, one unit sent and told, streams wanted, room and unit told, every act recorded, and its
transaction on the disk before it is answered. 22,000 cameras, 200 units with positions; nothing is left out. The load
generator is in the same process and counts.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from server import app as application
from server import clock, db
from server.access.keys import Keys
from server.api.deps import Deps
from server.api.limits import Rates
from server.cameras.credentials import Vault
from server.models import (
    AuditEvent,
    Dispatch,
    Incident,
    IncidentCamera,
    OutboxEvent,
    Stream,
    Unit,
    UnitKind,
    UnitPosition,
)
from tests import town
from tests.bench.ranking import fill, high
from tests.bench.report import Figure
from tests.phone import Phone

CAMERAS, UNITS = 22_000, 200
WARMING = 50
PER_S = 200


def measure(*, seconds: float = 10.0) -> Iterator[Figure]:
    dice = random.Random(46)
    with tempfile.TemporaryDirectory() as folder:
        keys, vault = Keys.create(Path(folder)), Vault.create(Path(folder))
        url = f"sqlite:///{folder}/goldentime.db"
        db.migrate(url)
        engine = db.engine(url)
        transaction, read = db.transaction(engine), db.read(engine)
        with transaction() as session:
            town.settle(session, folder)
        places = fill(transaction, dice, range(CAMERAS))
        with transaction() as session:
            session.add_all(cars(dice, places))
            session.flush()
            session.add_all(positions(dice, places))
        limits = Rates(**dict.fromkeys(("sign_in", "intake"), 100_000_000))
        deps = Deps(transaction, read, keys, vault, "https://goldentime.test", clock.now)
        cad = Phone(application.create_app(deps, limits).test_client(), "cad112")
        yield from taken(cad, dice, places, seconds=seconds)
        yield from written(read)
        engine.dispose()


def cars(dice: random.Random, places: list[tuple[float, float]]) -> list[Unit]:
    return [
        Unit(id=f"unit{one}", call_sign=f"순{one}호", kind=UnitKind.PATROL_CAR, agency_id="station")
        for one in range(UNITS)
    ]


def positions(dice: random.Random, places: list[tuple[float, float]]) -> list[UnitPosition]:
    at = clock.now()
    found = [dice.choice(places) for _ in range(UNITS)]
    return [UnitPosition(unit_id=f"unit{n}", lat=lat, lon=lon, at=at) for n, (lat, lon) in enumerate(found)]


def taken(cad: Phone, dice: random.Random, places: list[tuple[float, float]], *, seconds: float) -> Iterator[Figure]:
    for number in range(WARMING):  # a process prepares its statements once
        assert cad.post("/v1/incidents", body(dice, places, number)).status_code == 201
    took_ms, cpu_s, began = [], time.process_time(), time.perf_counter()
    until = began + seconds
    while time.perf_counter() < until:
        started = time.perf_counter()
        reply = cad.post("/v1/incidents", body(dice, places, WARMING + len(took_ms)))
        took_ms.append((time.perf_counter() - started) * 1000)
        assert reply.status_code == 201, reply.text
    elapsed_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_s
    yield Figure("incidents taken in", round(len(took_ms) / elapsed_s), "/s", PER_S, at_least=True)
    yield Figure("… by CPU time alone", round(len(took_ms) / cpu_s), "/s")
    yield Figure("… answered, median", round(statistics.median(took_ms), 1), "ms")
    yield Figure("… p99", round(high(took_ms), 1), "ms")


def body(dice: random.Random, places: list[tuple[float, float]], number: int) -> dict[str, object]:
    lat, lon = dice.choice(places)
    at = (clock.now() - timedelta(seconds=20)).isoformat()
    return town.report(
        external_id=f"112-{number}",
        priority=number % 4,  # code 4 gets no unit
        location={"lat": lat, "lon": lon, "accuracy_m": 20, "address": "목포역 앞"},
        reported_at=at,
        units=[f"unit{number % UNITS}"],
    )


def written(read: db.Transaction) -> Iterator[Figure]:
    with read() as session:
        count = {model: session.scalar(select(func.count()).select_from(model)) or 0 for model in ROWS}
    taken_in = count[Incident]
    yield Figure("incidents without a unit sent", taken_in - count[Dispatch], "", 0)
    for model, what in ROWS.items():
        if model not in {Incident, Dispatch}:
            yield Figure(f"… {what} for each", round(count[model] / taken_in, 1), "")


ROWS = {
    Incident: "incidents",
    Dispatch: "units sent",
    IncidentCamera: "cameras of its set",
    OutboxEvent: "events for pages",
    AuditEvent: "recorded acts",
    Stream: "streams wanted",
}
