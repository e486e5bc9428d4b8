"""Goldentime for programs: the right camera on the right screen, for control rooms, vehicles and supervisors.

``Client`` is an officer on a device, ``Room`` a control room's system. Both raise what ``goldentime.errors`` has.
"""

from goldentime.access import AccessRequest, Grant
from goldentime.answers import Incident, MyDispatches, Playback, Watched
from goldentime.audit import AuditEvent
from goldentime.client import Client, Room
from goldentime.errors import (
    AddressInvalid,
    CallFailed,
    FileNotKept,
    FileUnsafe,
    GoldentimeError,
    KeepingFailed,
    Offline,
    PlayerFailed,
    Refused,
    Unreadable,
)
from goldentime.events import Event, Events
from goldentime.wire import File

__all__ = [
    "AccessRequest",
    "AddressInvalid",
    "AuditEvent",
    "CallFailed",
    "Client",
    "Event",
    "Events",
    "File",
    "FileNotKept",
    "FileUnsafe",
    "GoldentimeError",
    "Grant",
    "Incident",
    "KeepingFailed",
    "MyDispatches",
    "Offline",
    "Playback",
    "PlayerFailed",
    "Refused",
    "Room",
    "Unreadable",
    "Watched",
]
