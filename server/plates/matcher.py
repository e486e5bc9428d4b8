"""All wanted plates in the memory of one process, brought to the newest version of the list before each use.

What it finds is only a candidate: whether the vehicle is still wanted is asked of the row, in the transaction of the
hit. 100,000 plates take some tens of megabytes and half a second to read, once a process.
"""

import threading
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import WantedVehicle, WatchHead
from server.plates import plate
from server.plates.confusion import variants
from server.plates.plate import Plate

EXACT = "exact"
REGION_UNREAD = "region_unread"  # one of the two has no region, the rest is equal
CONFUSED = "confused_character"  # they differ in one character that readers confuse


@dataclass(frozen=True, slots=True)
class Match:
    """A vehicle that may be the one that was read, and why; ``exact`` stands alone."""

    wanted_vehicle_id: str
    reasons: list[str]


class Matcher:
    """Finds wanted vehicles by what was read: by hash, however many there are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = 0
        self._plates: dict[str, tuple[Plate, bool]] = {}  # by id; whether near reads count
        self._by_body: dict[str, tuple[str, ...]] = {}
        self._by_variant: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._plates)

    def refresh(self, session: Session) -> None:
        """Read what changed since the last time; one small SELECT when nothing did."""
        version = session.scalar(select(WatchHead.version)) or 0
        if version == self._version:
            return
        with self._lock:
            changed = select(WantedVehicle.id, WantedVehicle.plate, WantedVehicle.near, WantedVehicle.ended_at).where(
                WantedVehicle.version > self._version, WantedVehicle.version <= version
            )
            for id_, text, near, ended_at in session.execute(changed):
                self._forget(id_)
                if ended_at is None:
                    self._learn(id_, plate.read(text), near=near)
            self._version = max(self._version, version)

    def match(self, seen: Plate) -> list[Match]:
        """The wanted vehicles that this may be, surer ones first."""
        ids = {*self._by_body.get(seen.body, ()), *self._by_variant.get(seen.body, ())}
        judged = {id_: reasons(seen, wanted, near=near) for id_ in ids for wanted, near in self._known(id_)}
        found = [Match(id_, why) for id_, why in judged.items() if why is not None]
        return sorted(found, key=lambda one: (one.reasons != [EXACT], len(one.reasons), one.wanted_vehicle_id))

    def _known(self, id_: str) -> list[tuple[Plate, bool]]:
        """One, or none when another thread has just forgotten it."""
        known = self._plates.get(id_)
        return [known] if known else []

    def _learn(self, id_: str, wanted: Plate, *, near: bool) -> None:
        self._plates[id_] = (wanted, near)
        _put(self._by_body, wanted.body, id_)
        for variant in set(variants(wanted.body)) if near else ():
            _put(self._by_variant, variant, id_)

    def _forget(self, id_: str) -> None:
        wanted, near = self._plates.pop(id_, (None, False))
        if wanted is not None:
            _take(self._by_body, wanted.body, id_)
            for variant in set(variants(wanted.body)) if near else ():
                _take(self._by_variant, variant, id_)


def reasons(seen: Plate, wanted: Plate, *, near: bool) -> list[str] | None:
    """Why the one may be the other; None: it is not. Pure. Two regions that differ are two vehicles."""
    found = []
    if seen.body != wanted.body:
        if not near or seen.body not in variants(wanted.body):
            return None
        found.append(CONFUSED)
    if seen.region != wanted.region:
        if seen.region and wanted.region:
            return None
        found.append(REGION_UNREAD)
    return found or [EXACT]


def _put(index: dict[str, tuple[str, ...]], key: str, id_: str) -> None:
    index[key] = (*index.get(key, ()), id_)


def _take(index: dict[str, tuple[str, ...]], key: str, id_: str) -> None:
    left = tuple(one for one in index.get(key, ()) if one != id_)
    if left:
        index[key] = left
    else:
        index.pop(key, None)
