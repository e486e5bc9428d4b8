"""전자발찌: reported by the location centre, and by nobody else. Pure."""

from server.incidents.policy import POLICE, Policy
from server.models import AgencyKind

POLICY = Policy(
    radius_m=500,
    count=8,
    rooms=frozenset({AgencyKind.MOJ_LOCATION}),
    units=POLICE,
)
