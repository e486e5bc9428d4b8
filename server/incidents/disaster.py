"""재난상황 긴급대응: an area rather than a place, and every kind of unit; `server/cap` opens most of them. Pure."""

from server.incidents.policy import FIRE, POLICE, Policy
from server.models import AgencyKind, DutyKind

POLICY = Policy(
    radius_m=1000,
    count=12,
    area_count=200,
    corridor=4,  # the way there may be under water too
    rooms=frozenset({AgencyKind.DISASTER}),
    units=POLICE | FIRE,
    duties=(DutyKind.DESTROY, DutyKind.NOTIFY_SUBJECTS),  # 재난안전법 제74조의3 제4항, 제5항
)
