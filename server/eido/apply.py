"""An EIDO becomes an incident, moves it or closes it, through the same acts as everything else.

The same EIDO again, and one that is older than what was taken already, changes nothing; but an end counts though its
time is that of the message before, and a time that lies ahead is refused: until then no end would count.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.eido.pidf import Spot
from server.eido.told import BASES, PREFIX, Told, service_of
from server.errors import EidoLocationMissing, IncidentConflict, IncidentUnknown, InvalidRequest
from server.incidents import changes, dispatches, find, intake, rooms
from server.incidents.changes import Place
from server.incidents.intake import Report
from server.incidents.services import of_room
from server.models import EidoIncident, Incident, IncidentStatus, Service, Unit

SAME_DEG = 1e-6  # a decimetre
SKEW = timedelta(minutes=2)  # how far a sender's clock may be ahead


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an EIDO: ``created``, ``moved``, ``closed`` or ``unchanged``; units that are none of ours."""

    incident: Incident
    outcome: str
    unknown_units: list[str] = field(default_factory=list)


def apply(session: Session, caller: Caller, told: Told, *, domain: str, now: datetime) -> Done:
    """Take an EIDO. ``domain`` is ours: names that end in it are of our own incidents.

    Raises:
        IncidentUnknown: it ends an incident that was never told of, or names one of ours that is not the caller's.
        IncidentConflict: another room told of that incident.
        IncidentClosed, IncidentNotOwned, ServiceNotAllowed: as by hand.
        EidoLocationMissing, EidoServiceUnclear: it says too little.
        InvalidRequest: it is of a time to come.
    """
    if told.updated_at > now + SKEW:
        raise InvalidRequest("the time lies ahead; look at the clocks", field="incidentComponent.lastUpdateTimeStamp")
    row, incident = _known(session, caller, told, domain)
    if incident is None:
        return _begin(session, caller, told, now=now)
    if row is None:
        row = EidoIncident(incident_id=incident.id, urn=told.urn, updated_at=incident.created_at)
        session.add(row)
    if told.updated_at < row.updated_at or (told.updated_at == row.updated_at and not told.is_over):
        return Done(incident, "unchanged")
    row.updated_at = told.updated_at
    if told.is_over:
        return _end(session, caller, incident, told, now=now)
    outcome = "unchanged"
    if told.spot is not None and _moved(incident, told.spot):
        changes.must_own(incident, caller.viewer)
        changes.move(session, caller, incident, Place(**asdict(told.spot)), now=now)
        outcome = "moved"
    return Done(incident, outcome, _send(session, caller, incident, told, now=now))


def _known(session: Session, caller: Caller, told: Told, domain: str) -> tuple[EidoIncident | None, Incident | None]:
    """The incident that the EIDO names, held; none when it is new."""
    row = session.scalar(select(EidoIncident).where(EidoIncident.urn == told.urn))
    own = told.urn.removeprefix(PREFIX).removesuffix(f":{domain}")
    if row is None and told.urn != f"{PREFIX}{own}:{domain}":
        return None, None
    try:
        incident = find.steerable(session, caller.viewer, row.incident_id if row else own)
    except IncidentUnknown as unknown:
        if row is None:
            raise
        raise IncidentConflict("another room told of that incident", field="incidentComponent.$id") from unknown
    if row is None:
        row = session.get(EidoIncident, incident.id)
    return row, incident


def _begin(session: Session, caller: Caller, told: Told, *, now: datetime) -> Done:
    if told.is_over:
        raise IncidentUnknown("the EIDO ends an incident that was never told of")
    if told.spot is None:
        raise EidoLocationMissing(
            "say a place by value (PIDF-LO); references are not followed", field="locationComponent"
        )
    viewer = caller.viewer
    allowed = {Service(one) for one in viewer.services} if viewer.kind == "client" else of_room(viewer.agency_kind)
    service = service_of(told, allowed, viewer.agency_kind)
    report = Report(
        service=service,
        external_id=f"eido-{hashlib.sha256(told.urn.encode()).hexdigest()[:40]}",
        type=told.type,
        priority=told.priority,
        polygon=None,
        summary=told.summary,
        legal_basis=BASES[service],
        reported_at=told.updated_at,
        units=[],
        **asdict(told.spot),
    )
    incident, _ = intake.accept(session, caller, report, now=now)
    session.add(EidoIncident(incident_id=incident.id, urn=told.urn, updated_at=told.updated_at))
    return Done(incident, "created", _send(session, caller, incident, told, now=now))


def _end(session: Session, caller: Caller, incident: Incident, told: Told, *, now: datetime) -> Done:
    room = rooms.of(incident, caller.viewer.agency_id)
    if incident.status == IncidentStatus.CLOSED or room is None or room.ended_at is not None:
        return Done(incident, "unchanged")
    changes.close(session, caller, incident, told.closing_reason, now=now)
    return Done(incident, "closed")


def _send(session: Session, caller: Caller, incident: Incident, told: Told, *, now: datetime) -> list[str]:
    """Send the units that the EIDO says are on their way; the call signs of those that are none of ours."""
    if not told.units or incident.status == IncidentStatus.CLOSED:
        return []
    units = {unit.call_sign: unit for unit in session.scalars(select(Unit).where(Unit.call_sign.in_(told.units)))}
    room = changes.must_work(incident, caller.viewer)
    for name in told.units:
        if name in units:
            dispatches.send(session, caller, room, units[name], now=now)
    return [name for name in told.units if name not in units]


def _moved(incident: Incident, spot: Spot) -> bool:
    return abs(incident.lat - spot.lat) > SAME_DEG or abs(incident.lon - spot.lon) > SAME_DEG
