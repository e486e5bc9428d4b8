"""사회적 약자 보호: cameras around the person, for the police until somebody has it escalated. Pure."""

from server.incidents.policy import FIRE, POLICE, Policy
from server.models import AgencyKind

POLICY = Policy(
    radius_m=500,
    count=8,
    rooms=frozenset({AgencyKind.POLICE_112}),
    units=POLICE | FIRE,
)
