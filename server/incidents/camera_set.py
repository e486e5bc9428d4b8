"""Which cameras an incident has: the best around its place, by its service's policy. Access follows this set."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from server.cameras import ahead, daylight, near, rank
from server.incidents import selection
from server.incidents.services import POLICIES
from server.models import Incident, IncidentCamera


def choose(session: Session, incident: Incident, *, now: datetime, heading_deg: float | None = None) -> None:
    """Set the incident's cameras by its service's policy and its place: half of them ahead, when it moves."""
    policy = selection.of(session, incident.service)
    place = (incident.lat, incident.lon)
    outlook = rank.Outlook(daylight.is_dark(*place, now), POLICIES[incident.service].purposes, heading_deg)
    candidates = near.around(session, *place, radius_m=policy.radius_m)
    chosen = rank.rank(place, candidates, radius_m=policy.radius_m, count=policy.most, outlook=outlook)
    if heading_deg is not None:
        further = near.around(session, *place, radius_m=ahead.REACH_M)
        first = ahead.ahead(place, heading_deg, further, count=policy.most // 2)
        listed = {one.camera_id for one in first}
        both = [*first, *(one for one in chosen if one.camera_id not in listed)][: policy.most]
        chosen = [replace(one, rank=position) for position, one in enumerate(both, start=1)]
    kept = {one.camera_id: one for one in incident.cameras}
    incident.cameras = [_listed(kept.get(one.camera_id), one) for one in chosen]
    session.flush()


def _listed(row: IncidentCamera | None, one: rank.Ranked) -> IncidentCamera:
    row = row or IncidentCamera(camera_id=one.camera_id)
    row.rank, row.distance_m, row.bearing_deg, row.reasons = one.rank, one.distance_m, one.bearing_deg, one.reasons
    return row
