"""``python -m server migrate | keys | cameras | officers | audit``: what is done before the first start, or by hand."""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from server import cameras_command, clock, db, keys_command, officers_command, settings
from server.audit import bundle, checkpoints, ledgers, log, proof, retention
from server.audit.note import AuditKey, AuditKeyMissing
from server.audit.scope import Asked, Scope
from server.inert import inert

OTHERS = {"keys": keys_command.run, "cameras": cameras_command.run, "officers": officers_command.run}
LINE_BYTES = 1 << 20  # of a bundle; a row has some hundred


def main() -> int:
    """Run one command. Returns 0; 1 when it found or did not do what it should; 2 for wrong settings."""
    command = _parser().parse_args()
    if command.command == "audit" and command.action == "verify":
        return _verify(command)
    try:
        found = settings.load()
    except settings.SettingsInvalid as error:
        sys.stderr.write(f"{error}\n")
        return 2
    os.umask(0o077)  # keys, exports and the SQLite file are for this user alone
    if command.command == "migrate":
        found.data_dir.mkdir(parents=True, exist_ok=True)
        db.migrate(found.database)
        return 0
    if command.command == "audit":
        return _audit(command, found)
    return OTHERS[command.command](command, found.data_dir, found.database)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the newest schema")
    keys_command.arguments(commands.add_parser("keys", help="the keys of this host"))
    cameras_command.arguments(commands.add_parser("cameras", help="the cameras that are registered"))
    officers_command.arguments(commands.add_parser("officers", help="accounts; the first administrator"))
    audit = commands.add_parser("audit", help="the record of every act").add_subparsers(dest="action", required=True)
    audit.add_parser("key", help="print the public key; keep it where the product does not run")
    audit.add_parser("due", help="count what is past its time and will be removed; removes nothing")
    export = audit.add_parser("export", help="write rows, checkpoints and public key into a new file")
    export.add_argument("file", type=Path)
    export.add_argument("--from", dest="since", type=_time, help="rows from then on; with its zone, or Z")
    export.add_argument("--until", type=_time, help="rows before then")
    ledger = audit.add_parser("ledger", help="write a ledger that the law asks for into a new file")
    ledger.add_argument("name", choices=sorted(ledgers.LEDGERS))
    ledger.add_argument("file", type=Path, help="CSV with Korean headings, or JSON when it ends in .json")
    ledger.add_argument("--from", dest="since", type=_time, required=True, help="with its zone, or Z")
    ledger.add_argument("--until", type=_time, required=True, help="what began before then")
    verify = audit.add_parser("verify", help="check such a file; needs neither database nor settings")
    verify.add_argument("file", type=Path)
    verify.add_argument("--key", type=Path, help="a file with the public keys, one a line")
    verify.add_argument("--against", type=Path, nargs="+", default=[], help="files of checkpoints kept elsewhere")
    verify.add_argument("--until", type=_time, help="of those, leave out what was signed later")
    return parser


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("say the zone, as in 2026-11-02T09:30:00+09:00")
    return at


def _audit(command: argparse.Namespace, found: settings.Settings) -> int:
    try:
        key = AuditKey(found.data_dir)
        if command.action == "key":
            sys.stdout.writelines(f"{public}\n" for public in key.public)
        elif command.action == "due":
            kept = retention.Kept.days(**found.kept_days)
            with db.read(db.engine(found.database))() as session:
                count = retention.due(session, kept, now=clock.now())
            others = ", ".join(f"{n} {name}" for name, n in asdict(count).items() if name != "rows")
            sys.stdout.write(f"{count.rows} rows of the record to be emptied; to be deleted: {others}\n")
        elif command.action == "ledger":
            _ledger(command, found)
        else:
            _export(command, found, key)
    except (AuditKeyMissing, LookupError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _export(command: argparse.Namespace, found: settings.Settings, key: AuditKey) -> None:
    """The export is recorded, and what it holds is signed, before it is written."""
    engine = db.engine(found.database)
    transaction, span = db.transaction(engine), {"since": command.since, "until": command.until}
    with transaction() as session:
        asked = {name: at and at.isoformat() for name, at in span.items()}
        log.record(session, log.Tag.AUDIT_EXPORTED, log.Actor("system", "command line"), now=clock.now(), **asked)
    try:
        made = True
        while made:
            with transaction() as session:
                made = checkpoints.make(session, key, now=clock.now()) is not None
    except checkpoints.RecordBroken as error:
        sys.stderr.write(f"not signed, exported as it is: {error}\n")
    with db.read(engine)() as session:
        start, end = bundle.span(session, **span)
    _write(command.file, bundle.lines(db.read(engine), key.public, start, end))
    engine.dispose()


def _ledger(command: argparse.Namespace, found: settings.Settings) -> None:
    engine = db.engine(found.database)
    form = "json" if command.file.suffix == ".json" else "csv"
    asked = {"from": command.since.isoformat(), "until": command.until.isoformat(), "format": form}
    with db.transaction(engine)() as session:
        by = log.Actor("system", "command line")
        log.record(session, log.Tag.AUDIT_READ, by, now=clock.now(), ledger=command.name, **asked)
    pieces = ledgers.written(command.name, form, db.read(engine), Asked(command.since, command.until, Scope()))
    _write(command.file, pieces)
    engine.dispose()


def _write(path: Path, pieces: Iterator[str]) -> None:
    """A new file, whole or not at all."""
    with path.open("x", encoding="utf-8", newline="") as file:
        try:
            file.writelines(pieces)
        except BaseException:
            path.unlink()
            raise


def _verify(command: argparse.Namespace) -> int:
    try:
        keys = command.key.read_text().split() if command.key else None
        others = [note for path in command.against for note in _notes(path.read_text())]
        with command.file.open("rb") as file:
            lines = iter(lambda: file.readline(LINE_BYTES), b"")
            report = proof.verify(lines, keys=keys, others=others, until=command.until)
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for text in report.faults:
        sys.stdout.write(f"✗ {inert(text)}\n")
    for text in report.remarks:
        sys.stdout.write(f"! {inert(text)}\n")
    last = report.first + report.rows - 1
    said = f"{report.rows} rows from seq {report.first}, {report.checkpoints} checkpoints"
    sys.stdout.write(f"✓ whole up to seq {last}: {said}\n" if report.whole else f"✗ not whole: {said}\n")
    if report.removed:
        newest = inert(report.removed_until)
        sys.stdout.write(f"  of {report.removed} rows the content was removed, the newest of {newest}\n")
    return 0 if report.whole else 1


def _notes(text: str) -> Iterator[str]:
    """The checkpoints in a file: one after another, a note is three parts of lines."""
    while text:
        body, _, rest = text.partition("\n\n")
        signature, _, text = rest.partition("\n")
        yield f"{body}\n\n{signature}\n"


if __name__ == "__main__":
    sys.exit(main())
