"""What ``may`` needs to know, read from the database: for a new session, and for the media requests of open ones."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from server.access.may import Allowed, Facts, GrantFacts, Kept, Way
from server.access.viewer import Viewer
from server.models import (
    BLACKED_OUT,
    RESERVED_FOR,
    Agency,
    BasisKind,
    Camera,
    CameraRole,
    Client,
    Dispatch,
    Grant,
    GrantAcceptance,
    GrantCamera,
    GrantCovers,
    Incident,
    IncidentCamera,
    IncidentRoom,
    IncidentStatus,
    Officer,
    PlaybackSession,
)

WORKS = and_(IncidentRoom.incident_id == PlaybackSession.incident_id, IncidentRoom.agency_id == Agency.id)
WAYS = {BasisKind.GRANT: Way.GRANT, BasisKind.CENTRE: Way.CENTRE}
KEPT_AFTER_END = timedelta(minutes=5)  # for players that go on asking: their refusal is recorded by name


def about_incident(session: Session, viewer: Viewer, *, camera_id: str, incident_id: str, hold: bool = True) -> Facts:
    """The facts for opening a session for an incident, or for looking at its camera once.

    ``hold`` keeps the incident still until the transaction ends: it cannot close between the decision and the session's
    row. It takes a transaction that may write.
    """
    asked = select(Incident).where(Incident.id == incident_id)
    incident = session.scalar(asked.with_for_update(read=True) if hold else asked)
    if incident is None:
        return Facts()
    sent = select(Dispatch).where(Dispatch.incident_id == incident_id, Dispatch.unit_id == viewer.unit_id)
    dispatches = list(session.scalars(sent)) if viewer.unit_id else []
    room = session.get(IncidentRoom, (incident_id, viewer.agency_id))
    of_set = select(IncidentCamera.role).filter_by(incident_id=incident_id, camera_id=camera_id)
    return Facts(
        incident_id=incident.id,
        incident_open=incident.status == IncidentStatus.OPEN,
        incident_until=incident.until,
        reserved_for=RESERVED_FOR.get(incident.service),
        room_works=room is not None and room.ended_at is None,
        room_worked=room is not None,
        camera_listed=_is_listed(session.scalar(of_set), viewer),
        **_camera(session, camera_id),
        dispatch_id=next((d.id for d in dispatches if d.ended_at is None), None),
        was_dispatched=bool(dispatches),
    )


def about_grant(session: Session, viewer: Viewer, *, camera_id: str, grant_id: str, hold: bool = True) -> Facts:
    """The same for a grant, which with ``hold`` cannot be ended meanwhile; nor can its incident be closed."""
    grant = _held(session, grant_id) if hold else session.get(Grant, grant_id)
    if grant is None:
        return Facts(way=Way.GRANT)
    incident = session.get(Incident, grant.incident_id) if grant.incident_id else None
    by_name = session.get(GrantCamera, (grant_id, camera_id)) is not None
    of_set = select(IncidentCamera.role).filter_by(incident_id=grant.incident_id, camera_id=camera_id)
    accepted = session.get(GrantAcceptance, (grant_id, viewer.kind, viewer.id)) is not None
    return Facts(
        way=Way.GRANT,
        incident_id=grant.incident_id,
        incident_open=incident is not None and incident.status == IncidentStatus.OPEN,
        incident_until=incident.until if incident else None,
        reserved_for=RESERVED_FOR.get(incident.service) if incident else None,
        camera_listed=by_name or (grant.covers == GrantCovers.INCIDENT and _is_listed(session.scalar(of_set))),
        **_camera(session, camera_id),
        grant=_grant(grant, grant_id=grant_id, ended=grant.ended_at is not None, accepted=accepted),
    )


def _held(session: Session, grant_id: str) -> Grant | None:
    """The incident is locked before the grant, as closing does."""
    incident_of = select(Grant.incident_id).where(Grant.id == grant_id).scalar_subquery()
    session.scalar(select(Incident).where(Incident.id == incident_of).with_for_update(read=True))
    return session.scalar(select(Grant).where(Grant.id == grant_id).with_for_update(read=True))


def about_centre(session: Session, *, camera_id: str) -> Facts:
    """The facts for a camera that is asked for by its own centre."""
    return Facts(way=Way.CENTRE, **_camera(session, camera_id))


def _is_listed(role: CameraRole | None, viewer: Viewer | None = None) -> bool:
    """Whether the set has the camera, in that role, for who asks: what is around a caller is for a room's own view."""
    if role is CameraRole.CALLER:
        return viewer is not None and viewer.speaks_for_room
    return role is not None


