"""Which kinds of event become incidents by themselves, centre by centre, and in which room. Set by administrators."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.audit import log
from server.errors import CentreUnknown, RoomUnknown
from server.incidents.services import of_room
from server.models import RESERVED_FOR, Agency, Centre, LegalBasis, SensorKind, SensorRule, Service


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule as it is asked for."""

    kind: SensorKind
    agency_id: str
    service: Service
    priority: int
    legal_basis: LegalBasis
    least_confidence: float


def settle(
    session: Session, caller: Caller, centre_id: str, wishes: Sequence[Wish], *, now: datetime
) -> list[SensorRule]:
    """Have exactly these rules from now on; what was raised before stays.

    Raises CentreUnknown for a centre that the caller does not administer, RoomUnknown for a room without that service.
    """
    centre(session, caller, centre_id, hold=True)
    for position, wish in enumerate(wishes):
        must_take(session, wish.agency_id, wish.service, field=f"rules.{position}.agency_id")
    session.execute(delete(SensorRule).where(SensorRule.centre_id == centre_id))
    rows = [SensorRule(centre_id=centre_id, **asdict(wish)) for wish in wishes]
    session.add_all(rows)
    said = [{**asdict(wish), "kind": wish.kind.value, "service": wish.service.value} for wish in wishes]
    log.record(session, log.Tag.SENSOR_RULES_SET, caller.actor, now=now, centre=centre_id, rules=said)
    return rows


def of_centre(session: Session, centre_id: str) -> list[SensorRule]:
    """The centre's rules."""
    found = select(SensorRule).where(SensorRule.centre_id == centre_id).order_by(SensorRule.kind)
    return list(session.scalars(found))


def centre(session: Session, caller: Caller, centre_id: str, *, hold: bool = False) -> Centre:
    """A centre that the caller administers. Raises CentreUnknown."""
    found = session.get(Centre, centre_id, with_for_update={"key_share": True} if hold else None)
    if found is None or not caller.viewer.administers_centre(centre_id):
        raise CentreUnknown("there is no such centre", field="centre_id")
    return found


def must_take(session: Session, agency_id: str, service: Service, *, field: str) -> None:
    """Raises RoomUnknown unless the agency is a room that has incidents of that service."""
    room = session.get(Agency, agency_id)
    if room is None or service in RESERVED_FOR or service not in of_room(room.kind):
        raise RoomUnknown(f"there is no such room, or it has no incidents of {service}", field=field)
