"""An alert comes in, once, and moves. It is for a centre, which looks by its own cameras, or for a police room.

A police room gets an incident at once, because it has no cameras of its own; a centre does not, because its machines
would watch by it. No machine escalates an alert or sends anybody.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import streams
from server.access.keys import Keys
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.cameras.rank import distance_m
from server.errors import AlertConflict, AlertOver, AlertUnknown, ServiceNotAllowed
from server.incidents import changes, find
from server.incidents.changes import Place
from server.models import AgencyKind, AlertKind, IncidentStatus, PersonAlert, Role, Service
from server.models.base import new_id
from server.persons import around, rooms, tell
from server.persons.told import Fix, Told

MOVES_M = 25.0  # a fix within that of the incident's place is the same place
WARMED = 2


def take(session: Session, caller: Caller, keys: Keys, told: Told, *, now: datetime) -> tuple[PersonAlert, bool]:
    """The alert, and whether it is new. The same again changes nothing; a device that has one open moves that.

    Raises ServiceNotAllowed, AlertTimeInvalid, AlertConflict.
    """
    must_send(caller.viewer)
    told.fix.check(now)
    agency_id = caller.viewer.agency_id
    digest = keys.digest(b"alert", agency_id.encode(), repr(told).encode())
    earlier = session.scalar(select(PersonAlert).filter_by(agency_id=agency_id, external_id=told.external_id))
    if earlier is not None:
        if earlier.content_hash != digest:
            raise AlertConflict("external_id was told with other content; send positions", field="external_id")
        return earlier, False
    device = keys.digest(b"device", agency_id.encode(), told.device_id.encode())
    known = _of_device(session, agency_id, device)
    if known is not None and (known.over_at is None or told.fix.at <= known.over_at):
        if known.over_at is None:
            _again(session, caller, known, told, now=now)
        return known, False
    if known is not None and known.ended_at is None:
        known.ended_at = known.over_at  # its incident was closed
        session.flush()
    alert = PersonAlert(
        id=new_id(),
        agency_id=agency_id,
        external_id=told.external_id,
        content_hash=digest,
        device_hash=device,
        kind=told.kind,
        at=told.fix.at,
        created_at=now,
        **_where(told.fix),
        people_sealed=keys.seal(told.people.encode()),
    )
    session.add(alert)
    session.flush()
    if caller.viewer.agency_kind is AgencyKind.POLICE_112:
        rooms.report(session, caller, alert, rooms.Whose(agency_id, Service.VULNERABLE_PERSON), now=now)
    else:
        _warm(session, alert, now=now)
    log.record(session, log.Tag.ALERT_RAISED, caller.actor, now=now, alert=alert.id, agency=agency_id, kind=told.kind)
    tell.those_at_work(session, alert, "raised", now=now)
    return alert, True


def move(session: Session, caller: Caller, alert: PersonAlert, fix: Fix, *, now: datetime) -> None:
    """Keep where the device is now, and have the cameras follow. A late fix changes nothing. ``alert`` is held.

    Raises AlertOver, AlertTimeInvalid.
    """
    if alert.over_at is not None:
        raise AlertOver("the alert is over; a new event opens a new one", alert_id=alert.id)
    fix.check(now)
    if alert.position_at is not None and fix.at <= alert.position_at:
        return
    for name, value in _where(fix).items():
        setattr(alert, name, value)
    incident = alert.incident
    if incident is not None and incident.status is IncidentStatus.OPEN:
        if distance_m((incident.lat, incident.lon), (fix.lat, fix.lon)) >= MOVES_M:
            changes.move(session, caller, incident, Place(fix.lat, fix.lon, fix.accuracy_m, None), now=now)
    else:
        _warm(session, alert, now=now)
    tell.those_at_work(session, alert, "moved", now=now)


def must_send(viewer: Viewer) -> None:
    """Raises ServiceNotAllowed unless it is a machine that is registered for it, or a dispatcher, of such an agency."""
    registered = Service.VULNERABLE_PERSON in viewer.services or viewer.role == Role.DISPATCHER
    if not registered or viewer.agency_kind not in {AgencyKind.CCTV_CENTRE, AgencyKind.POLICE_112}:
        raise ServiceNotAllowed("alerts come from a machine registered for vulnerable_person, at a centre or 112 room")


def of_sender(session: Session, viewer: Viewer, alert_id: str) -> PersonAlert:
    """An alert of the sender's agency, held with its incident. Raises AlertUnknown and ServiceNotAllowed."""
    must_send(viewer)
    return held(session, alert_id, agency_id=viewer.agency_id)


def held(session: Session, alert_id: str, *, agency_id: str | None = None) -> PersonAlert:
    """The alert, held after its incident: as closing does. Raises AlertUnknown."""
    incident_of = select(PersonAlert.incident_id).where(PersonAlert.id == alert_id).scalar_subquery()
    session.scalar(find.held(incident_of))
    found = select(PersonAlert).where(PersonAlert.id == alert_id).with_for_update(of=PersonAlert)
    alert = session.scalar(found.execution_options(populate_existing=True))
    if alert is None or agency_id not in {None, alert.agency_id}:
        raise AlertUnknown("there is no such alert for this caller", alert_id=alert_id)
    return alert


def _of_device(session: Session, agency_id: str, device: str) -> PersonAlert | None:
    found = select(PersonAlert).filter_by(agency_id=agency_id, device_hash=device)
    newest = session.scalar(found.order_by(PersonAlert.created_at.desc()).limit(1))
    return held(session, newest.id) if newest else None


def _again(session: Session, caller: Caller, alert: PersonAlert, told: Told, *, now: datetime) -> None:
    """The same device calls again: pressing for help outweighs having left the zone."""
    if told.kind is AlertKind.PANIC and alert.kind is AlertKind.ZONE_EXIT:
        alert.kind = AlertKind.PANIC
        log.record(session, log.Tag.ALERT_RAISED, caller.actor, now=now, alert=alert.id, kind=alert.kind)
        tell.those_at_work(session, alert, "raised", now=now)
    move(session, caller, alert, told.fix, now=now)


def _where(fix: Fix) -> dict[str, float | datetime | None]:
    said = asdict(fix)
    return {"position_at": said.pop("at"), **said}


def _warm(session: Session, alert: PersonAlert, *, now: datetime) -> None:
    first = [one.camera_id for one in around.own(session, alert, now=now)[:WARMED]]
    streams.want(session, first, until=now + streams.PREWARMED, priority=rooms.PRIORITY[alert.kind], now=now)