def _camera(session: Session, camera_id: str) -> dict[str, Any]:
    row = session.execute(select(Camera.enabled, Camera.centre_id, BLACKED_OUT).where(Camera.id == camera_id)).first()
    names = ("camera_enabled", "camera_centre_id", "camera_blacked_out")
    return dict(zip(names, row, strict=True)) if row else {}


def _grant(row: Any, *, grant_id: str, ended: bool, accepted: bool) -> GrantFacts:
    """Of a row that has the grant's columns, whatever its id and its end are called there."""
    return GrantFacts(
        id=grant_id,
        to_kind=row.to_kind,
        to_id=row.to_id,
        given_by=row.given_by,
        starts_at=row.starts_at,
        until=row.until,
        ended=ended,
        accepted=accepted,
        emergency=row.emergency,
        needs_approval=row.needs_approval,
        approved=row.approved_at is not None,
        confirm_by=row.confirm_by,
    )


@dataclass(frozen=True, slots=True)
class Watching:
    """A playback session and what decides on it, as the database knows both now."""

    session_id: str
    sid_hash: str
    camera_id: str
    viewer: Viewer
    facts: Facts
    ended: bool


def sid_hash(sid: str) -> str:
    """What is stored of a ``sid``."""
    return hashlib.sha256(sid.encode()).hexdigest()


def of_everybody(session: Session, *, now: datetime) -> list[Watching]:
    """All sessions that are open, and those that ended in the last minutes."""
    return _watching(session, IN_USE, now=now)


def of_sessions(session: Session, ids: Collection[str], *, now: datetime) -> list[Watching]:
    """Those of the same that have these ids, by one SELECT with unique keys."""
    return _watching(session, BY_ID, now=now, ids=list(ids))


def of_sids(session: Session, hashes: Collection[str]) -> list[Watching]:
    """The sessions of these sids, however long they have been over."""
    return [_row(row) for row in session.execute(BY_SID, {"hashes": list(hashes)})]


def _watching(session: Session, which: Select[*tuple[Any, ...]], *, now: datetime, **given: Any) -> list[Watching]:
    return [_row(row) for row in session.execute(which, {"ended_after": now - KEPT_AFTER_END, **given})]


def _row(row: Any) -> Watching:
    viewer = _viewer(row)
    listed = _is_listed(row.listed_as, viewer if row.grant_id is None else None)
    by_incident = listed and row.covers in {None, GrantCovers.INCIDENT}
    facts = Facts(
        way=WAYS.get(row.basis_kind, Way.INCIDENT),
        incident_id=row.incident_id,
        incident_open=row.incident_status == IncidentStatus.OPEN,
        incident_until=row.incident_until,
        reserved_for=RESERVED_FOR.get(row.incident_service),
        room_works=row.room_id is not None and row.room_ended_at is None,
        room_worked=row.room_id is not None,
        camera_listed=by_incident or row.granted is not None,
        camera_enabled=row.camera_enabled,
        camera_centre_id=row.camera_centre_id,
        camera_blacked_out=row.blacked_out,
        dispatch_id=row.dispatch_id,
        was_dispatched=row.basis_kind == BasisKind.DISPATCH,
        grant=_grant(
            row, grant_id=row.grant_id, ended=row.grant_ended_at is not None, accepted=row.accepted is not None
        )
        if row.grant_id
        else None,
        kept=_kept(row),
        until=row.expires_at,
    )
    return Watching(row.id, row.sid_hash, row.camera_id, viewer, facts, row.ended_at is not None)


