"""How long a centre's list of cameras takes to come in, and to come in again: the command line on SQLite, in a folder.

The list is 전국CCTV표준데이터 in CP949, a camera a row. Each batch is a transaction with its fsync and its record, as when
an operator runs it; ``--rows 100000`` is what the target is about. Then one file as long as the API takes, of which each
batch's write lock is timed: so long everybody else who writes waits.
"""

import argparse
import contextlib
import csv
import io
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from server import cameras_command, db
from server.api.camera_body import registration
from server.api.camera_import import MOST_ROWS
from server.cameras import importing
from server.cameras.credentials import Vault
from server.models import Camera, Centre
from tests import town
from tests.bench.report import Figure

HEADINGS = ("관리번호", "소재지도로명주소", "소재지지번주소", "설치목적구분", "카메라대수", "WGS84위도", "WGS84경도")
STREAMS = ("id", "name", "lat", "lon", "host", "username", "password", "main_path", "main_codec", "sub_path")
TARGET_S, TARGET_ROWS = 60, 100_000
HELD_S = 0.25


def measure(*, rows: int = 20_000) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        Vault.create(Path(folder))
        url = f"sqlite:///{folder}/goldentime.db"
        db.migrate(url)
        engine = db.engine(url)
        with db.transaction(engine)() as session:
            town.settle(session, folder)
            had = session.scalar(select(func.count()).select_from(Camera)) or 0
        path = Path(folder, "cameras.csv")
        path.write_bytes(standard(random.Random(46), rows))
        yield from command(path, url, rows, "come in")
        yield from command(path, url, rows, "come in again, unchanged")
        with db.read(engine)() as session:
            found = session.scalar(select(func.count()).select_from(Camera)) or 0
        yield Figure("rows lost", rows - (found - had), "", 0)
        yield Figure("memory of the process at most", peak_mb(), "MB")
        yield from locked(db.transaction(engine), Vault(Path(folder)))
        engine.dispose()


def standard(dice: random.Random, rows: int) -> bytes:
    made = ((f"2026-{n}", f"전라남도 목포시 영산로 {n}", "", "생활방범", "1", *place(dice)) for n in range(1, rows + 1))
    return written(HEADINGS, made)


def streams(dice: random.Random, rows: int) -> bytes:
    made = (
        (f"cctv-{n}", f"영산로 {n}", *place(dice), f"10.46.{n >> 8}.{n & 255}", "viewer", "secret", "/1", "h264", "/2")
        for n in range(1, rows + 1)
    )
    return written(STREAMS, made)


def place(dice: random.Random) -> tuple[str, str]:
    return f"{dice.uniform(34.6, 35.2):.6f}", f"{dice.uniform(126.2, 126.9):.6f}"


def written(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode("cp949")


def command(path: Path, url: str, rows: int, what: str) -> Iterator[Figure]:
    given = argparse.Namespace(file=path, centre="46110", dry_run=False, complete=False, action="import")
    cpu_s, began_s = time.process_time(), time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as told:
        assert cameras_command.run(given, path.parent, url) == 0, told.getvalue()
    cpu_s, took_s = time.process_time() - cpu_s, time.perf_counter() - began_s
    yield Figure(f"{rows:,} rows {what}", round(took_s, 1), "s", TARGET_S * rows / TARGET_ROWS)
    yield Figure("… their CPU, which other work on the machine does not lengthen", round(cpu_s, 1), "s")


def locked(transaction: db.Transaction, vault: Vault) -> Iterator[Figure]:
    """The batches of the API's longest file, of the kind with most to check and to seal."""
    data = streams(random.Random(46), MOST_ROWS)
    with transaction() as session:
        centre = session.get_one(Centre, "centre")
    sheet = importing.parse(data, centre, registration)
    target = importing.Target(vault, centre, sheet, dry_run=False)
    fates, took_s, cpu_s = [], [], []
    for rows in sheet.batches():
        with transaction() as session:
            began = time.perf_counter(), time.process_time()
            fates += importing.write(session, target, rows)
        took_s.append(time.perf_counter() - began[0])
        cpu_s.append(time.process_time() - began[1])
    assert importing.counts(fates) == {"new": MOST_ROWS}
    yield Figure(f"{MOST_ROWS:,} rows with streams through the API, in batches", round(sum(took_s), 2), "s")
    yield Figure("… the longest batch holds the write lock", round(max(took_s), 2), "s")
    yield Figure("… its CPU", round(max(cpu_s), 2), "s", HELD_S)
    yield Figure("… the CPU of all", round(sum(cpu_s), 2), "s")


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
