"""What happens to an open incident: it moves, and it closes. Closing ends every access it gave, at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server import outbox, streams
from server.access import grants, playback
from server.access.viewer import Caller
from server.audit import log
from server.errors import IncidentClosed
from server.incidents import dispatches
from server.incidents.intake import choose_cameras
from server.models import DispatchStatus, Grant, GrantCovers, Incident, IncidentStatus, PlaybackSession


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is now."""

    lat: float
    lon: float
    accuracy_m: float | None
    address: str | None
    heading_deg: float | None = None  # where it goes, if that is known


def move(session: Session, caller: Caller, incident: Incident, place: Place, *, now: datetime) -> None:
    """Rank the cameras again around the new place; sessions on cameras that fall out of the set end.

    Raises IncidentClosed.
    """
    _must_be_open(incident)
    before = {camera.camera_id for camera in incident.cameras}
    incident.lat, incident.lon = place.lat, place.lon
    incident.accuracy_m, incident.address = place.accuracy_m, place.address
    choose_cameras(session, incident, heading_deg=place.heading_deg)
    after = {camera.camera_id for camera in incident.cameras}
    by_set = or_(
        PlaybackSession.grant_id.is_(None),
        PlaybackSession.grant_id.in_(select(Grant.id).where(Grant.covers == GrantCovers.INCIDENT)),
    )
    lost = and_(PlaybackSession.incident_id == incident.id, PlaybackSession.camera_id.in_(before - after), by_set)
    ended = playback.end(session, lost, playback.INCIDENT_MOVED, now=now)
    streams.release(session, before - after, now=now)
    if any(dispatch.ended_at is None for dispatch in incident.dispatches):
        dispatches.warm(session, incident, now=now)
    for audience in _audiences(incident):
        outbox.append(session, audience, "cameras", {"incident_id": incident.id}, now=now)
    log.record(
        session,
        log.Tag.INCIDENT_MOVED,
        caller.actor,
        now=now,
        incident=incident.id,
        cameras=[camera.camera_id for camera in incident.cameras],
        sessions_ended=ended,
    )


def close(session: Session, caller: Caller, incident: Incident, reason: str, *, now: datetime) -> None:
    """End the incident with its dispatches and sessions, and let its cameras go.

    Raises IncidentClosed.
    """
    _must_be_open(incident)
    audiences = _audiences(incident)
    incident.status, incident.closed_at, incident.closing_reason = IncidentStatus.CLOSED, now, reason
    for dispatch in incident.dispatches:
        if dispatch.ended_at is None:
            dispatch.status, dispatch.ended_at = DispatchStatus.CLEARED, now
    session.flush()
    # A grant is locked before its sessions, as revoking it does.
    over = grants.end(session, Grant.incident_id == incident.id, playback.INCIDENT_CLOSED, now=now)
    ended = playback.end(session, PlaybackSession.incident_id == incident.id, playback.INCIDENT_CLOSED, now=now)
    ended += [session_id for _, sessions in over for session_id in sessions]
    streams.release(session, [camera.camera_id for camera in incident.cameras], now=now)
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


def _must_be_open(incident: Incident) -> None:
    if incident.status == IncidentStatus.CLOSED:
        raise IncidentClosed("the incident is closed and does not change any more", field="status")


def _audiences(incident: Incident) -> list[str]:
    units = {dispatch.unit_id for dispatch in incident.dispatches if dispatch.ended_at is None}
    return [*(f"unit:{unit_id}" for unit_id in sorted(units)), f"agency:{incident.agency_id}"]
