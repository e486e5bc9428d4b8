"""How fast cameras are found and ranked, and whether that depends on how many there are: 10,000, 100,000, 1,000,000.

Cameras stand as they do: a thousand to a town, thickest in its middle, and the towns are spread over the country; more
cameras are more towns. Incidents happen where cameras are. What is timed is all of it, by CPU and by the clock: the
SELECT by H3 cells, its rows, geometry and order. The last row has them ten times as thick as any town we know of.
"""

import json
import math
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from server import clock, db
from server.cameras import daylight, near, rank
from server.cameras.credentials import Vault
from server.incidents.police_112 import POLICY
from server.models import CameraPurpose
from tests import town
from tests.bench.report import Figure

SIZES = (10_000, 100_000, 1_000_000)
IN_A_TOWN, TOWN_M = 1000, 1500.0  # a town's cameras, and how far from its middle two thirds of them are
LATS, LONS = (34.4, 38.2), (126.4, 129.2)
P99_MS, FLAT = 10, 2.0
ROWS = 20_000  # written at once
WARMING = 20  # a process prepares its statement once
INSERT = text(
    "INSERT INTO cameras (id, centre_id, name, lat, lon, h3_cell, bearing_deg, fov_deg, range_m, enabled, health,"
    " rtsp_host, rtsp_port, profiles, masks, warm, purpose, night_vision, ptz) VALUES (:id, 'centre', :name, :lat, :lon,"
    " :cell, :bearing, 60, 80, 1, 'ok', '10.46.0.9', 554, :profiles, '[]', 0, :purpose, :night, :ptz)"
)
PROFILES = json.dumps([{"name": "main", "path": "/cam/realmonitor?channel=1&subtype=0"}])


def measure(*, seconds: float = 5.0) -> Iterator[Figure]:
    dice = random.Random(46)
    with tempfile.TemporaryDirectory() as folder:
        Vault.create(Path(folder))
        url = f"sqlite:///{folder}/goldentime.db"
        db.migrate(url)
        engine = db.engine(url)
        transaction, read = db.transaction(engine), db.read(engine)
        with transaction() as session:
            town.settle(session, folder)
        there, p99s = 0, []
        for size in SIZES:
            places = fill(transaction, dice, range(there, size))
            there = size
            took = ranked(read, dice.sample(places, 300), seconds=seconds)
            p99s.append(percentile(took, 0.99))
            yield from shown(f"{size:,} cameras", took)
        yield Figure("p99 with the most cameras over p99 with the fewest", round(p99s[-1] / p99s[0], 2), "times", FLAT)
        middle = fill(transaction, dice, range(there, there + 10 * IN_A_TOWN), in_a_town=10 * IN_A_TOWN)
        thick = ranked(read, dice.sample(middle, 300), seconds=seconds)
        yield from shown("… where they are ten times as thick", thick, None)
        with read() as session:
            sizes = dict(session.execute(text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")).all())
        yield Figure("index of the cells, 1,000,000 cameras", round(sizes["ix_cameras_h3_cell"] / 2**20, 1), "MB")
        yield Figure("… the cameras themselves", round(sizes["cameras"] / 2**20), "MB")
        yield Figure("memory of the process, at most", round(peak_mb()), "MB")
        engine.dispose()


def fill(
    transaction: db.Transaction, dice: random.Random, numbers: range, *, in_a_town: int = IN_A_TOWN
) -> list[tuple[float, float]]:
    """Put in cameras of these numbers, town by town; the places where they are."""
    places, rows, middle = [], [], (0.0, 0.0)
    purposes = [None, *(one.value for one in CameraPurpose)]
    for number in numbers:
        if number % in_a_town == 0 or not places:
            middle = dice.uniform(*LATS), dice.uniform(*LONS)
        lat, lon = town.place(dice.uniform(0, 360), abs(dice.gauss(0, TOWN_M)), start=middle)
        places.append((lat, lon))
        row = {"id": f"c{number}", "name": f"카메라 {number}", "lat": lat, "lon": lon, "cell": near.cell(lat, lon)}
        looks = {"bearing": dice.choice([None, dice.uniform(0, 360)]), "purpose": dice.choice(purposes)}
        sees = {"profiles": PROFILES, "night": dice.choice([None, True, False]), "ptz": dice.random() < 0.1}
        rows.append(row | looks | sees)
        if len(rows) == ROWS:
            write(transaction, rows)
            rows = []
    write(transaction, rows)
    return places


def write(transaction: db.Transaction, rows: list[dict[str, object]]) -> None:
    if rows:
        with transaction() as session:
            session.execute(INSERT, rows)


def ranked(
    read: db.Transaction, places: list[tuple[float, float]], *, seconds: float
) -> list[tuple[float, float, int]]:
    """Milliseconds by the clock and of CPU, and how many candidates there were, for each of many incidents."""
    took, until = [], time.perf_counter() + seconds / 4
    outlook = rank.Outlook(daylight.is_dark(*places[0], clock.now()), POLICY.purposes, 90.0)
    while len(took) < len(places) or time.perf_counter() < until:
        place = town.place(45, 60, start=places[len(took) % len(places)])
        began, cpu = time.perf_counter(), time.process_time()
        with read() as session:
            candidates = near.around(session, *place, radius_m=POLICY.radius_m)
        chosen = rank.rank(place, candidates, radius_m=POLICY.radius_m, count=POLICY.count, outlook=outlook)
        spent = ((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000, len(candidates))
        took.append(spent)
        assert chosen
    return took[WARMING:]


def shown(what: str, took: list[tuple[float, float, int]], target: float | None = P99_MS) -> Iterator[Figure]:
    by_clock, of_cpu, found = zip(*took, strict=True)
    yield Figure(f"{what}: found and ranked, median", round(statistics.median(by_clock), 2), "ms")
    yield Figure("… p99", round(percentile(took, 0.99), 2), "ms", target)
    yield Figure("… p99 of its CPU, which other work on the machine does not lengthen", round(high(of_cpu), 2), "ms")
    yield Figure("… candidates for each, median", statistics.median(found), "")


def percentile(took: list[tuple[float, float, int]], share: float) -> float:
    return high([one[0] for one in took], share)


def high(values: object, share: float = 0.99) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.floor(len(ordered) * share))]


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
