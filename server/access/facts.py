"""What ``may`` needs to know, read from the database: for a new session, and for one media request."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from server.access.may import Facts
from server.access.viewer import Viewer
from server.models import (
    Agency,
    BasisKind,
    Camera,
    Client,
    Dispatch,
    Host,
    Incident,
    IncidentCamera,
    IncidentStatus,
    Lease,
    Officer,
    PlaybackSession,
)

HOST_ALIVE = timedelta(seconds=10)  # hosts beat every 3 s


def about(session: Session, viewer: Viewer, *, camera_id: str, incident_id: str) -> Facts:
    """The facts for opening a session.

    Holds the incident still until the transaction ends: it cannot close between the decision and the session's row.
    """
    incident = session.scalar(select(Incident).where(Incident.id == incident_id).with_for_update(read=True))
    if incident is None:
        return Facts()
    sent = select(Dispatch).where(Dispatch.incident_id == incident_id, Dispatch.unit_id == viewer.unit_id)
    dispatches = list(session.scalars(sent)) if viewer.unit_id else []
    return Facts(
        incident_id=incident.id,
        incident_open=incident.status == IncidentStatus.OPEN,
        incident_agency_id=incident.agency_id,
        camera_listed=session.get(IncidentCamera, (incident_id, camera_id)) is not None,
        camera_enabled=bool(session.scalar(select(exists().where(Camera.id == camera_id, Camera.enabled)))),
        dispatch_id=next((d.id for d in dispatches if d.ended_at is None), None),
        was_dispatched=bool(dispatches),
    )


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """One media request as the database sees it now."""

    session_id: str
    camera_id: str
    viewer: Viewer
    facts: Facts
    ended: bool
    origin: str | None  # the host that holds the camera's lease, else a live one


def sid_hash(sid: str) -> str:
    """What is stored of a ``sid``."""
    return hashlib.sha256(sid.encode()).hexdigest()


def of_media_request(session: Session, *, sid: str, now: datetime) -> MediaRequest | None:
    """One SELECT by unique keys. None for an unknown sid."""
    row = session.execute(_media_request(sid, now)).first()
    if row is None:
        return None
    playback: PlaybackSession = row.PlaybackSession
    facts = Facts(
        incident_id=playback.incident_id,
        incident_open=row.incident_status == IncidentStatus.OPEN,
        incident_agency_id=row.incident_agency_id,
        camera_listed=row.listed is not None,
        camera_enabled=row.camera_enabled,
        dispatch_id=row.dispatch_id,
        was_dispatched=playback.basis_kind == BasisKind.DISPATCH,
        until=playback.expires_at,
    )
    ended = playback.ended_at is not None
    return MediaRequest(playback.id, playback.camera_id, _viewer(row), facts, ended, row.origin)


def _media_request(sid: str, now: datetime) -> Select[*tuple[Any, ...]]:
    alive = select(Host.id).where(Host.seen_at > now - HOST_ALIVE).order_by(Host.seen_at.desc()).limit(1)
    playback = PlaybackSession
    return (
        select(
            playback,
            Camera.enabled.label("camera_enabled"),
            Incident.status.label("incident_status"),
            Incident.agency_id.label("incident_agency_id"),
            IncidentCamera.camera_id.label("listed"),
            Dispatch.id.label("dispatch_id"),
            Officer.enabled.label("officer_enabled"),
            Officer.role.label("role"),
            Officer.unit_id.label("unit_id"),
            Client.enabled.label("client_enabled"),
            Agency.id.label("agency_id"),
            Agency.kind.label("agency_kind"),
            func.coalesce(Lease.host_id, alive.scalar_subquery()).label("origin"),
        )
        .join(Camera, Camera.id == playback.camera_id)
        .outerjoin(Incident, Incident.id == playback.incident_id)
        .outerjoin(
            IncidentCamera,
            and_(IncidentCamera.incident_id == playback.incident_id, IncidentCamera.camera_id == playback.camera_id),
        )
        .outerjoin(Officer, and_(playback.viewer_kind == "officer", Officer.id == playback.viewer_id))
        .outerjoin(Client, and_(playback.viewer_kind == "client", Client.id == playback.viewer_id))
        .outerjoin(Agency, Agency.id == func.coalesce(Officer.agency_id, Client.agency_id))
        .outerjoin(
            Dispatch,
            and_(
                Dispatch.incident_id == playback.incident_id,
                Dispatch.unit_id == Officer.unit_id,
                Dispatch.ended_at.is_(None),
            ),
        )
        .outerjoin(Lease, and_(Lease.camera_id == playback.camera_id, Lease.expires_at > now))
        .where(playback.sid_hash == sid_hash(sid))
    )


def _viewer(row: Any) -> Viewer:
    return Viewer(
        row.PlaybackSession.viewer_kind,
        row.PlaybackSession.viewer_id,
        row.agency_id,
        row.agency_kind,
        bool(row.officer_enabled or row.client_enabled),
        role=row.role,
        unit_id=row.unit_id,
    )
