"""재난상황 긴급대응: an area rather than a place, and every kind of unit. Pure."""

from server.incidents.policy import FIRE, POLICE, Policy
from server.models import AgencyKind

POLICY = Policy(
    radius_m=1000,
    count=12,
    rooms=frozenset({AgencyKind.DISASTER}),
    units=POLICE | FIRE,
)
