"""What happens to an open incident: it moves, and it closes. Closing ends every access it gave, at once.

Of several rooms that own it each closes its own part; the last one closes the incident.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from server import outbox, streams
from server.access import grants, playback
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.cameras.rank import Ranked
from server.cameras.region import Region
from server.errors import IncidentClosed, IncidentNotOwned
from server.incidents import aftermath, approach, camera_set, dispatches, grace, offers, reserved, rooms
from server.incidents import caller as caller_of
from server.incidents.caller import Position
from server.models import (
    RESERVED_FOR,
    DispatchStatus,
    Grant,
    Incident,
    IncidentRoom,
    IncidentStatus,
    Part,
    PlaybackSession,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is now, and with ``area`` in which."""

    lat: float
    lon: float
    accuracy_m: float | None
    address: str | None
    heading_deg: float | None = None  # where it goes, if that is known
    cameras: Sequence[Ranked] | None = None  # the set, when the service has its own rule for it
    area: Region | None = None  # of one ring, as it was drawn
    caller: Position | None = None  # where who called is now, if that is told


def move(session: Session, caller: Caller, incident: Incident, place: Place, *, now: datetime) -> None:
    """Rank the cameras again around the new place; sessions on cameras that fall out of the set end.

    Raises IncidentClosed, and ServiceNotAllowed where the service has its own way. Whether the caller may is asked
    before: readers of number plates move incidents too.
    """
    if incident.status == IncidentStatus.CLOSED:
        raise IncidentClosed("the incident is closed and does not change any more", field="status")
    before = camera_set.shown(incident)
    incident.lat, incident.lon = place.lat, place.lon
    incident.accuracy_m, incident.address = place.accuracy_m, place.address
    if place.caller is not None:
        caller_of.keep(incident, place.caller)
    if place.area is not None:
        incident.area, incident.polygon = place.area.stored(), [list(one) for one in place.area.rings[0]]
    if place.cameras is None:
        reserved.must_not_be_by_hand(incident.service)
        camera_set.choose(session, incident, now=now, heading_deg=place.heading_deg)
    else:
        camera_set.put(session, incident, place.cameras)
    lost = camera_set.lost_of(before, incident)
    ended = camera_set.lose(session, incident, lost, playback.INCIDENT_MOVED, now=now)
    if any(dispatch.ended_at is None for dispatch in incident.dispatches):
        dispatches.warm(session, incident, now=now)
    for audience in rooms.audiences(incident):
        outbox.append(session, audience, "cameras", {"incident_id": incident.id}, now=now)
    # The record is kept for years: it must not tell where a wearer went, beyond what somebody watched.
    log.record(
        session,
        log.Tag.INCIDENT_MOVED,
        caller.actor,
        now=now,
        incident=incident.id,
        sessions_ended=ended,
        **({} if incident.service in RESERVED_FOR else {"cameras": camera_set.recorded(incident)}),
    )


def close(session: Session, caller: Caller, incident: Incident, reason: str, *, now: datetime) -> None:
    """End the caller's room's part, and with the last room that owns it the incident. Raises IncidentClosed."""
    room = must_work(incident, caller.viewer)
    room.closing_reason = reason
    if room.part is Part.AIDS or len(rooms.owners(incident)) > 1:
        part_ends(session, caller, room, playback.INCIDENT_CLOSED, now=now)
    else:
        _close(session, caller, incident, reason, now)


def over(session: Session, caller: Caller, incident: Incident, reason: str, *, now: datetime) -> None:
    """End it for every room, whoever owns it: what all of them rest on is over. Repeating it changes nothing."""
    if incident.status == IncidentStatus.OPEN:
        _close(session, caller, incident, reason, now)


def part_ends(session: Session, caller: Caller, room: IncidentRoom, reason: str, *, now: datetime) -> None:
    """One room leaves: what it gave ends with it, and nothing else."""
    incident = room.incident
    if reason == playback.INCIDENT_CLOSED:
        grace.keep(session, caller, incident, rooms.watched_by(room), now=now)
    ended = rooms.leave(session, room, reason, now=now)
    offers.settle(session, caller, incident, room.agency_id, now=now)
    approach.follow(session, caller, incident, now=now)
    streams.release(session, [camera.camera_id for camera in incident.cameras], now=now)
    data = {"incident_id": incident.id, "status": IncidentStatus.CLOSED.value}
    outbox.append(session, f"agency:{room.agency_id}", "incident", data, now=now)
    tell_rooms(session, incident, now=now)
    ids = {"incident": incident.id, "agency": room.agency_id, "part": room.part, "reason": reason}
    ends = {"sessions_ended": ended.sessions, "grants_ended": ended.grants}
    log.record(session, log.Tag.PART_ENDED, caller.actor, now=now, **ids, **ends)


def must_work(incident: Incident, viewer: Viewer) -> IncidentRoom:
    """The part of the viewer's room. Raises IncidentClosed when it is over."""
    room = rooms.of(incident, viewer.agency_id)
    if room is None or room.ended_at is not None or incident.status == IncidentStatus.CLOSED:
        raise IncidentClosed("the incident is closed, or this room's part in it, and does not change any more")
    return room


def must_own(incident: Incident, viewer: Viewer) -> None:
    """Raises IncidentClosed, and IncidentNotOwned for a room that only helps."""
    if must_work(incident, viewer).part is not Part.OWNS:
        raise IncidentNotOwned("the room helps with the incident; ask one that owns it", incident_id=incident.id)


def tell_rooms(session: Session, incident: Incident, *, now: datetime) -> None:
    """Have the rooms that work on it read the incident again."""
    for room in rooms.at_work(incident):
        data = {"incident_id": incident.id, "status": incident.status.value}
        outbox.append(session, f"agency:{room.agency_id}", "incident", data, now=now)


def _close(session: Session, caller: Caller, incident: Incident, reason: str, now: datetime) -> None:
    """End the incident with its dispatches and sessions, and let its cameras go."""
    audiences = rooms.audiences(incident)
    incident.status, incident.closed_at, incident.closing_reason = IncidentStatus.CLOSED, now, reason
    for room in rooms.at_work(incident):
        room.ended_at, room.end_reason = now, playback.INCIDENT_CLOSED
    for dispatch in incident.dispatches:
        if dispatch.ended_at is None:
            dispatch.status, dispatch.ended_at = DispatchStatus.CLEARED, now
    session.flush()
    # A grant is locked before its sessions, as revoking it does.
    over = grants.end(session, Grant.incident_id == incident.id, playback.INCIDENT_CLOSED, now=now)
    of_incident = PlaybackSession.incident_id == incident.id
    grace.keep(session, caller, incident, of_incident, now=now)
    ended = playback.end(session, and_(of_incident, ~playback.IN_GRACE), playback.INCIDENT_CLOSED, now=now)
    ended += [session_id for _, sessions in over for session_id in sessions]
    offers.settle(session, caller, incident, None, now=now)
    streams.release(session, [camera.camera_id for camera in incident.cameras], now=now)
    caller_of.forget(incident)
    aftermath.begin(session, caller, incident, now=now)
    for audience in audiences:
        data = {"incident_id": incident.id, "status": IncidentStatus.CLOSED.value}
        outbox.append(session, audience, "incident", data, now=now)
    log.record(
        session,
        log.Tag.INCIDENT_CLOSED,
        caller.actor,
        now=now,
        incident=incident.id,
        sessions_ended=ended,
        grants_ended=[grant_id for grant_id, _ in over],
    )
