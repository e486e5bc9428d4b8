"""Where the units are: only the newest position is kept, and a late one does not overwrite it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import PositionFromFuture, UnitNotYours
from server.incidents.nearest import FRESH
from server.models import Dispatch, Unit, UnitPosition

AHEAD = timedelta(seconds=30)  # tablets tell the time by the server's clock; others by a receiver's or their own


@dataclass(frozen=True, slots=True)
class Position:
    """One fix of a unit's receiver."""

    lat: float
    lon: float
    heading_deg: float | None
    speed_kmh: float | None
    at: datetime


def store(session: Session, viewer: Viewer, unit_id: str, position: Position, *, now: datetime) -> UnitPosition | None:
    """Keep the position of the viewer's own unit; none when a later one is known.

    Raises UnitNotYours, and PositionFromFuture: one from tomorrow would silence the unit until then.
    """
    _own(viewer, unit_id)
    if position.at > now + AHEAD:
        raise PositionFromFuture("set the clock of the device", field="at")
    known = session.get(UnitPosition, unit_id, with_for_update=True)
    if known is None:
        known = UnitPosition(unit_id=unit_id)
        session.add(known)
    elif known.at >= position.at:
        return None
    known.lat, known.lon, known.at = position.lat, position.lon, position.at
    known.heading_deg, known.speed_kmh = position.heading_deg, position.speed_kmh
    return known


def under_way(incident_id: str, *, now: datetime) -> Select[Unit]:
    """The units whose dispatch to the incident lasts and who said where they are in the last ten minutes."""
    sent = select(Dispatch.unit_id).where(Dispatch.incident_id == incident_id, Dispatch.ended_at.is_(None))
    fresh = select(UnitPosition.unit_id).where(UnitPosition.at > now - FRESH)
    return select(Unit).where(Unit.id.in_(sent), Unit.id.in_(fresh))


def newest(session: Session, units: Sequence[Unit]) -> list[tuple[Unit, UnitPosition]]:
    """Each of the units with its position."""
    found = select(UnitPosition).where(UnitPosition.unit_id.in_([unit.id for unit in units]))
    known = {position.unit_id: position for position in session.scalars(found)}
    return [(unit, known[unit.id]) for unit in units]


def confirm_passenger(session: Session, caller: Caller, unit_id: str, speed_kmh: float, *, now: datetime) -> None:
    """Record who said that a passenger uses the device while the car moves. Raises UnitNotYours."""
    _own(caller.viewer, unit_id)
    log.record(session, log.Tag.PASSENGER_CONFIRMED, caller.actor, now=now, unit=unit_id, speed_kmh=round(speed_kmh))


def _own(viewer: Viewer, unit_id: str) -> None:
    if viewer.unit_id is None or viewer.unit_id != unit_id:
        raise UnitNotYours("only its own crew speaks for a unit", unit_id=unit_id)
