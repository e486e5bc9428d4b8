"""Which incident or dispatch a caller may read or steer. Somebody else's is answered like one that does not exist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, lazyload

from server.access.viewer import Viewer
from server.errors import DispatchUnknown, IncidentClosed, IncidentUnknown, UnitUnknown
from server.incidents import rooms
from server.models import Dispatch, Incident, IncidentStatus, Part, Role, Unit

UNITS = select(Unit).where(Unit.id.in_(bindparam("ids", expanding=True))).options(lazyload(Unit.agency))


def readable(session: Session, viewer: Viewer, incident_id: str, *, hold: bool = False) -> Incident:
    """An incident that the viewer's room may read, for its dispatchers, clients and supervisors.

    With ``hold`` it cannot close meanwhile.
    """
    incident = session.get(Incident, incident_id, with_for_update={"read": True} if hold else None)
    reads = viewer.speaks_for_room or viewer.role == Role.SUPERVISOR
    if incident is None or not reads or not rooms.may_read(incident, viewer.agency_id):
        raise IncidentUnknown("there is no such incident for this caller", incident_id=incident_id)
    return incident


def still_open(session: Session, viewer: Viewer, incident_id: str, *, now: datetime) -> Incident:
    """A ``readable`` incident that is not over, by its status or its ``until``. Raises IncidentClosed."""
    incident = readable(session, viewer, incident_id)
    if incident.status == IncidentStatus.CLOSED or (incident.until is not None and incident.until <= now):
        raise IncidentClosed("the incident is over, and with it the reason to see where units are")
    return incident


def of_room(viewer: Viewer) -> Select[Incident]:
    """The incidents that ``readable`` would give the viewer; without their cameras, which a list has no use for."""
    mine = Incident.id.in_(rooms.incidents_of(viewer.agency_id, *Part))
    return select(Incident).where(mine).options(lazyload(Incident.cameras), lazyload(Incident.rooms))


def steerable(session: Session, viewer: Viewer, incident_id: str) -> Incident:
    """An incident of the caller's room, held still until the transaction ends."""
    incident = session.scalar(held(incident_id))
    if incident is None or not viewer.speaks_for_room or rooms.of(incident, viewer.agency_id) is None:
        raise IncidentUnknown("there is no such incident for this caller", incident_id=incident_id)
    return incident


def held(incident_id: Any) -> Select[Incident]:
    """The incident of that id or scalar query, held still and as it stands now."""
    found = select(Incident).where(Incident.id == incident_id).with_for_update()
    return found.execution_options(populate_existing=True)


def dispatch_of_room(session: Session, viewer: Viewer, dispatch_id: str) -> Dispatch:
    """A dispatch that the caller's room sent or took over; its incident is held still."""
    dispatch = _held(session, dispatch_id)
    if dispatch is None or not viewer.speaks_for_room or dispatch.agency_id != viewer.agency_id:
        raise DispatchUnknown("there is no such dispatch for this caller", dispatch_id=dispatch_id)
    return dispatch


def dispatch_of_unit(session: Session, viewer: Viewer, dispatch_id: str) -> Dispatch:
    """A dispatch of the caller's own unit; its incident is held still."""
    dispatch = _held(session, dispatch_id)
    if dispatch is None or viewer.unit_id is None or dispatch.unit_id != viewer.unit_id:
        raise DispatchUnknown("there is no such dispatch for this caller", dispatch_id=dispatch_id)
    return dispatch


def unit(session: Session, unit_id: str, *, field: str) -> Unit:
    """A unit that can be sent. Raises UnitUnknown, naming the field of the request."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise UnitUnknown(f"there is no unit {unit_id}; GET /v1/units lists them", field=field)
    return found


def units(session: Session, unit_ids: Sequence[str]) -> list[Unit]:
    """Units that can be sent, in that order. Raises UnitUnknown, naming the field of the request."""
    if not unit_ids:
        return []
    known = {one.id: one for one in session.scalars(UNITS, {"ids": unit_ids})}
    return [known.get(id_) or unit(session, id_, field=f"units.{position}") for position, id_ in enumerate(unit_ids)]


def _held(session: Session, dispatch_id: str) -> Dispatch | None:
    incident_of = select(Dispatch.incident_id).where(Dispatch.id == dispatch_id).scalar_subquery()
    session.scalar(select(Incident).where(Incident.id == incident_of).with_for_update())
    return session.get(Dispatch, dispatch_id)
