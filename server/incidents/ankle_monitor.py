"""전자발찌: reported by the location centre alone; the cameras follow the wearer (``server.ankle``). Pure."""

from server.incidents.policy import POLICE, Policy
from server.models import AgencyKind, DutyKind, UnitKind

POLICY = Policy(
    radius_m=500,
    count=8,
    rooms=frozenset({AgencyKind.MOJ_LOCATION}),
    units=POLICE | {UnitKind.PROBATION},
    prewarmed=3,  # the one that shows, and the next two on the way
    duties=(DutyKind.VIEWING_NOTICE,),
)
