"""An incident that ends by itself: the gate refuses from its ``until`` on, by the clock; this closes it, tidily.

Each is closed in a transaction of its own, so that one that cannot be closed holds up no other.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.incidents import changes, find
from server.models import AgencyKind, Incident, IncidentStatus

EXPIRED = "유효 기간 만료"
CLOCK = Caller(Viewer(log.SYSTEM.kind, log.SYSTEM.id, "", AgencyKind.PROVINCE, enabled=True), request_id="")


def expired(session: Session, *, now: datetime) -> Sequence[str]:
    """The ids of the open incidents that are over, those that have been so for longest first."""
    over = Incident.status == IncidentStatus.OPEN, Incident.until <= now
    return session.scalars(select(Incident.id).where(*over).order_by(Incident.until, Incident.id)).all()


def close(session: Session, incident_id: str, *, now: datetime) -> None:
    """Close one of them for every room, if it is still over."""
    incident = session.scalar(find.held(incident_id))
    if incident is not None and incident.until is not None and incident.until <= now:
        changes.over(session, CLOCK, incident, EXPIRED, now=now)
