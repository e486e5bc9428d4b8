"""현장 정보: what a room, or its machine, adds to its incident for the crews on their way, and takes back.

Invariants: rooms at work read it, and units while their dispatch lasts; nobody else, and nobody once the incident is
closed; the same again is not there twice; a closed incident's are deleted, because the room's own system has them.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from server import outbox
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import AttachmentsFull, AttachmentUnknown, IncidentUnknown
from server.incidents import changes, rooms
from server.models import (
    Attachment,
    AttachmentKind,
    Dispatch,
    Incident,
    IncidentStatus,
    Role,
)
from server.models.base import new_id

MOST = 100  # of one incident: a crew reads a handful


@dataclass(frozen=True, slots=True)
class Content:
    """What is added. ``facts`` are those of the kind (``server.api.attachment_body``)."""

    kind: AttachmentKind
    label: str
    lat: float | None
    lon: float | None
    facts: dict[str, Any]

    @property
    def digest(self) -> str:
        """Equal for the same again."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def add(
    session: Session, caller: Caller, incident: Incident, content: Content, *, now: datetime
) -> tuple[Attachment, bool]:
    """The attachment, and whether it is new. ``incident`` is held. Raises IncidentClosed and AttachmentsFull."""
    room = changes.must_work(incident, caller.viewer)
    of_room = select(Attachment).filter_by(incident_id=incident.id, agency_id=room.agency_id)
    if (known := session.scalar(of_room.filter_by(content_hash=content.digest))) is not None:
        return known, False
    if (session.scalar(select(func.count(Attachment.id)).filter_by(incident_id=incident.id)) or 0) >= MOST:
        raise AttachmentsFull(f"an incident takes {MOST} attachments; remove one", incident_id=incident.id)
    row = Attachment(
        id=new_id(),
        incident_id=incident.id,
        agency_id=room.agency_id,
        content_hash=content.digest,
        added_by=caller.viewer.subject,
        added_at=now,
        **asdict(content),
    )
    session.add(row)
    session.flush()
    _tell(session, incident, now=now)
    log.record(session, log.Tag.ATTACHMENT_ADDED, caller.actor, now=now, **_known(row))
    return row, True


def remove(session: Session, caller: Caller, incident: Incident, attachment_id: str, *, now: datetime) -> None:
    """Take back what the caller's room added, or a room that has left. ``incident`` is held.

    Raises IncidentClosed and AttachmentUnknown.
    """
    room = changes.must_work(incident, caller.viewer)
    others = {one.agency_id for one in rooms.at_work(incident)} - {room.agency_id}
    row = session.get(Attachment, attachment_id)
    if row is None or row.incident_id != incident.id or row.agency_id in others:
        raise AttachmentUnknown("no such attachment is the room's to remove", attachment_id=attachment_id)
    session.delete(row)
    session.flush()
    _tell(session, incident, now=now)
    log.record(session, log.Tag.ATTACHMENT_REMOVED, caller.actor, now=now, **_known(row))


def readable(session: Session, viewer: Viewer, incident_id: str, *, now: datetime) -> Incident:
    """The open incident, for people and machines of a room at work and for units that are sent. Raises IncidentUnknown.

    A room whose part is over, or a unit that has cleared, is answered like a stranger; so is everybody from the
    incident's ``until`` on, whether or not a job has closed it.
    """
    incident = session.get(Incident, incident_id)
    if incident is None or incident.status is not IncidentStatus.OPEN or not _works(incident, viewer):
        raise IncidentUnknown("there is no such incident for this caller")
    if incident.until is not None and incident.until <= now:
        raise IncidentUnknown("there is no such incident for this caller")
    return incident


def of(session: Session, incident_ids: Collection[str]) -> Sequence[Attachment]:
    """Those of the incidents, in the order in which they were added."""
    found = select(Attachment).where(Attachment.incident_id.in_(incident_ids))
    return session.scalars(found.order_by(Attachment.added_at, Attachment.id)).all()


def forget(session: Session) -> None:
    """Delete those of closed incidents."""
    over = exists().where(Incident.id == Attachment.incident_id, Incident.status == IncidentStatus.CLOSED)
    session.execute(delete(Attachment).where(over).execution_options(synchronize_session=False))


def _works(incident: Incident, viewer: Viewer) -> bool:
    at_work = {room.agency_id for room in rooms.at_work(incident)}
    if (viewer.speaks_for_room or viewer.role == Role.SUPERVISOR) and viewer.agency_id in at_work:
        return True
    return viewer.unit_id is not None and viewer.unit_id in {one.unit_id for one in _underway(incident)}


def _underway(incident: Incident) -> list[Dispatch]:
    return [one for one in incident.dispatches if one.ended_at is None]


def _tell(session: Session, incident: Incident, *, now: datetime) -> None:
    units = sorted({f"unit:{one.unit_id}" for one in _underway(incident)})
    agencies = sorted(f"agency:{room.agency_id}" for room in rooms.at_work(incident))
    for audience in (*units, *agencies):
        outbox.append(session, audience, "attachments", {"incident_id": incident.id}, now=now)


def _known(row: Attachment) -> dict[str, str]:
    return {"attachment": row.id, "incident": row.incident_id, "kind": row.kind, "agency": row.agency_id}
