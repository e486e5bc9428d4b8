"""``python -m server keys …``: the keys of this host's data folder, made, changed and taken away by hand or a timer.

Every change is recorded. A planned step that cannot be recorded is not taken; a key is revoked in any case.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from server import clock, db, keyfile
from server.access import rotation
from server.access.keys import Keys, KeysMissing
from server.access.ring import Ring, SigningKey
from server.access.rotation import RotationRefused, Step
from server.audit import log
from server.audit.note import AuditKey
from server.cameras.credentials import Vault
from server.db import Transaction

BY = log.Actor("system", "command line")
TAGS = {Step.ADD: log.Tag.KEY_ADDED, Step.ACTIVATE: log.Tag.KEY_ACTIVATED, Step.RETIRE: log.Tag.KEY_RETIRED}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what may follow ``keys``."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("init", help="make the keys that are missing")
    actions.add_parser("list", help="the signing keys, and what may be done with each and when")
    actions.add_parser(Step.ADD, help="publish a new signing key; it may sign a day later")
    actions.add_parser(Step.ACTIVATE, help="let the new key sign; the old one verifies what it signed")
    actions.add_parser(Step.RETIRE, help="take the old key away when no token of it is valid any more")
    rotate = actions.add_parser("rotate", help="take the steps that are due, if any: for a daily timer")
    rotate.add_argument("--after-days", type=int, default=rotation.ROTATED_AFTER_DAYS, help="how old a key may become")
    revoke = actions.add_parser("revoke", help="emergency: refuse all tokens of a key from now on")
    which = revoke.add_mutually_exclusive_group(required=True)
    which.add_argument("kid", nargs="*", default=[], help="as keys list names it")
    which.add_argument("--all", action="store_true", help="every key; a new one signs")


def run(command: argparse.Namespace, data_dir: Path, database: str) -> int:
    """Run it. Returns 0; 1 when it was refused, or done and not recorded."""
    if command.action == "init":
        for made in (Keys, Vault, AuditKey):
            made.create(data_dir)
        return 0
    try:
        keys = Keys(data_dir)
        if command.action == "list":
            sys.stdout.writelines(f"{line}\n" for line in rotation.lines(keys.ring))
            return 0
        engine = db.engine(database)
        try:
            with keyfile.locked(keys.path.parent):
                return _change(command, keys, db.transaction(engine))
        finally:
            engine.dispose()
    except (KeysMissing, RotationRefused, OSError) as error:
        sys.stderr.write(f"{error}\n")
    except SQLAlchemyError as error:
        sys.stderr.write(f"nothing was changed, because it cannot be recorded: {type(error).__name__}\n")
    return 1


def _change(command: argparse.Namespace, keys: Keys, transaction: Transaction) -> int:
    if command.action == "revoke":
        return _revoke(keys, set(keys.ring.public) if command.all else set(command.kid), transaction)
    if command.action != "rotate":
        _take(Step(command.action), keys, transaction)
        return 0
    while step := rotation.due(keys.ring, after=timedelta(days=command.after_days), now=clock.now()):
        _take(step, keys, transaction)
    sys.stdout.writelines(f"{line}\n" for line in rotation.lines(keys.ring))
    return 0


def _take(step: Step, keys: Keys, transaction: Transaction) -> None:
    """The file changes last of all, when the record is written but for its commit; if that fails, it changes back."""
    now, before = clock.now(), keys.ring
    after = rotation.taken(before, step, now=now)
    (kid,) = set(after.public) ^ set(before.public) or {after.signing.kid}
    try:
        with transaction() as session:
            log.record(session, TAGS[step], BY, now=now, kid=kid)
            session.connection()  # the write lock is ours before the file changes
            keyfile.replace(keys.path, after.text())
    except SQLAlchemyError:
        keyfile.replace(keys.path, before.text())
        raise
    sys.stdout.write(f"{step}: {kid}\n")


def _revoke(keys: Keys, kids: set[str], transaction: Transaction) -> int:
    now = clock.now()
    after: Ring = rotation.revoked(keys.ring, kids, SigningKey.new(now))
    keyfile.replace(keys.path, after.text())
    sys.stdout.write(f"revoked: {' '.join(sorted(kids))}\nsigns: {after.signing.kid}\n")
    try:
        with transaction() as session:
            for kid in sorted(kids):
                log.record(session, log.Tag.KEY_REVOKED, BY, now=now, kid=kid, signs=after.signing.kid)
    except SQLAlchemyError as error:
        sys.stderr.write(f"revoked, but not recorded: {type(error).__name__}\n")
        return 1
    return 0
