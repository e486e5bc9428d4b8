"""How many incidents a second are taken in on SQLite with everything written.

Each has its cameras ranked, one unit sent and told, streams wanted, room and unit told, every act recorded, and its
transaction on the disk before it is answered. 22,000 cameras, 200 units with positions; nothing is left out.

*Storm*: the API's own gunicorn with its two workers over its socket, as nginx asks it, by 8 connections that ask again as soon as
they are answered. The load generator runs on the same cores and is counted apart. *Lock*: the same in one process, one after the
other: how long each holds SQLite's only write lock, to the end of its commit, and by how many statements.
"""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, event, func, select

from server import app as application
from server import clock, db, logs
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
from tests.bench.intake_storm import Storm
from tests.bench.ranking import fill, high
from tests.bench.report import Figure
from tests.phone import Phone

CAMERAS, UNITS = 22_000, 200
WARMING = 50
PER_S = 200
CORES, WRITERS = 2, 1  # of the machine the target is for, and of SQLite
ISSUER = "https://goldentime.test"


def measure(*, seconds: float = 10.0) -> Iterator[Figure]:
    logs.configure()  # as the API's own processes have it
    dice = random.Random(46)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys, vault = Keys.create(folder), Vault.create(folder)
        url = f"sqlite:///{folder}/goldentime.db"
        db.migrate(url)
        engine = db.engine(url)
        transaction, read = db.transaction(engine), db.read(engine)
        places = filled(transaction, dice, folder)
        limits = Rates(**dict.fromkeys(("sign_in", "intake"), 100_000_000))
        deps = Deps(transaction, read, keys, vault, ISSUER, clock.now)
        cad = Phone(application.create_app(deps, limits).test_client(), "cad112")
        yield from alone(cad, engine, dice, places, seconds=seconds / 2)
        yield from storm(folder, cad, dice, places, seconds=seconds)
        yield from written(read)
        engine.dispose()


def filled(transaction: db.Transaction, dice: random.Random, folder: Path) -> list[tuple[float, float]]:
    with transaction() as session:
        town.settle(session, folder)
    places = fill(transaction, dice, range(CAMERAS))
    with transaction() as session:
        session.add_all(cars())
        session.flush()
        session.add_all(positions(dice, places))
    return places


def cars() -> list[Unit]:
    return [
        Unit(id=f"unit{one}", call_sign=f"순{one}호", kind=UnitKind.PATROL_CAR, agency_id="station")
        for one in range(UNITS)
    ]


def positions(dice: random.Random, places: list[tuple[float, float]]) -> list[UnitPosition]:
    at = clock.now()
    found = [dice.choice(places) for _ in range(UNITS)]
    return [UnitPosition(unit_id=f"unit{n}", lat=lat, lon=lon, at=at) for n, (lat, lon) in enumerate(found)]


def storm(
    folder: Path, cad: Phone, dice: random.Random, places: list[tuple[float, float]], *, seconds: float
) -> Iterator[Figure]:
    token = cad.tokens["access_token"]
    with Storm(folder, issuer=ISSUER, token=token) as pool:
        pool.run((json.dumps(body(dice, places, f"warm-{n}")).encode() for n in range(10**6)), count=4 * WARMING)
        load = pool.run((json.dumps(body(dice, places, f"storm-{n}")).encode() for n in range(10**6)), seconds=seconds)
    yield Figure("incidents taken in, two workers", round(load.answers / load.seconds), "/s", PER_S, at_least=True)
    cpu_ms = load.server_cpu_s / load.answers * 1000
    yield Figure("… CPU of the server for each", round(cpu_ms, 2), "ms", CORES / PER_S * 1000)
    yield Figure("… which alone would be, of two cores", round(CORES / cpu_ms * 1000), "/s")
    yield Figure("… load generator", round(load.own_cpu_s / load.seconds, 2), "cores")
    yield Figure("… not taken in", load.refused, "", 0)
    yield Figure("… answered, median", round(statistics.median(load.took_ms), 1), "ms")
    yield Figure("… p99", round(high(load.took_ms), 1), "ms")


def alone(
    cad: Phone, engine: Engine, dice: random.Random, places: list[tuple[float, float]], *, seconds: float
) -> Iterator[Figure]:
    for number in range(WARMING):  # a process prepares its statements once
        assert cad.post("/v1/incidents", body(dice, places, f"first-{number}")).status_code == 201
    held, taken = Held(engine), 0
    until, cpu_s = time.perf_counter() + seconds, time.process_time()
    while time.perf_counter() < until:
        reply = cad.post("/v1/incidents", body(dice, places, f"alone-{taken}"))
        taken += 1
        assert reply.status_code == 201, reply.text
    cpu_s = time.process_time() - cpu_s
    yield Figure(
        "write lock held for each, median", round(statistics.median(held.for_ms), 2), "ms", WRITERS / PER_S * 1000
    )
    yield Figure("… p99", round(high(held.for_ms), 2), "ms")
    yield Figure("… times it is taken", round(len(held.for_ms) / taken, 2), "", 1)
    yield Figure("… statements in it", round(held.statements / taken, 1), "")
    yield Figure("one process, caller and server: CPU for each", round(cpu_s / taken * 1000, 2), "ms")


class Held:
    """How long the write lock was held, each time, and how many statements were made under it."""

    def __init__(self, engine: Engine) -> None:
        self.for_ms: list[float] = []
        self.statements = 0
        self.since_s = 0.0
        event.listen(engine, "begin", self.begins)  # after the product's own, which takes the lock
        event.listen(engine, "after_cursor_execute", self.executed)
        event.listen(engine, "checkin", self.ends)

    def begins(self, connection) -> None:
        writes = not connection.get_execution_options().get("postgresql_readonly", False)
        self.since_s = time.perf_counter() if writes else 0.0

    def executed(self, *_) -> None:
        self.statements += bool(self.since_s)

    def ends(self, *_) -> None:
        if self.since_s:
            self.for_ms.append((time.perf_counter() - self.since_s) * 1000)
        self.since_s = 0.0


def body(dice: random.Random, places: list[tuple[float, float]], external_id: str) -> dict[str, object]:
    lat, lon = dice.choice(places)
    at = (clock.now() - timedelta(seconds=20)).isoformat()
    return town.report(
        external_id=external_id,
        priority=dice.randrange(4),  # one of code 4 gets no unit
        location={"lat": lat, "lon": lon, "accuracy_m": 20, "address": "목포역 앞"},
        reported_at=at,
        units=[f"unit{dice.randrange(UNITS)}"],
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
