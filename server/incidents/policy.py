"""How many cameras, from how far, each linked service gets. Pure data.

Source: 충남 patrol cars see cameras within 500 m of the incident; 부산 fire crews choose within 300 m, 전남 and 대구
open the nearest five; the other figures follow those two until their rooms say otherwise.
"""

from dataclasses import dataclass

from server.models import AgencyKind, Service, UnitKind


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of an incident's camera set."""

    radius_m: float
    count: int
    prewarmed: int = 2  # cameras started at dispatch, before the first tap


POLICIES = {
    Service.POLICE_112: Policy(radius_m=500, count=8),
    Service.FIRE_119: Policy(radius_m=300, count=5),
    Service.DISASTER: Policy(radius_m=1000, count=12),
    Service.ANKLE_MONITOR: Policy(radius_m=500, count=8),
    Service.WANTED_VEHICLE: Policy(radius_m=800, count=10),
    Service.VULNERABLE_PERSON: Policy(radius_m=500, count=8),
}

ROOM_SERVICES = {  # what a room's dispatcher may report by hand
    AgencyKind.POLICE_112: {Service.POLICE_112, Service.VULNERABLE_PERSON, Service.WANTED_VEHICLE},
    AgencyKind.FIRE_119: {Service.FIRE_119},
    AgencyKind.DISASTER: {Service.DISASTER},
    AgencyKind.MOJ_LOCATION: {Service.ANKLE_MONITOR},
}

POLICE, FIRE = {UnitKind.PATROL_CAR}, {UnitKind.FIRE_ENGINE, UnitKind.AMBULANCE, UnitKind.RESCUE}
UNITS = {  # what is offered to the room of an incident
    Service.POLICE_112: POLICE,
    Service.FIRE_119: FIRE,
    Service.DISASTER: POLICE | FIRE,
    Service.ANKLE_MONITOR: POLICE,
    Service.WANTED_VEHICLE: POLICE,
    Service.VULNERABLE_PERSON: POLICE,
}
