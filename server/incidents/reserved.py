"""Incidents that are for their own kind of room alone, and for the units it sends: those of the location centre.

Nobody else is let in: not by sharing, not by a grant, not by breaking the glass, not by hand. ``access.may`` refuses
the same once more, whatever stands in the database.
"""

from server.access.viewer import Viewer
from server.errors import IncidentReserved, ServiceNotAllowed
from server.incidents.services import POLICIES
from server.models import RESERVED_FOR, Agency, Incident, Service, Unit


def must_not_be_by_hand(service: Service) -> None:
    """Raises ServiceNotAllowed: such incidents have a face of their own to open and to move them."""
    if service in RESERVED_FOR:
        raise ServiceNotAllowed(f"{service} is reported with POST /v1/ankle-monitor/violations", field="service")


def must_be_of(viewer: Viewer, service: Service) -> None:
    """Raises ServiceNotAllowed when who reports is not of the kind of room that it is for."""
    if service in RESERVED_FOR and viewer.agency_kind != RESERVED_FOR[service]:
        raise ServiceNotAllowed(f"the caller may not report {service}", field="service")


def must_not_be(incident: Incident) -> None:
    """Raises IncidentReserved when nothing may be granted of it."""
    if incident.service in RESERVED_FOR:
        raise IncidentReserved("of this incident nothing is granted; its room sends a unit", incident_id=incident.id)


def must_fit_room(incident: Incident, agency: Agency) -> None:
    """Raises IncidentReserved when the incident may not be shared with that room."""
    if RESERVED_FOR.get(incident.service, agency.kind) != agency.kind:
        raise IncidentReserved("it is shared with another location centre at most", field="to_agency")


def must_fit_unit(incident: Incident, unit: Unit) -> None:
    """Raises IncidentReserved when no unit of that kind is sent to it."""
    if incident.service in RESERVED_FOR and unit.kind not in POLICIES[incident.service].units:
        raise IncidentReserved("only probation and police units are sent there", unit_id=unit.id)
