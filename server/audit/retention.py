"""What is kept for how long: views for two years, what gives and takes access for three.

When its time is over a row loses who, what and from where; its hashes stay, so the record proves as before. Nothing is
removed that is not signed and copied, and nothing by a clock that has just jumped ahead.
Source: 개인정보의 안전성 확보조치 기준 제8조 제1항 (접속기록), 제5조 제3항 (권한 부여·변경·말소 내역).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from server.audit import log
from server.audit.log import Tag
from server.models import AuditCheckpoint, AuditEvent, PlaybackSession

BATCH = 5000  # rows in one transaction; the rest waits for the next
VIEWS = (  # anything else is kept as long as grants
    Tag.PLAYBACK_OPENED,
    Tag.PLAYBACK_CLOSED,
    Tag.PLAYBACK_CUT,
    Tag.PLAYBACK_EXPIRED,
    Tag.MEDIA_REFUSED,
    Tag.CALL_REFUSED,
    Tag.LOGIN_REFUSED,
    Tag.TOKEN_ISSUED,
    Tag.TOKEN_REVOKED,
    Tag.REFRESH_REUSED,
    Tag.VEHICLES_LISTED,
    Tag.PLATE_LOOKED_UP,
)
EMPTY: dict[str, Any] = {
    "actor_kind": "",
    "actor_id": "",
    "subject": {},
    "request_id": None,
    "remote_address": None,
    "salt": None,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long."""

    views: timedelta
    grants: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """How much is past its time: rows of the record to be emptied, sessions to be deleted."""

    rows: int
    sessions: int


def due(session: Session, kept: Kept, *, now: datetime) -> Due:
    """What ``remove`` would remove in all, without touching it."""
    if not _clock_is_steady(session, now):
        return Due(0, 0)
    rows = session.scalar(select(func.count()).select_from(AuditEvent).where(_old_rows(session, kept, now)))
    sessions = session.scalar(select(func.count()).select_from(PlaybackSession).where(_old_sessions(kept, now)))
    return Due(rows or 0, sessions or 0)


def remove(session: Session, kept: Kept, *, now: datetime) -> Due:
    """Empty rows and delete sessions, ``BATCH`` of each at most, and record that. Repeating it goes on."""
    if not _clock_is_steady(session, now):
        return Due(0, 0)
    rows = list(
        session.scalars(
            select(AuditEvent.seq).where(_old_rows(session, kept, now)).order_by(AuditEvent.at).limit(BATCH)
        )
    )
    ids = list(session.scalars(select(PlaybackSession.id).where(_old_sessions(kept, now)).limit(BATCH)))
    quiet = {"synchronize_session": False}
    session.execute(update(AuditEvent).where(AuditEvent.seq.in_(rows)).values(EMPTY).execution_options(**quiet))
    session.execute(delete(PlaybackSession).where(PlaybackSession.id.in_(ids)).execution_options(**quiet))
    if rows or ids:
        log.record(session, Tag.AUDIT_EMPTIED, log.SYSTEM, now=now, rows=len(rows), sessions=len(ids))
    return Due(len(rows), len(ids))


def _old_rows(session: Session, kept: Kept, now: datetime) -> ColumnElement[bool]:
    copied = session.scalar(select(func.max(AuditCheckpoint.size)).where(AuditCheckpoint.sent_at.is_not(None)))
    at, view = AuditEvent.at, AuditEvent.tag.in_(VIEWS)
    past = or_(and_(view, at < now - kept.views), and_(~view, at < now - kept.grants))
    return and_(
        AuditEvent.salt.is_not(None), AuditEvent.seq <= (copied or 0), at < now - min(kept.views, kept.grants), past
    )


def _old_sessions(kept: Kept, now: datetime) -> ColumnElement[bool]:
    return PlaybackSession.ended_at < now - kept.views


def _clock_is_steady(session: Session, now: datetime) -> bool:
    """Whether something was signed in the week before yesterday; after a jump ahead nothing was."""
    at = AuditCheckpoint.at
    lately = select(AuditCheckpoint.size).where(at < now - timedelta(days=1), at > now - timedelta(days=8)).limit(1)
    return session.scalar(lately) is not None
