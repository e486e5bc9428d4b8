"""종결 후 유예: who watched when an incident closed may go on for some minutes, where its service's policy says so.

Invariants: nobody begins to watch in it, nor again what the clock had ended; only what a dispatch or a room's part gave
is kept, never a grant; it ends by the clock whether or not a job runs; who keeps what, until when and why is recorded
when it begins.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from server.access import playback
from server.access.viewer import Caller
from server.audit import log
from server.models import RESERVED_FOR, Incident, Service, ServicePolicy

LONGEST_S = 600


def of(session: Session, service: Service) -> int:
    """The seconds that the service's policy leaves; 0 unless an administrator said otherwise, and for reserved ones."""
    if service in RESERVED_FOR:
        return 0
    policy = session.get(ServicePolicy, service)
    return policy.grace_s if policy else 0


def keep(session: Session, caller: Caller, incident: Incident, which: ColumnElement[bool], *, now: datetime) -> None:
    """What is watched of ``which`` goes on for the grace of the incident's service; each viewer is told until when."""
    grace_s = of(session, incident.service)
    if not grace_s or (incident.until is not None and incident.until <= now):
        return
    until = now + timedelta(seconds=grace_s)
    kept = playback.keep(session, which, until, playback.INCIDENT_CLOSED, now=now)
    if kept:
        why = {"reason": playback.INCIDENT_CLOSED, "service": incident.service, "until": until.isoformat()}
        log.record(session, log.Tag.GRACE_GIVEN, caller.actor, now=now, incident=incident.id, sessions=kept, **why)
