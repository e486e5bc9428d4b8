"""``python -m server cameras import FILE``: a centre's list of cameras, of any length, with every row's fate.

``cameras discover`` is in ``server.discover_command``.

A dry run tells of every row; a real one of those that were refused or mended. Each batch is one transaction with its
record, so a run that was interrupted is simply repeated.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from server import clock, db, discover_command
from server.api.camera_body import registration
from server.audit import log
from server.cameras import centre_codes, importing
from server.cameras.credentials import Vault, VaultClosed
from server.cameras.importing import Fate, Target
from server.db import Transaction
from server.errors import Refusal

PROGRESS_S = 2.0  # between two lines in a log; a terminal has one line, which is kept up
BY = log.Actor("system", "command line")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what may follow ``cameras``."""
    actions = parser.add_subparsers(dest="action", required=True)
    discover_command.arguments(actions.add_parser("discover", help="ask cameras by ONVIF what they are"))
    action = actions.add_parser("import", help="bring in 전국CCTV표준데이터, or an inventory with streams, as CSV")
    action.add_argument("file", type=Path)
    action.add_argument("--centre", required=True, help="the id or code of the centre whose cameras they are")
    action.add_argument("--dry-run", action="store_true", help="write nothing, tell what would become of every row")
    action.add_argument(
        "--complete", action="store_true", help="the file is the whole list: retire what an earlier one brought in"
    )


def run(command: argparse.Namespace, data_dir: Path, database: str) -> int:
    """Run it. Returns 0; 1 when the file or one of its rows was refused."""
    if command.action == "discover":
        return discover_command.run(command, database)
    engine, today = db.engine(database), centre_codes.day(clock.now())
    try:
        door = db.read(engine) if command.dry_run else db.transaction(engine)
        with db.read(engine)() as session:
            centre = importing.centre(session, command.centre, mine=lambda _: True, on=today)  # the host's operator
            sheet = importing.parse(command.file.read_bytes(), centre, registration)
        target = Target(Vault(data_dir), centre, sheet, command.dry_run)
        total = _write(door, target)
        if command.complete:
            _retire(door, target)
    except (Refusal, OSError, VaultClosed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        engine.dispose()
    sys.stdout.write(", ".join(f"{count} {fate}" for fate, count in sorted(total.items())) + "\n")
    return 1 if total["refused"] else 0


class Progress:
    """Rows done of all, on stderr."""

    def __init__(self, rows: int) -> None:
        self.rows, self.told_s = rows, time.monotonic()

    def tell(self, done: int) -> None:
        """Say it: on a terminal every time, elsewhere every few seconds and at the end."""
        ended = done == self.rows
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {self.rows} rows" + "\n" * ended)
        elif ended or time.monotonic() - self.told_s >= PROGRESS_S:
            sys.stderr.write(f"{done} of {self.rows} rows\n")
            self.told_s = time.monotonic()
        sys.stderr.flush()


def _write(door: Transaction, target: Target) -> Counter[str]:
    total: Counter[str] = Counter()
    progress = Progress(len(target.sheet.rows))
    for rows in target.sheet.batches():
        with door() as session:
            fates = importing.write(session, target, rows)
            if not target.dry_run:
                log.record(session, log.Tag.CAMERAS_IMPORTED, BY, now=clock.now(), **importing.summary(target, fates))
        sys.stdout.writelines(_told(fate) for fate in fates if target.dry_run or fate.refusal or fate.notes)
        total.update(importing.counts(fates))
        progress.tell(total.total())
    return total


def _retire(door: Transaction, target: Target) -> None:
    with door() as session:
        missing = importing.missing(session, target.centre, target.sheet)
        if missing and not target.dry_run:
            importing.retire(session, missing)
            known = {"centre": target.centre.id, "cameras": missing}
            log.record(session, log.Tag.CAMERAS_RETIRED, BY, now=clock.now(), **known)
    sys.stdout.writelines(f"retired {id_}\n" for id_ in missing)


def _told(fate: Fate) -> str:
    said = [f"line {fate.line}: {fate.fate}", *fate.camera_ids, *fate.notes]
    if fate.refusal:
        said += [fate.refusal.code, f"{fate.refusal.extension.get('field', 'row')}: {fate.refusal}"]
    return " ".join(said) + "\n"
