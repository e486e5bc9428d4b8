"""Which units could come, offered to the room, which decides: no machine sends anybody. And where those are that do."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.cameras.rank import distance_m
from server.models import Dispatch, Incident, Unit, UnitKind, UnitPosition

FRESH = timedelta(minutes=10)  # a car is elsewhere after that
REACH_DEG = 0.3  # of latitude, 33 km; a unit beyond is not near
MOST = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit that could be sent, as it stands now."""

    unit: Unit
    lat: float
    lon: float
    distance_m: float
    position_age_s: float
    busy: bool  # sent somewhere, and not done there


def units(
    session: Session, place: tuple[float, float], kinds: Collection[UnitKind], *, now: datetime, count: int = MOST
) -> list[Offer]:
    """At most ``count`` units of these kinds with a fresh position, free ones first, then the nearest."""
    lat, lon = place
    wide = REACH_DEG / math.cos(math.radians(min(abs(lat), 80.0)))
    busy = exists().where(Dispatch.unit_id == Unit.id, Dispatch.ended_at.is_(None))
    found = (
        select(Unit, UnitPosition, busy)
        .join(UnitPosition, UnitPosition.unit_id == Unit.id)
        .where(
            Unit.kind.in_(kinds),
            UnitPosition.at > now - FRESH,
            UnitPosition.lat.between(lat - REACH_DEG, lat + REACH_DEG),
            UnitPosition.lon.between(lon - wide, lon + wide),
        )
    )
    offers = [_offer(place, unit, at, now=now, busy=is_busy) for unit, at, is_busy in session.execute(found)]
    return sorted(offers, key=lambda one: (one.busy, one.distance_m, one.unit.id))[:count]


def underway(session: Session, incident: Incident, *, now: datetime) -> list[Offer]:
    """Where the units are that were sent to it and are not done there, of those that lately said so; nearest first."""
    found = (
        select(Unit, UnitPosition)
        .join(UnitPosition, UnitPosition.unit_id == Unit.id)
        .join(Dispatch, Dispatch.unit_id == Unit.id)
        .where(Dispatch.incident_id == incident.id, Dispatch.ended_at.is_(None), UnitPosition.at > now - FRESH)
    )
    place = (incident.lat, incident.lon)
    rows = [_offer(place, unit, at, now=now, busy=True) for unit, at in session.execute(found)]
    return sorted(rows, key=lambda one: (one.distance_m, one.unit.id))


def _offer(place: tuple[float, float], unit: Unit, at: UnitPosition, *, now: datetime, busy: bool) -> Offer:
    far_m = round(distance_m(place, (at.lat, at.lon)), 1)
    return Offer(unit, at.lat, at.lon, far_m, max(0.0, (now - at.at).total_seconds()), busy)
