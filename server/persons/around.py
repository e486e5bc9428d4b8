"""Which cameras of the centre that an alert is for stand around the person, best first."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.cameras import daylight, near, rank
from server.cameras.rank import Ranked
from server.incidents.vulnerable_person import POLICY
from server.models import Agency, Camera, PersonAlert


def own(session: Session, alert: PersonAlert, *, now: datetime) -> list[Ranked]:
    """The centre's own, which its people may watch at any time; none once the place is forgotten."""
    if alert.lat is None or alert.lon is None:
        return []
    place = (alert.lat, alert.lon)
    found = near.around(session, *place, radius_m=POLICY.radius_m)
    centre_id = session.get_one(Agency, alert.agency_id).centre_id
    of_centre = select(Camera.id).where(Camera.id.in_([one.id for one in found]), Camera.centre_id == centre_id)
    mine = set(session.scalars(of_centre))
    outlook = rank.Outlook(daylight.is_dark(*place, now), POLICY.purposes, None)
    candidates = [one for one in found if one.id in mine]
    return rank.rank(place, candidates, radius_m=POLICY.radius_m, count=POLICY.count, outlook=outlook)
