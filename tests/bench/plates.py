"""How fast plates are read: batches through the whole API (token, validation, matching, storing, hits) on one core.

One process, and so one core at most, offers 2,000 reads a second in batches and answers them, each at its time whether or
not the one before was answered: an answer's time counts from when the batch was due, so falling behind shows. The database is
SQLite in a folder, every batch one transaction with its fsync. One read in a thousand is of a wanted plate; its room's
dispatcher holds a push line to the real events process all the while, and what is told there is timed from when the read's
batch was due.
"""

import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from server import app as application
from server import clock, db, logs
from server.access.keys import Keys
from server.api.deps import Deps
from server.api.limits import Rates
from server.cameras.credentials import Vault
from server.models import LegalBasis, OutboxEvent, PlateHit, PlateRead, WantedVehicle, WatchHead
from server.plates import plate
from server.plates.matcher import Matcher
from server.plates.plate import PRIVATE
from tests import plate_town, town
from tests.bench.push_line import PushLine, open_line
from tests.bench.report import Figure
from tests.phone import Phone

WATCHED, NEAR = 100_000, 1000
READS_PER_S, BATCH = 2000, 100
ONE_HIT_IN = 1000
P99_MS = 50
TOLD_MS = 1000
NO_LIMITS = Rates(**dict.fromkeys(("sign_in", "intake", "change", "look_up"), 10_000_000))


def measure(*, seconds: float = 10.0) -> Iterator[Figure]:
    logs.configure()  # as the API's own processes have it
    with tempfile.TemporaryDirectory() as folder:
        keys, vault = Keys.create(Path(folder)), Vault.create(Path(folder))
        url = f"sqlite:///{folder}/goldentime.db"
        db.migrate(url)
        engine = db.engine(url)
        transaction, read = db.transaction(engine), db.read(engine)
        texts = plates(random.Random(46), WATCHED)
        with transaction() as session:
            town.settle(session, folder)
            plate_town.settle(session)
            session.execute(insert(WantedVehicle), list(entries(texts)))
            session.add(WatchHead(id=1, version=WATCHED))
        yield from matching(read, texts)
        app = application.create_app(
            Deps(transaction, read, keys, vault, "https://goldentime.test", clock.now), NO_LIMITS
        )
        lpr, dispatcher = (Phone(app.test_client(), account) for account in ("cad-lpr", "dispatcher"))
        with open_line(Path(folder), url, dispatcher) as line:
            yield from intake(lpr, read, texts, line, seconds=seconds)
        engine.dispose()


def plates(dice: random.Random, count: int) -> list[str]:
    made: set[str] = set()
    while len(made) < count:
        made.add(f"{dice.randint(100, 697)}{dice.choice(PRIVATE)}{dice.randint(0, 9999):04}")
    return sorted(made)


def entries(texts: list[str]) -> Iterator[dict[str, object]]:
    now = clock.now()
    common = {"reason": "bench", "legal_basis": LegalBasis.PIPA_18_2_7, "entered_by": "officer:dispatcher"}
    times = {"entered_at": now, "expires_at": now + timedelta(days=1)}
    for number, text in enumerate(texts, start=1):
        row = {"id": f"w{number}", "agency_id": "room112", "plate": text, "near": number <= NEAR, "priority": 1}
        yield row | common | times | {"version": number}


def matching(read: db.Transaction, texts: list[str]) -> Iterator[Figure]:
    """The memory alone: how long it takes to fill, how large it is, what one read costs."""
    before_kb, started_s = resident_kb(), time.perf_counter()
    watched = Matcher()
    with read() as session:
        watched.refresh(session)
    yield Figure("100,000 watched plates read into memory", round(time.perf_counter() - started_s, 2), "s")
    yield Figure("… they take", round((resident_kb() - before_kb) / 1024), "MB")
    dice = random.Random(7)
    seen = [dice.choice(texts) if dice.random() < 0.01 else other(dice) for _ in range(20_000)]
    spent_s = time.process_time()
    found = sum(bool(watched.match(plate.read(text))) for text in seen)
    spent_s = time.process_time() - spent_s
    yield Figure("reading a plate and matching it, CPU", round(spent_s / len(seen) * 1e6, 1), "µs")
    assert found >= len(seen) * 0.005


