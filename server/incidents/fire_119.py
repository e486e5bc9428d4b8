"""119 긴급출동: the nearest five cameras, as in 전남. An administrator may set all within 300 m, as in 부산. Pure."""

from server.incidents.policy import FIRE, Policy
from server.models import AgencyKind

POLICY = Policy(
    radius_m=2000,
    count=5,
    rooms=frozenset({AgencyKind.FIRE_119}),
    units=FIRE,
)
