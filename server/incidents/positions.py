"""Where the units are: only the newest position is kept, and a late one does not overwrite it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import UnitNotYours
from server.models import UnitPosition


@dataclass(frozen=True, slots=True)
class Position:
    """One fix of a unit's receiver."""

    lat: float
    lon: float
    heading_deg: float | None
    speed_kmh: float | None
    at: datetime


def store(session: Session, viewer: Viewer, unit_id: str, position: Position) -> UnitPosition | None:
    """Keep the position of the viewer's own unit; none when a later one is known. Raises UnitNotYours."""
    _own(viewer, unit_id)
    known = session.get(UnitPosition, unit_id, with_for_update=True)
    if known is None:
        known = UnitPosition(unit_id=unit_id)
        session.add(known)
    elif known.at >= position.at:
        return None
    known.lat, known.lon, known.at = position.lat, position.lon, position.at
    known.heading_deg, known.speed_kmh = position.heading_deg, position.speed_kmh
    return known


def confirm_passenger(session: Session, caller: Caller, unit_id: str, speed_kmh: float, *, now: datetime) -> None:
    """Record who said that a passenger uses the device while the car moves. Raises UnitNotYours."""
    _own(caller.viewer, unit_id)
    log.record(session, log.Tag.PASSENGER_CONFIRMED, caller.actor, now=now, unit=unit_id, speed_kmh=round(speed_kmh))


def _own(viewer: Viewer, unit_id: str) -> None:
    if viewer.unit_id is None or viewer.unit_id != unit_id:
        raise UnitNotYours("only its own crew speaks for a unit", unit_id=unit_id)
