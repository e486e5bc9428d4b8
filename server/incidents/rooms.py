"""The rooms of an incident: who has which part, and how a part ends with everything it gave.

Invariants: an open incident has at least one room that owns it; a room has one part in it; what its supervisors
granted and the units it sent end with the room's part, or pass to the room that takes it over.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from server import outbox
from server.access import grants, playback
from server.models import (
    BasisKind,
    Client,
    Dispatch,
    DispatchStatus,
    Grant,
    Incident,
    IncidentRoom,
    IncidentStatus,
    Officer,
    Part,
    PlaybackSession,
    Sharing,
    Verb,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended with a part, by id."""

    sessions: list[str]
    grants: list[str]


def at_work(incident: Incident) -> list[IncidentRoom]:
    """The rooms whose part has not ended."""
    return [room for room in incident.rooms if room.ended_at is None]


def owners(incident: Incident) -> list[IncidentRoom]:
    """Those of them that own the incident."""
    return [room for room in at_work(incident) if room.part is Part.OWNS]


def audiences(incident: Incident) -> list[str]:
    """Whom what changes about the incident concerns: the units under way and the rooms at work."""
    units = {dispatch.unit_id for dispatch in incident.dispatches if dispatch.ended_at is None}
    agencies = {room.agency_id for room in at_work(incident)}
    return [*(f"unit:{unit_id}" for unit_id in sorted(units)), *(f"agency:{id_}" for id_ in sorted(agencies))]


def of(incident: Incident, agency_id: str) -> IncidentRoom | None:
    """The room's part, open or closed. One that passed to another room or was ended by it is none any more."""
    found = next((room for room in incident.rooms if room.agency_id == agency_id), None)
    return found if found and found.end_reason in {None, playback.INCIDENT_CLOSED} else None


def may_read(incident: Incident, agency_id: str) -> bool:
    """Whether the room reads the incident: while it has a part, and what it closed once all others have closed it."""
    room = of(incident, agency_id)
    return room is not None and (room.ended_at is None or incident.status == IncidentStatus.CLOSED)


def incidents_of(agency_id: str, *parts: Part) -> Select[str]:
    """The ids of the incidents that the agency may read by such a part."""
    over = and_(
        IncidentRoom.end_reason == playback.INCIDENT_CLOSED,
        IncidentRoom.incident.has(Incident.status == IncidentStatus.CLOSED),
    )
    kept = or_(IncidentRoom.ended_at.is_(None), over)
    mine = and_(IncidentRoom.agency_id == agency_id, IncidentRoom.part.in_(parts), kept)
    return select(IncidentRoom.incident_id).where(mine)


def join(incident: Incident, sharing: Sharing, *, now: datetime) -> None:
    """The room that was asked has its part from now on, whatever it had before."""
    room = next((room for room in incident.rooms if room.agency_id == sharing.to_agency_id), None)
    if room is None:
        room = IncidentRoom(agency_id=sharing.to_agency_id)
        incident.rooms.append(room)
    room.part = Part.AIDS if sharing.verb is Verb.MUTUAL_AID else Part.OWNS
    room.legal_basis = sharing.legal_basis
    room.since, room.ended_at, room.end_reason, room.closing_reason = now, None, None, None


def leave(session: Session, room: IncidentRoom, reason: str, *, now: datetime) -> Ended:
    """End a part: the units it sent, the grants it gave for the incident, what is watched by them or by the room."""
    incident = room.incident
    room.ended_at, room.end_reason = now, reason
    sent, watched = _sent(room), and_(watched_by(room), ~playback.IN_GRACE)
    for dispatch in sent:
        dispatch.status, dispatch.ended_at = DispatchStatus.CLEARED, now
    session.flush()
    # A grant is locked before its sessions, as revoking it does.
    given = and_(Grant.incident_id == incident.id, Grant.agency_id == room.agency_id)
    over = grants.end(session, given, reason, now=now)
    ended = playback.end(session, watched, reason, now=now)
    for dispatch in sent:
        data = {"dispatch_id": dispatch.id, "incident_id": incident.id, "status": dispatch.status.value}
        outbox.append(session, f"unit:{dispatch.unit_id}", "dispatch", data, now=now)
    return Ended(ended + [id_ for _, sessions in over for id_ in sessions], [grant_id for grant_id, _ in over])


def watched_by(room: IncidentRoom) -> ColumnElement[bool]:
    """The sessions that the room itself, or a unit it sent that is under way, opened for the incident."""
    people = [select(kind.id).where(kind.agency_id == room.agency_id) for kind in (Officer, Client)]
    by_room = and_(
        PlaybackSession.basis_kind == BasisKind.ROOM,
        PlaybackSession.incident_id == room.incident_id,
        or_(*(PlaybackSession.viewer_id.in_(ids) for ids in people)),
    )
    by_dispatch = and_(
        PlaybackSession.basis_kind == BasisKind.DISPATCH, PlaybackSession.basis_id.in_([one.id for one in _sent(room)])
    )
    return or_(by_room, by_dispatch)


def _sent(room: IncidentRoom) -> list[Dispatch]:
    return [one for one in room.incident.dispatches if one.ended_at is None and one.agency_id == room.agency_id]
