"""The linked services, each with its policy. Pure data."""

from server.incidents import ankle_monitor, disaster, fire_119, police_112, vulnerable_person, wanted_vehicle
from server.models import AgencyKind, Service

POLICIES = {
    Service.POLICE_112: police_112.POLICY,
    Service.FIRE_119: fire_119.POLICY,
    Service.DISASTER: disaster.POLICY,
    Service.ANKLE_MONITOR: ankle_monitor.POLICY,
    Service.WANTED_VEHICLE: wanted_vehicle.POLICY,
    Service.VULNERABLE_PERSON: vulnerable_person.POLICY,
}


def is_urgent(service: Service, priority: int) -> bool:
    """Whether an incident of that priority gets units and cameras."""
    return priority <= POLICIES[service].urgent_to


def of_room(kind: AgencyKind) -> set[Service]:
    """What a room's dispatcher may report by hand; nothing for what is no room."""
    return {service for service, policy in POLICIES.items() if kind in policy.rooms}
