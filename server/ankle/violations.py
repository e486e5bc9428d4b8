"""A violation becomes an incident of the location centre's, and ends with it.

Invariants: only the location centre's machine reports one; it stands on 전자장치부착법 제16조의3 제2항 and nothing
else; the wearer is a pseudonym in one column, in no summary, event or record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.ankle import fixes
from server.errors import IncidentConflict, IncidentUnknown, ServiceNotAllowed
from server.incidents import changes, dispatches, find, intake
from server.incidents.intake import Finding, Report
from server.models import (
    RESERVED_FOR,
    Incident,
    IncidentStatus,
    LegalBasis,
    Service,
    Violation,
    ViolationKind,
)

SUMMARIES = {  # what it is, and how urgent
    ViolationKind.DEVICE_DAMAGE: ("전자장치 훼손", 0),
    ViolationKind.APPROACH: ("보호대상자 접근", 0),
    ViolationKind.ZONE_ENTRY: ("출입금지구역 진입", 1),
    ViolationKind.CURFEW: ("외출제한시간 위반", 1),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What the location centre says."""

    external_id: str
    wearer_ref: str
    kind: ViolationKind
    lat: float
    lon: float
    accuracy_m: float | None
    address: str | None
    at: datetime
    units: Sequence[str]


def report(session: Session, caller: Caller, found: Found, *, now: datetime) -> tuple[Incident, bool]:
    """The incident of the violation, and whether it is new. The same again changes nothing.

    Raises:
        ServiceNotAllowed: the caller is not the location centre's machine.
        PositionFromFuture: when it was found cannot be.
        IncidentConflict: something else was reported under this external_id.
        UnitUnknown, IncidentReserved: a unit does not exist, or is neither probation nor police.
    """
    must_be_location_centre(caller.viewer)
    fixes.check_not_ahead(found.at, now, field="at")
    incident, is_new = intake.enter(session, caller, Finding(_report(found), caller.viewer.agency_id), now=now)
    if is_new:
        place = {"lat": found.lat, "lon": found.lon}
        session.add(Violation(incident_id=incident.id, kind=found.kind, wearer_ref=found.wearer_ref, **place))
        dispatches.warm(session, incident, now=now)
    elif session.get_one(Violation, incident.id).wearer_ref not in {found.wearer_ref, None}:
        raise IncidentConflict("external_id was reported of another wearer", field="external_id")
    return incident, is_new


def end(session: Session, caller: Caller, incident_id: str, reason: str, *, now: datetime) -> Incident:
    """The incident, closed with all it gave. Repeating it changes nothing. Raises IncidentUnknown."""
    incident = find.steerable(session, caller.viewer, incident_id)
    must_be_one(incident)
    if incident.status == IncidentStatus.OPEN:
        changes.close(session, caller, incident, reason, now=now)
    return incident


def readable(session: Session, viewer: Viewer, incident_id: str) -> tuple[Incident, Violation]:
    """A violation that the viewer's room reads. Raises IncidentUnknown."""
    incident = find.readable(session, viewer, incident_id)
    must_be_one(incident)
    return incident, session.get_one(Violation, incident.id)


def must_be_one(incident: Incident) -> None:
    """Raises IncidentUnknown for an incident of another service."""
    if incident.service != Service.ANKLE_MONITOR:
        raise IncidentUnknown("there is no such violation for this caller", incident_id=incident.id)


def must_be_location_centre(viewer: Viewer) -> None:
    """Raises ServiceNotAllowed for everybody but the machine of a location centre."""
    reports = viewer.kind == "client" and Service.ANKLE_MONITOR in viewer.services
    if not reports or viewer.agency_kind != RESERVED_FOR[Service.ANKLE_MONITOR]:
        raise ServiceNotAllowed("only the location centre's machine reports violations and positions")


def _report(found: Found) -> Report:
    summary, priority = SUMMARIES[found.kind]
    return Report(
        service=Service.ANKLE_MONITOR,
        external_id=found.external_id,
        type=found.kind,
        priority=priority,
        lat=found.lat,
        lon=found.lon,
        accuracy_m=found.accuracy_m,
        address=found.address,
        polygon=None,
        summary=summary,
        legal_basis=LegalBasis.ANKLE_16_3_2,
        reported_at=found.at,
        units=list(dict.fromkeys(found.units)),
    )
