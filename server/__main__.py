"""``python -m server migrate | keys init``: what has to be done before the first start, and may be repeated."""

import argparse
import os
import sys

from server import db, settings
from server.access.keys import Keys
from server.cameras.credentials import Vault


def main() -> int:
    """Run one command. Returns 0, or 2 when the settings are wrong."""
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("keys", help="make the keys that are missing").add_argument("action", choices=["init"])
    command = parser.parse_args().command
    try:
        found = settings.load()
    except settings.SettingsInvalid as error:
        sys.stderr.write(f"{error}\n")
        return 2
    os.umask(0o077)  # keys and the SQLite file are for this user alone
    if command == "migrate":
        found.data_dir.mkdir(parents=True, exist_ok=True)
        db.migrate(found.database)
    else:
        Keys.create(found.data_dir)
        Vault.create(found.data_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
