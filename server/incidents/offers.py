"""How each sharing stands, told to both rooms and recorded. What nobody answered ends with the part behind it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller
from server.audit import log
from server.models import Incident, Sharing, SharingStatus, Verb

TAGS = {
    SharingStatus.OFFERED: log.Tag.SHARING_OFFERED,
    SharingStatus.ACCEPTED: log.Tag.SHARING_ACCEPTED,
    SharingStatus.REFUSED: log.Tag.SHARING_REFUSED,
    SharingStatus.WITHDRAWN: log.Tag.SHARING_WITHDRAWN,
    SharingStatus.ENDED: log.Tag.SHARING_ENDED,
}
ANSWERS = {SharingStatus.ACCEPTED, SharingStatus.REFUSED}
OVER = {SharingStatus.REFUSED, SharingStatus.WITHDRAWN, SharingStatus.ENDED}


def become(session: Session, caller: Caller, sharing: Sharing, status: SharingStatus, *, now: datetime) -> Sharing:
    """The sharing, standing like that from now on."""
    sharing.status = status
    sharing.answered_at = now if status in ANSWERS else sharing.answered_at
    sharing.ended_at = now if status in OVER else None
    session.flush()
    data = {"sharing_id": sharing.id, "incident_id": sharing.incident_id, "verb": sharing.verb, "status": status}
    for agency_id in (sharing.from_agency_id, sharing.to_agency_id):
        outbox.append(session, f"agency:{agency_id}", "sharing", data, now=now)
    rooms = {"from_agency": sharing.from_agency_id, "to_agency": sharing.to_agency_id}
    ids = {"sharing": sharing.id, "incident": sharing.incident_id, "verb": sharing.verb, **rooms}
    log.record(session, TAGS[status], caller.actor, now=now, **ids, legal_basis=sharing.legal_basis)
    return sharing


def settle(session: Session, caller: Caller, incident: Incident, agency_id: str | None, *, now: datetime) -> None:
    """The agency's part has ended (None: everybody's): what it asked is taken back, what it helped with is over."""
    asked: ColumnElement[bool] = Sharing.status == SharingStatus.OFFERED
    gave = and_(Sharing.status == SharingStatus.ACCEPTED, Sharing.verb != Verb.TRANSFER)
    if agency_id is not None:
        asked, gave = and_(asked, Sharing.from_agency_id == agency_id), and_(gave, Sharing.to_agency_id == agency_id)
    found = select(Sharing).where(Sharing.incident_id == incident.id, or_(asked, gave)).order_by(Sharing.id)
    for sharing in session.scalars(found.with_for_update()).all():
        waits = sharing.status is SharingStatus.OFFERED
        become(session, caller, sharing, SharingStatus.WITHDRAWN if waits else SharingStatus.ENDED, now=now)
