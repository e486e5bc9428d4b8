"""Who sees an alert: people of the centre or in the room it is for, in rooms that work on it, and in units they sent.

Never a machine, and no crew that is not sent: a police room's alert is no patrol car's until its unit goes there.
Once it is over nobody sees it but its own agency's people, until it is forgotten: a false alarm may have been none.
Each look at the person or the photo is recorded.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, lazyload

from server.access.keys import Keys
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import AlertUnknown
from server.incidents import rooms
from server.models import Incident, IncidentStatus, Part, PersonAlert, Role

OF_INCIDENT = (  # all that a list shows of it
    contains_eager(PersonAlert.incident)
    .load_only(Incident.status, Incident.closed_at)
    .options(lazyload(Incident.cameras), lazyload(Incident.dispatches), lazyload(Incident.rooms))
)
WORKING = {Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER}
IN_A_ROOM = {Role.SUPERVISOR, Role.DISPATCHER}


def listed(viewer: Viewer) -> Select[PersonAlert]:
    """The alerts that go on, of the viewer's agency or of incidents that its room works on."""
    open_incident = Incident.status == IncidentStatus.OPEN
    goes_on = and_(PersonAlert.ended_at.is_(None), or_(PersonAlert.incident_id.is_(None), open_incident))
    mine = _own(viewer)
    if viewer.role in IN_A_ROOM:
        ours = rooms.incidents_of(viewer.agency_id, Part.OWNS, Part.AIDS)
        mine = or_(mine, PersonAlert.incident_id.in_(ours))
    return select(PersonAlert).outerjoin(PersonAlert.incident).where(goes_on, mine).options(OF_INCIDENT)


def over(viewer: Viewer, kept: timedelta, *, now: datetime) -> Select[PersonAlert]:
    """Those of the viewer's own agency that are over and not forgotten yet, by the clock."""
    over_at = func.coalesce(PersonAlert.ended_at, Incident.closed_at)
    lately = and_(over_at > now - kept, PersonAlert.forgotten_at.is_(None))
    return select(PersonAlert).outerjoin(PersonAlert.incident).where(lately, _own(viewer)).options(OF_INCIDENT)


def _own(viewer: Viewer) -> ColumnElement[bool]:
    return PersonAlert.agency_id == viewer.agency_id if _looks_after(viewer) else false()


def _looks_after(viewer: Viewer) -> bool:
    """Whether its agency's alerts are the viewer's work: all of a centre's people watch, of a police force its room."""
    return viewer.role in (WORKING if viewer.centre_id is not None else IN_A_ROOM)


def of_incidents(session: Session, incident_ids: Collection[str]) -> dict[str, str]:
    """The ids of the alerts behind incidents, by theirs."""
    found = select(PersonAlert.incident_id, PersonAlert.id).where(PersonAlert.incident_id.in_(incident_ids))
    return {incident_id: id_ for incident_id, id_ in session.execute(found) if incident_id}


def readable(session: Session, viewer: Viewer, alert_id: str, kept: timedelta, *, now: datetime) -> PersonAlert:
    """An alert that the viewer works on. Raises AlertUnknown."""
    alert = session.get(PersonAlert, alert_id)
    if alert is None or not works_on(viewer, alert, kept, now=now):
        raise AlertUnknown("there is no such alert for this caller", alert_id=alert_id)
    return alert


def works_on(viewer: Viewer, alert: PersonAlert, kept: timedelta, *, now: datetime) -> bool:
    """Whether the viewer sees it now, by the clock, whether or not a job has forgotten it."""
    if alert.forgotten_at is not None or (alert.over_at is not None and alert.over_at + kept <= now):
        return False
    if viewer.agency_id == alert.agency_id and _looks_after(viewer):
        return True
    if alert.over_at is not None or alert.incident is None:
        return False
    at_work = {room.agency_id for room in rooms.at_work(alert.incident)}
    units = {one.unit_id for one in alert.incident.dispatches if one.ended_at is None}
    in_room = viewer.role in IN_A_ROOM and viewer.agency_id in at_work
    return in_room or (viewer.unit_id is not None and viewer.unit_id in units)


def people(session: Session, caller: Caller, keys: Keys, alert: PersonAlert, *, now: datetime) -> dict[str, Any]:
    """The device, the person and the guardian; that they were read is recorded."""
    log.record(session, log.Tag.PERSON_READ, caller.actor, now=now, alert=alert.id, incident=alert.incident_id)
    sealed = alert.people_sealed
    return dict(json.loads(keys.open(sealed))) if sealed else {}


def photo(session: Session, caller: Caller, keys: Keys, alert: PersonAlert, *, now: datetime) -> tuple[bytes, str]:
    """The photo and its media type; that it was read is recorded. Raises AlertUnknown when there is none."""
    sealed = alert.photo_sealed
    if sealed is None or alert.photo_type is None:
        raise AlertUnknown("the alert has no photo", alert_id=alert.id)
    log.record(session, log.Tag.PERSON_READ, caller.actor, now=now, alert=alert.id, incident=alert.incident_id)
    return keys.open(sealed), alert.photo_type
