"""What the faces are given at start: the only things they share."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from flask import current_app

from server.access.keys import Keys
from server.basemap import BaseMap
from server.cameras.credentials import Vault
from server.clock import Clock
from server.db import Transaction
from server.plates.reads import Readers
from server.thresholds import Thresholds

EXTENSION = "goldentime"


@dataclass(frozen=True, slots=True)
class Deps:
    """The database's two doors, the keys, the cameras' vault, the token issuer, the clock; what readers know."""

    transaction: Transaction
    read: Transaction
    keys: Keys
    vault: Vault
    issuer: str
    now: Clock
    readers: Readers = field(default_factory=Readers)
    thresholds: Thresholds = field(default_factory=Thresholds)
    alerts_kept: timedelta = timedelta(hours=1)  # what is personal of alerts that are over
    sensor_events_kept: timedelta = timedelta(hours=1)
    webhook_networks: tuple[str, ...] = ()
    base_map: BaseMap | None = None


def deps() -> Deps:
    """The parts of the application that answers this request."""
    return cast("Deps", current_app.extensions[EXTENSION])
