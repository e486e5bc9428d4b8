"""An incident that ends by itself: the gate refuses from its ``until`` on, by the clock; this closes it, tidily."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.incidents import changes, find
from server.models import AgencyKind, Incident, IncidentStatus

EXPIRED = "유효 기간 만료"
CLOCK = Caller(Viewer(log.SYSTEM.kind, log.SYSTEM.id, "", AgencyKind.PROVINCE, enabled=True), request_id="")


def close_expired(session: Session, *, now: datetime) -> None:
    """Close what is over, for every room."""
    over = Incident.status == IncidentStatus.OPEN, Incident.until <= now
    for incident_id in session.scalars(select(Incident.id).where(*over).order_by(Incident.id)).all():
        incident = session.scalar(find.held(incident_id))
        if incident is not None and incident.until is not None and incident.until <= now:
            changes.over(session, CLOCK, incident, EXPIRED, now=now)
