"""What the faces are given at start: the only things they share."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from server.access.keys import Keys
from server.cameras.credentials import Vault
from server.clock import Clock
from server.db import Transaction

EXTENSION = "goldentime"


@dataclass(frozen=True, slots=True)
class Deps:
    """The database's two doors, the keys, the camera passwords' vault, the token issuer and the clock."""

    transaction: Transaction
    read: Transaction
    keys: Keys
    vault: Vault
    issuer: str
    now: Clock


def deps() -> Deps:
    """The parts of the application that answers this request."""
    return cast("Deps", current_app.extensions[EXTENSION])
