"""A report becomes an incident: its cameras are chosen, its units are sent, and all is stored in one transaction.

What is chosen is read first, before anything is locked: SQLite has one writer at a time, and a storm brings hundreds of
reports a minute. Whether the report is new is asked again when it is stored. What else changed in these milliseconds
(a position, a policy, a camera's health) would as well have changed right after; whether a camera may be watched is
asked when it is.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.cameras.region import Region
from server.errors import IncidentConflict, ServiceNotAllowed
from server.incidents import caller as caller_of
from server.incidents import camera_set, dispatches, find, reserved, stored
from server.incidents.caller import Position
from server.incidents.services import of_room
from server.models import (
    RESERVED_FOR,
    AgencyKind,
    Incident,
    IncidentRoom,
    IncidentStatus,
    LegalBasis,
    Part,
    Service,
    WebhookEvent,
)
from server.models.base import new_id

KNOWN = select(Incident).where(
    Incident.service == bindparam("service"), Incident.external_id == bindparam("external_id")
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a room knows when it reports."""

    service: Service
    external_id: str
    type: str
    priority: int
    lat: float
    lon: float
    accuracy_m: float | None
    address: str | None
    polygon: list[tuple[float, float]] | None
    summary: str
    legal_basis: LegalBasis
    reported_at: datetime
    units: list[str]
    area: Region | None = None
    until: datetime | None = None
    caller: Position | None = None

    @property
    def content_hash(self) -> str:
        """Equal for a repeated report, different for a contradicting one.

        Where the caller is has no part in it: that is forgotten with the closing, and could be guessed from a hash.
        """
        content = asdict(replace(self, caller=None)) | {"reported_at": self.reported_at.astimezone(UTC).isoformat()}
        given = {"area": self.area and self.area.stored(), "until": self.until and self.until.isoformat()}
        absent = {"caller", *(name for name, value in given.items() if value is None)}
        content = {name: value for name, value in (content | given).items() if name not in absent}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """A report for the room ``agency_id``, and where what it is about goes, if that is known."""

    report: Report
    agency_id: str
    heading_deg: float | None = None


def draft(session: Session, caller: Caller, report: Report, *, now: datetime) -> Incident | None:
    """What a report will become, for ``accept``; None if it was made before or must not be. Stores nothing.

    Raises:
        UnitUnknown, IncidentNotUrgent: as ``accept``.
    """
    if report.service in RESERVED_FOR or not may_report(caller.viewer, report.service) or _known(session, report):
        return None
    return _drafted(session, Finding(report, caller.viewer.agency_id), now=now)


def accept(
    session: Session, caller: Caller, report: Report, drafted: Incident | None = None, *, now: datetime
) -> tuple[Incident, bool]:
    """The incident of this report, and whether it is new. The same report again changes nothing.

    Raises:
        ServiceNotAllowed: the caller's room does not report this service.
        IncidentConflict: the room reported something else under this external_id.
        UnitUnknown: one of the units does not exist; nothing is kept of the report.
        IncidentNotUrgent: it names units and is of code 4; likewise.
    """
    reserved.must_not_be_by_hand(report.service)
    if not may_report(caller.viewer, report.service):
        raise ServiceNotAllowed(f"the caller may not report {report.service}", field="service")
    incident, new = enter(session, caller, Finding(report, caller.viewer.agency_id), drafted, now=now)
    if new:
        told = {"incident_id": incident.id, "status": IncidentStatus.OPEN.value, "new": True}
        outbox.append(session, f"agency:{incident.agency_id}", "incident", told, now=now)
    return incident, new


def enter(
    session: Session, caller: Caller, finding: Finding, drafted: Incident | None = None, *, now: datetime
) -> tuple[Incident, bool]:
    """The same for what a machine found, whoever calls, but for reserved services. Raises what ``accept`` does."""
    report, agency_id = finding.report, finding.agency_id
    reserved.must_be_of(caller.viewer, report.service)
    earlier = _known(session, report)
    if earlier is not None:
        same = (earlier.agency_id, earlier.content_hash) == (agency_id, report.content_hash)
        if not same or caller_of.differs(earlier, report.caller):
            raise IncidentConflict("external_id was reported with other content; use PATCH", field="external_id")
        return earlier, False
    incident = drafted
    if incident is None or not inspect(incident).transient:  # or it was stored once, and all of that taken back
        incident = _drafted(session, finding, now=now)
    stored.put_in(session, incident)
    ids = {"incident": incident.id, "service": report.service, "cameras": camera_set.recorded(incident)}
    log.record(session, log.Tag.INCIDENT_REPORTED, caller.actor, now=now, **ids, legal_basis=report.legal_basis)
    outbox.queue(session, agency_id, WebhookEvent.REPORTED, {"incident_id": incident.id}, now=now)
    if incident.dispatches:
        dispatches.warm(session, incident, now=now)
        dispatches.announce(session, caller, incident.dispatches, now=now)
    return incident, True


def may_report(viewer: Viewer, service: Service) -> bool:
    """A room's client for its services, a dispatcher for those of the room; a centre tells of alerts instead."""
    if viewer.kind == "client":
        return service in viewer.services and viewer.agency_kind is not AgencyKind.CCTV_CENTRE
    return viewer.speaks_for_room and service in of_room(viewer.agency_kind)


def _known(session: Session, report: Report) -> Incident | None:
    return session.scalar(KNOWN, {"service": report.service, "external_id": report.external_id})


def _drafted(session: Session, finding: Finding, *, now: datetime) -> Incident:
    """The incident with the units that are sent and the cameras around it and on their way; not in the session."""
    incident = _incident(finding.report, finding.agency_id, now)
    if finding.report.caller is not None:
        caller_of.keep(incident, finding.report.caller)
    for unit in find.units(session, finding.report.units):
        dispatches.order(incident.rooms[0], unit, now=now)
    camera_set.choose(session, incident, now=now, heading_deg=finding.heading_deg)
    return incident


def _incident(report: Report, agency_id: str, now: datetime) -> Incident:
    return Incident(
        id=new_id(),
        service=report.service,
        external_id=report.external_id,
        content_hash=report.content_hash,
        agency_id=agency_id,
        type=report.type,
        priority=report.priority,
        lat=report.lat,
        lon=report.lon,
        accuracy_m=report.accuracy_m,
        address=report.address,
        polygon=report.polygon,
        area=report.area.stored() if report.area else None,
        until=report.until,
        summary=report.summary,
        legal_basis=report.legal_basis,
        reported_at=report.reported_at,
        created_at=now,
        rooms=[IncidentRoom(agency_id=agency_id, part=Part.OWNS, since=now)],
        cameras=[],  # said, so that nothing is read of a row that is new
        dispatches=[],
    )
