"""Which cameras the units that are under way to an incident will pass, as they stand now."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.cameras import near
from server.cameras.corridor import BESIDE_M, Approach, corridor, line
from server.cameras.rank import Outlook, Ranked
from server.incidents.nearest import FRESH
from server.incidents.services import POLICIES, is_urgent
from server.models import DispatchStatus, Incident, UnitPosition

STANDING_KMH = 5.0  # a receiver that stands still turns as it likes


@dataclass(frozen=True, slots=True)
class Passed:
    """A camera, and as which one each unit comes to it: 1 is its next."""

    camera: Ranked
    units: dict[str, int] = field(default_factory=dict)


def found(session: Session, incident: Incident, outlook: Outlook, *, now: datetime) -> dict[str, Passed]:
    """The cameras on the way of each unit with a fresh position that is not there yet, by id; the next ones first."""
    count = POLICIES[incident.service].corridor
    under_way = [one for one in incident.dispatches if one.ended_at is None and one.status != DispatchStatus.ON_SCENE]
    if not count or not under_way or not is_urgent(incident.service, incident.priority):
        return {}
    fresh = select(UnitPosition).where(
        UnitPosition.unit_id.in_([one.unit_id for one in under_way]), UnitPosition.at > now - FRESH
    )
    passed: dict[str, Passed] = {}
    for unit in session.scalars(fresh.order_by(UnitPosition.unit_id)):
        moves = unit.speed_kmh is None or unit.speed_kmh > STANDING_KMH
        approach = Approach((unit.lat, unit.lon), unit.heading_deg if moves else None, (incident.lat, incident.lon))
        candidates = near.along(session, line(approach), beside_m=BESIDE_M)
        for one in corridor(approach, candidates, count=count, outlook=outlook):
            passed.setdefault(one.camera_id, Passed(one)).units[unit.unit_id] = one.rank
    return dict(sorted(passed.items(), key=lambda one: (min(one[1].units.values()), one[0])))