def _kept(row: Any) -> Kept | None:
    """Not for who has left the unit that was sent."""
    if row.grace_until is None or row.unit_id != row.watched_unit_id:
        return None
    return Kept(Allowed(row.basis_kind, row.basis_id), row.grace_until)


def _everything() -> Select[*tuple[Any, ...]]:
    """What is kept of a row must be true at any later time: there is no clock in this query, and ``may`` has one."""
    watched = PlaybackSession
    listed = and_(IncidentCamera.incident_id == watched.incident_id, IncidentCamera.camera_id == watched.camera_id)
    granted = and_(GrantCamera.grant_id == watched.grant_id, GrantCamera.camera_id == watched.camera_id)
    accepted = and_(
        GrantAcceptance.grant_id == watched.grant_id,
        GrantAcceptance.viewer_kind == watched.viewer_kind,
        GrantAcceptance.viewer_id == watched.viewer_id,
    )
    sent = and_(
        Dispatch.incident_id == watched.incident_id, Dispatch.unit_id == Officer.unit_id, Dispatch.ended_at.is_(None)
    )
    return (
        select(
            *(watched.id, watched.sid_hash, watched.camera_id, watched.basis_kind, watched.basis_id),
            *(watched.incident_id, watched.grant_id, watched.grace_until, watched.unit_id.label("watched_unit_id")),
            *(watched.viewer_kind, watched.viewer_id, watched.expires_at, watched.ended_at),
            *(Camera.enabled.label("camera_enabled"), Camera.centre_id.label("camera_centre_id")),
            BLACKED_OUT.label("blacked_out"),
            *(Incident.status.label("incident_status"), Incident.until.label("incident_until")),
            Incident.service.label("incident_service"),
            IncidentRoom.agency_id.label("room_id"),
            IncidentRoom.ended_at.label("room_ended_at"),
            IncidentCamera.role.label("listed_as"),
            Dispatch.id.label("dispatch_id"),
            GrantCamera.camera_id.label("granted"),
            GrantAcceptance.grant_id.label("accepted"),
            *(Grant.to_kind, Grant.to_id, Grant.covers, Grant.given_by, Grant.starts_at, Grant.until),
            *(Grant.emergency, Grant.needs_approval, Grant.approved_at, Grant.confirm_by),
            Grant.ended_at.label("grant_ended_at"),
            Officer.enabled.label("officer_enabled"),
            *(Officer.role, Officer.unit_id),
            Client.enabled.label("client_enabled"),
            Agency.id.label("agency_id"),
            Agency.kind.label("agency_kind"),
            Agency.centre_id.label("agency_centre_id"),
        )
        .join(Camera, Camera.id == watched.camera_id)
        .outerjoin(Incident, Incident.id == watched.incident_id)
        .outerjoin(IncidentCamera, listed)
        .outerjoin(Officer, and_(watched.viewer_kind == "officer", Officer.id == watched.viewer_id))
        .outerjoin(Client, and_(watched.viewer_kind == "client", Client.id == watched.viewer_id))
        .outerjoin(Agency, Agency.id == func.coalesce(Officer.agency_id, Client.agency_id))
        .outerjoin(IncidentRoom, WORKS)
        .outerjoin(Dispatch, sent)
        .outerjoin(Grant, Grant.id == watched.grant_id)
        .outerjoin(GrantCamera, granted)
        .outerjoin(GrantAcceptance, accepted)
    )


MEDIA_REQUEST = _everything()  # built once: building it takes longer than running it
IN_USE = MEDIA_REQUEST.where(
    or_(PlaybackSession.ended_at.is_(None), PlaybackSession.ended_at > bindparam("ended_after"))
)
BY_ID = IN_USE.where(PlaybackSession.id.in_(bindparam("ids", expanding=True)))
BY_SID = MEDIA_REQUEST.where(PlaybackSession.sid_hash.in_(bindparam("hashes", expanding=True)))


def _viewer(row: Any) -> Viewer:
    return Viewer(
        row.viewer_kind,
        row.viewer_id,
        row.agency_id,
        row.agency_kind,
        bool(row.officer_enabled or row.client_enabled),
        role=row.role,
        unit_id=row.unit_id,
        centre_id=row.agency_centre_id,
    )
