"""Who exists, put in and recorded: agencies, centres, units and rooms' clients. Names and codes are taken once.

Only the province's administrators reach beyond their agency.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server import errors
from server.access.viewer import Viewer
from server.audit import log
from server.models import Agency, AgencyKind, Centre, Client, Unit
from server.models.base import new_id

Unique = InstrumentedAttribute[str]


def administered(session: Session, viewer: Viewer, agency_id: str) -> Agency:
    """The agency, if this administrator looks after it. Raises AgencyUnknown."""
    agency = session.get(Agency, agency_id) if viewer.administers(agency_id) else None
    if agency is None:
        raise errors.AgencyUnknown("there is no such agency, or it is not yours", field="agency_id")
    return agency


def first_agency(session: Session, name: str, by: log.Actor, *, now: datetime) -> Agency:
    """The agency of that id or name; where there is none at all it is made, as the province. Raises AgencyUnknown."""
    found = session.scalar(select(Agency).where(or_(Agency.id == name, Agency.name == name)))
    if found is not None:
        return found
    if session.scalar(select(Agency.id).limit(1)) is not None:
        raise errors.AgencyUnknown("there is no such agency", field="agency")
    return add_agency(session, Agency(id=new_id(), name=name, kind=AgencyKind.PROVINCE), by, now=now)


def add_agency(session: Session, agency: Agency, by: log.Actor, *, now: datetime) -> Agency:
    """Raises AgencyExists, CentreUnknown."""
    if _taken(session, Agency.name, agency.name):
        raise errors.AgencyExists("choose another name", field="name")
    if agency.centre_id is not None and session.get(Centre, agency.centre_id) is None:
        raise errors.CentreUnknown("there is no such centre", field="centre_id")
    session.add(agency)
    session.flush()
    log.record(session, log.Tag.AGENCY_REGISTERED, by, now=now, agency=agency.id, centre=agency.centre_id)
    return agency


def add_centre(session: Session, centre: Centre, by: log.Actor, *, now: datetime) -> Centre:
    """Raises CentreExists."""
    if _taken(session, Centre.code, centre.code):
        raise errors.CentreExists("it is registered already; change it with PATCH", field="code")
    session.add(centre)
    session.flush()
    log.record(session, log.Tag.CENTRE_REGISTERED, by, now=now, centre=centre.id, networks=centre.networks)
    return centre


def add_unit(session: Session, unit: Unit, by: log.Actor, *, now: datetime) -> Unit:
    """Raises UnitExists."""
    if _taken(session, Unit.call_sign, unit.call_sign):
        raise errors.UnitExists("choose another call sign", field="call_sign")
    session.add(unit)
    session.flush()
    log.record(session, log.Tag.UNIT_REGISTERED, by, now=now, unit=unit.id, agency=unit.agency_id)
    return unit


def add_client(session: Session, client: Client, by: log.Actor, *, now: datetime) -> Client:
    """Raises ClientExists."""
    if _taken(session, Client.id, client.id):
        raise errors.ClientExists("choose another id, or replace its secret", field="id")
    session.add(client)
    session.flush()
    ids = {"client": client.id, "agency": client.agency_id, "services": client.services}
    log.record(session, log.Tag.CLIENT_REGISTERED, by, now=now, **ids)
    return client


def _taken(session: Session, column: Unique, value: str) -> bool:
    return session.scalar(select(column).where(column == value)) is not None
