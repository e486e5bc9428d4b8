"""Which cameras are wanted, until when, and how they fare: the server's side of the border with the transcoder.

``wanted_until`` only grows, except by ``release``. Rows are written in the order of their ids, so that two
transactions never wait for each other.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import DateTime, and_, bindparam, case, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server import stream_state
from server.models import Camera, Dispatch, Host, IncidentCamera, Lease, PlaybackSession, Stream
from server.stream_state import StreamState

PREWARMED = timedelta(seconds=120)  # from a dispatch to the first tap
WATCHED = timedelta(seconds=45)  # from one sign of a viewer to the next, with a tunnel of 30 s between them
HOST_ALIVE = timedelta(seconds=10)  # hosts beat every 3 s


def want(session: Session, camera_ids: Collection[str], *, until: datetime, priority: int, now: datetime) -> None:
    """Have these cameras running until ``until`` at least; the more urgent priority (0..4) wins while one is wanted."""
    if not camera_ids:
        return
    given = {"wanted_until": until, "priority": priority, "asked_at": now}
    session.execute(_wish(session.get_bind().dialect.name), [given | {"camera_id": id_} for id_ in sorted(camera_ids)])


@cache
def _wish(dialect: str) -> Any:
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(Stream.__table__)
    new = statement.excluded
    more_urgent = and_(Stream.wanted_until > bindparam("asked_at"), Stream.priority < new.priority)
    longer = Stream.wanted_until > new.wanted_until
    return statement.on_conflict_do_update(
        index_elements=[Stream.camera_id],
        set_={
            "wanted_until": case((longer, Stream.wanted_until), else_=new.wanted_until),
            "priority": case((more_urgent, Stream.priority), else_=new.priority),
        },
    )


def touch(session: Session, session_ids: Collection[str], *, now: datetime) -> None:
    """Keep what these sessions watch wanted. A session that has ended keeps nothing."""
    watched = select(PlaybackSession.camera_id).where(
        PlaybackSession.id.in_(session_ids), PlaybackSession.ended_at.is_(None)
    )
    until = now + WATCHED
    session.execute(
        update(Stream)
        .where(Stream.camera_id.in_(watched), Stream.wanted_until < until)
        .values(wanted_until=until)
        .execution_options(synchronize_session=False)
    )


def release(session: Session, camera_ids: Collection[str], *, now: datetime) -> None:
    """Stop wanting these cameras, except those that somebody else watches or that a fresh dispatch has warmed."""
    session.flush()
    watched = exists().where(
        PlaybackSession.camera_id == Stream.camera_id,
        PlaybackSession.ended_at.is_(None),
        PlaybackSession.expires_at > now,
    )
    warmed = exists().where(
        IncidentCamera.camera_id == Stream.camera_id,
        Dispatch.incident_id == IncidentCamera.incident_id,
        Dispatch.ended_at.is_(None),
        Dispatch.created_at > now - PREWARMED,
    )
    session.execute(
        update(Stream)
        .where(Stream.camera_id.in_(camera_ids), Stream.wanted_until > now, ~watched, ~warmed)
        .values(wanted_until=now)
        .execution_options(synchronize_session=False)
    )


def wanted(session: Session, *, now: datetime) -> int:
    """How many cameras are wanted now."""
    return session.scalar(select(func.count()).select_from(Stream).where(Stream.wanted_until > now)) or 0


def watched(session: Session, *, now: datetime) -> list[tuple[str, str, str]]:
    """The open sessions of cameras in service: session id, ``<kind>:<id>`` of the viewer, camera id."""
    open_ones = and_(PlaybackSession.ended_at.is_(None), PlaybackSession.expires_at > now)
    rows = session.execute(
        select(PlaybackSession.id, PlaybackSession.viewer_kind, PlaybackSession.viewer_id, PlaybackSession.camera_id)
        .join(Camera, Camera.id == PlaybackSession.camera_id)
        .where(open_ones, Camera.enabled)
    )
    return [(row.id, f"{row.viewer_kind}:{row.viewer_id}", row.camera_id) for row in rows]


def states(session: Session, camera_ids: Collection[str], *, now: datetime) -> tuple[dict[str, StreamState], datetime]:
    """What viewers are told of these cameras, at most some hundreds; and the time it was told by, the database's."""
    now = clock(session, now)
    rows = session.scalars(select(Lease).where(Lease.camera_id.in_(sorted(camera_ids))))
    leases = {lease.camera_id: lease for lease in rows}
    has_host = bool(session.scalar(select(exists().where(Host.seen_at > now - HOST_ALIVE))))
    told = {id_: stream_state.state(leases.get(id_), has_host=has_host, now=now) for id_ in camera_ids}
    return told, now


def clock(session: Session, now: datetime) -> datetime:
    """The clock that leases are written by; SQLite has none of its own and lives on this host."""
    if session.get_bind().dialect.name == "postgresql":
        return session.scalars(select(func.clock_timestamp(type_=DateTime(timezone=True)))).one()
    return now
