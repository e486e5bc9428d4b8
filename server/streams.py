"""Which cameras are wanted, and until when: the server's side of the border with the transcoder.

``wanted_until`` only grows, except by ``release``. Rows are written in the order of their ids, so that two
transactions never wait for each other.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.models import Dispatch, IncidentCamera, PlaybackSession, Stream

PREWARMED = timedelta(seconds=120)  # from a dispatch to the first tap
WATCHED = timedelta(seconds=20)  # from one sign of a viewer to the next, with room for a lost one


def want(session: Session, camera_ids: Collection[str], *, until: datetime, priority: int, now: datetime) -> None:
    """Have these cameras running until ``until`` at least; the more urgent priority (0..4) wins while one is wanted."""
    if not camera_ids:
        return
    rows = [{"camera_id": id_, "wanted_until": until, "priority": priority} for id_ in sorted(camera_ids)]
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Stream)
    statement = insert.values(rows)
    more_urgent = and_(Stream.wanted_until > now, Stream.priority < statement.excluded.priority)
    longer = Stream.wanted_until > statement.excluded.wanted_until
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Stream.camera_id],
            set_={
                "wanted_until": case((longer, Stream.wanted_until), else_=statement.excluded.wanted_until),
                "priority": case((more_urgent, Stream.priority), else_=statement.excluded.priority),
            },
        )
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
