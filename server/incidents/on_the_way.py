"""Which cameras the units that are under way to an incident will pass, as they stand now."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.cameras import near
from server.cameras.corridor import BESIDE_M, Approach, corridor, line
from server.cameras.rank import Outlook, Ranked
from server.incidents.nearest import FRESH
from server.incidents.services import POLICIES, is_urgent
from server.models import DispatchStatus, Incident, UnitPosition

STANDING_KMH = 5.0  # a receiver that stands still turns as it likes

POSITIONS = (
    select(UnitPosition)
    .where(UnitPosition.unit_id.in_(bindparam("unit_ids", expanding=True)), UnitPosition.at > bindparam("since"))
    .order_by(UnitPosition.unit_id)
)


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
    passed: dict[str, Passed] = {}
    for unit in session.scalars(POSITIONS, {"unit_ids": [one.unit_id for one in under_way], "since": now - FRESH}):
        moves = unit.speed_kmh is None or unit.speed_kmh > STANDING_KMH
        approach = Approach((unit.lat, unit.lon), unit.heading_deg if moves else None, (incident.lat, incident.lon))
        candidates = near.along(session, line(approach), beside_m=BESIDE_M)
        for one in corridor(approach, candidates, count=count, outlook=outlook):
            passed.setdefault(one.camera_id, Passed(one)).units[unit.unit_id] = one.rank
    return dict(sorted(passed.items(), key=lambda one: (min(one[1].units.values()), one[0])))
