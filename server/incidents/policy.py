"""What differs between the linked services, and is data. Each service has a file here with its own. Pure."""

from dataclasses import dataclass

from server.models import AgencyKind, CameraPurpose, DutyKind, UnitKind

POLICE = frozenset({UnitKind.PATROL_CAR})
FIRE = frozenset({UnitKind.FIRE_ENGINE, UnitKind.AMBULANCE, UnitKind.RESCUE})


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of an incident's camera set, who reports it by hand, and which units come."""

    radius_m: float
    count: int
    rooms: frozenset[AgencyKind]
    units: frozenset[UnitKind]  # what is offered to the room
    urgent_to: int = 4  # the priority to which units are sent and cameras shown at all
    area_count: int = 0  # of cameras in an area; 0: only the place counts
    prewarmed: int = 2  # cameras started at dispatch, before the first tap
    corridor: int = 0  # cameras on the way of each unit that comes
    escape: int = 0  # cameras on ways out, one for each direction
    escape_up_to: int = 1  # the priority to which there are any
    caller: int = 0  # cameras around who called, for the room
    purposes: frozenset[CameraPurpose] = frozenset()  # what cameras that serve it best were put up for
    duties: tuple[DutyKind, ...] = ()  # of the rooms that owned it, once it is closed and was watched
