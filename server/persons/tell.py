"""Who hears of an alert: its own agency, the rooms that work on it and the units they sent. Ids and codes only."""

from datetime import datetime

from sqlalchemy.orm import Session

from server import outbox
from server.incidents import rooms
from server.models import Agency, PersonAlert


def audiences(session: Session, alert: PersonAlert) -> list[str]:
    """Who works on it now."""
    is_centre = session.get_one(Agency, alert.agency_id).centre_id is not None
    found = {f"{'members' if is_centre else 'agency'}:{alert.agency_id}"}
    if alert.incident is not None:
        found |= {f"agency:{room.agency_id}" for room in rooms.at_work(alert.incident)}
        found |= {f"unit:{one.unit_id}" for one in alert.incident.dispatches if one.ended_at is None}
    return sorted(found)


def of(session: Session, audiences: list[str], alert: PersonAlert, status: str, *, now: datetime) -> None:
    """Push ``alert`` ``{alert_id, incident_id, status}``."""
    data = {"alert_id": alert.id, "incident_id": alert.incident_id, "status": status}
    for audience in audiences:
        outbox.append(session, audience, "alert", data, now=now)


def those_at_work(session: Session, alert: PersonAlert, status: str, *, now: datetime) -> None:
    """Push it to all of them."""
    of(session, audiences(session, alert), alert, status, now=now)
