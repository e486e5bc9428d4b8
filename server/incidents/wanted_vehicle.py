"""수배차량 검색: half of the cameras are ahead of where the vehicle goes (``server.plates``). Pure."""

from server.incidents.policy import POLICE, Policy
from server.models import AgencyKind, CameraPurpose

POLICY = Policy(
    radius_m=800,
    count=10,
    rooms=frozenset({AgencyKind.POLICE_112}),
    units=POLICE,
    purposes=frozenset({CameraPurpose.VEHICLE, CameraPurpose.ENFORCEMENT, CameraPurpose.TRAFFIC}),
)
