"""An alert that is over is settled, and what is personal of it is forgotten after a time.

Each is settled in a transaction of its own, so that one that cannot be holds up no other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit import log
from server.models import Incident, IncidentStatus, PersonAlert
from server.persons import tell

ABOUT = 2  # decimals of a degree, a kilometre: which part of a town, not whose door
AT_ONCE = 500  # in one transaction; a later one goes on
PERSONAL = ("device_hash", "lat", "lon", "accuracy_m", "position_at", "people_sealed", "photo_sealed", "photo_type")


def ended(session: Session, *, now: datetime) -> Sequence[str]:
    """The ids of alerts that ended with their incidents, which is not written down yet."""
    closed = Incident.status == IncidentStatus.CLOSED, Incident.closed_at <= now
    found = select(PersonAlert.id).join(PersonAlert.incident).where(PersonAlert.ended_at.is_(None), *closed)
    return session.scalars(found.order_by(PersonAlert.id)).all()


def settle(session: Session, alert_id: str, *, now: datetime) -> None:
    """Write it down of one of them, and tell those it is for."""
    alert = session.get(PersonAlert, alert_id, with_for_update={"of": PersonAlert})
    if alert is not None and alert.ended_at is None and alert.over_at is not None:
        alert.ended_at = alert.over_at
        tell.of(session, tell.audiences(session, alert), alert, "ended", now=now)


def forget(session: Session, kept: timedelta, *, now: datetime) -> None:
    """Delete what is personal of alerts that have been over for ``kept``; what remains is that there was one.

    Its incident is about there, and without the cameras whose distances would tell where.
    """
    old = select(PersonAlert.id).where(PersonAlert.forgotten_at.is_(None), PersonAlert.ended_at <= now - kept)
    ids = session.scalars(old.limit(AT_ONCE)).all()
    if not ids:
        return
    gone = update(PersonAlert).where(PersonAlert.id.in_(ids)).values(dict.fromkeys(PERSONAL) | {"forgotten_at": now})
    session.execute(gone.execution_options(synchronize_session=False))
    of_them = select(PersonAlert.incident_id).where(PersonAlert.id.in_(ids))
    for incident in session.scalars(select(Incident).where(Incident.id.in_(of_them))):
        incident.lat, incident.lon, incident.accuracy_m = round(incident.lat, ABOUT), round(incident.lon, ABOUT), None
        incident.cameras = []
    log.record(session, log.Tag.ALERTS_FORGOTTEN, log.SYSTEM, now=now, alerts=list(ids))
