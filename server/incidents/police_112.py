"""112 긴급출동: a patrol car sees the cameras within 500 m of its incident, as in 충남, and those on its way.

The room also sees the cameras around the caller, where that is told (112 긴급영상).
At codes 0 and 1, where somebody may flee or is hunted, also those on the ways out (예상 도주로). Code 4 is a request
that is not urgent: no unit is sent and no camera shown, because what allows both is urgency. Pure.
Source: 112치안종합상황실 운영 및 신고처리 규칙 (code 4 is not dispatched); 개인정보 보호법 제18조 제2항.
"""

from server.incidents.policy import POLICE, Policy
from server.models import AgencyKind, CameraPurpose

POLICY = Policy(
    radius_m=500,
    count=8,
    rooms=frozenset({AgencyKind.POLICE_112}),
    units=POLICE,
    urgent_to=3,
    corridor=4,
    escape=4,
    caller=4,
    purposes=frozenset({CameraPurpose.CRIME_PREVENTION, CameraPurpose.CHILDREN, CameraPurpose.SEVERAL}),
)
