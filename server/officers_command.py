"""``python -m server officers add USERNAME``: an account without the API, above all the first administrator.

The password is read from standard input, or made and shown once; it is never an argument.
"""

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from server import clock, db
from server.access import accounts, organisation, passwords
from server.access.keys import Keys, KeysMissing
from server.api.fields import mend
from server.api.officers import NewOfficer
from server.audit import log
from server.errors import PasswordWeak, Refusal
from server.models import Officer, Role
from server.models.base import new_id

BY = log.Actor("system", "command line")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what may follow ``officers``."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make an account and show its password once")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="the person's")
    add.add_argument("--agency", required=True, help="its id or name; the first one is made, as the province")
    add.add_argument("--role", choices=[role.value for role in Role], default=Role.ADMIN.value)
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input, one line")


def run(command: argparse.Namespace, data_dir: Path, database: str) -> int:
    """Run it. Returns 0; 1 when it was refused."""
    engine = db.engine(database)
    try:
        password = _password(command, data_dir)
        password_hash = passwords.hashed(password)
        with db.transaction(engine)() as session:
            agency = organisation.first_agency(session, command.agency, BY, now=clock.now())
            given = {name: getattr(command, name) for name in ("username", "name", "role")}
            new = NewOfficer.model_validate(given | {"agency_id": agency.id})
            row = Officer(id=new_id(), enabled=True, password_hash=password_hash, **new.model_dump())
            accounts.add(session, row, BY, now=clock.now())
    except ValidationError as error:
        sys.stderr.write(f"{mend(error)}\n")
    except (Refusal, KeysMissing, OSError) as error:
        sys.stderr.write(f"{error}\n")
    else:
        if not command.password_stdin:
            sys.stdout.write(f"{password}\n")
        return 0
    finally:
        engine.dispose()
    return 1


def _password(command: argparse.Namespace, data_dir: Path) -> str:
    if not command.password_stdin:
        return passwords.derived(Keys(data_dir).digest, passwords.seed())
    given = sys.stdin.readline().rstrip("\r\n")
    if weakness := passwords.weakness(given, username=command.username, old=""):
        raise PasswordWeak(weakness)
    return given
