"""119 긴급출동: the nearest five cameras, as in 전남. An administrator may set those within 300 m, as in 부산. Pure.

A crew also sees the cameras on its way: traffic and what blocks the access road.
"""

from server.incidents.policy import FIRE, Policy
from server.models import AgencyKind

POLICY = Policy(
    radius_m=2000,
    count=5,
    corridor=4,
    rooms=frozenset({AgencyKind.FIRE_119}),
    units=FIRE,
)