def intake(lpr: Phone, read: db.Transaction, texts: list[str], line: PushLine, *, seconds: float) -> Iterator[Figure]:
    dice = random.Random(11)
    cameras = ["cam-near", "cam-looks", "cam-away", "cam-far", "cam-other-1", "cam-other-2"]
    lpr.post("/v1/plate-reads", {"reads": [read_of(dice, cameras, other(dice))]})  # the list is read once a process
    took_ms, cpu_ms, wanted, sent = [], [], 0, 0
    due: dict[tuple[str, str], float] = {}
    spent_s, started_s = time.process_time(), time.perf_counter()
    for number in range(int(seconds * READS_PER_S / BATCH)):
        due_s = started_s + number * BATCH / READS_PER_S
        hits = [dice.randrange(ONE_HIT_IN) == 0 for _ in range(BATCH)]
        batch = [read_of(dice, cameras, dice.choice(texts) if hit else other(dice)) for hit in hits]
        due |= {(one["camera_id"], one["read_at"]): due_s for one, hit in zip(batch, hits, strict=True) if hit}
        time.sleep(max(0.0, due_s - time.perf_counter()))
        cpu_s = time.process_time()
        reply = lpr.post("/v1/plate-reads", {"reads": batch})
        cpu_ms.append((time.process_time() - cpu_s) * 1000)
        took_ms.append((time.perf_counter() - due_s) * 1000)
        assert reply.status_code == 200, reply.text
        sent, wanted = sent + reply.json["accepted"], wanted + sum(hits)
    spent_s, elapsed_s = time.process_time() - spent_s, time.perf_counter() - started_s
    yield Figure("reads taken", round(sent / elapsed_s), "/s", READS_PER_S * 0.99, at_least=True)
    yield Figure(
        f"a batch of {BATCH}, from when it was due to its answer, median", round(statistics.median(took_ms), 1), "ms"
    )
    yield Figure("… p99", round(p99(took_ms), 1), "ms", P99_MS)
    yield Figure("… its CPU, which other work on the machine does not lengthen, p99", round(p99(cpu_ms), 1), "ms")
    yield Figure("CPU of one core, load generator included", round(spent_s / elapsed_s, 2), "cores", 1)
    with read() as session:
        hits_found = session.scalar(select(func.count()).select_from(PlateHit))
        alerts = session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.kind == "hit"))
    yield Figure("wanted plates read that were no hit", wanted - (hits_found or 0), "", 0)
    yield Figure("… alerts written in the transaction of the read", alerts or 0, "")
    yield from told(read, line, due, alerts or 0)


def told(read: db.Transaction, line: PushLine, due: dict[tuple[str, str], float], alerts: int) -> Iterator[Figure]:
    """How long after its read was due each alert was heard on the push line."""
    line.wait_for(alerts)
    with read() as session:
        found = session.execute(select(PlateHit.id, PlateRead.camera_id, PlateRead.read_at).join(PlateHit.read)).all()
    late_ms = [
        (line.heard[id_] - due[camera_id, read_at.isoformat()]) * 1000
        for id_, camera_id, read_at in found
        if id_ in line.heard
    ]
    yield Figure("… alerts that the room's push line never told", alerts - len(late_ms), "", 0)
    if late_ms:
        yield Figure(
            "a read, from when it was due to its alert on the push line, median",
            round(statistics.median(late_ms)),
            "ms",
        )
        yield Figure("… p99", round(p99(late_ms)), "ms", TOLD_MS)


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def other(dice: random.Random) -> str:
    """A plate that nobody looks for: its class is that of vans."""
    return f"{dice.randint(700, 799)}{dice.choice(PRIVATE)}{dice.randint(0, 9999):04}"


def read_of(dice: random.Random, cameras: list[str], text: str) -> dict[str, object]:
    at = (clock.now() - timedelta(microseconds=dice.randrange(900_000))).isoformat()
    return {"camera_id": dice.choice(cameras), "plate": text, "read_at": at, "confidence": 0.9, "heading_deg": 10.0}


def resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024
