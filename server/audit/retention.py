"""What is kept for how long: views and look-ups for two years, what gives and takes access, and reviews, for three.

When its time is over a row of the record loses who, what and from where; its hashes stay, so the record proves as
before. Nothing of it is removed that is not signed and copied, and nothing by a clock that has just jumped ahead.
A closed incident loses its text and the reports of it, and stays, because views were for it.
Source: 개인정보의 안전성 확보조치 기준 제8조 제1항 (접속기록), 제5조 제3항 (권한 부여·변경·말소 내역);
112신고의 운영 및 처리에 관한 법률 시행령 제5조 (what was reported to 112: three years);
119긴급신고의 관리 및 운영에 관한 법률 시행령 제9조 (to 119: one year).
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from server.audit import log
from server.audit.log import Tag
from server.models import (
    AccessRequest,
    Anomaly,
    AuditCheckpoint,
    AuditEvent,
    CapMessage,
    Duty,
    Grant,
    GrantAcceptance,
    GrantCamera,
    Incident,
    IncidentReport,
    IncidentStatus,
    MonthlyReview,
    PlateLookup,
    PlaybackSession,
    PreservationRequest,
    Service,
)

POLICE = Incident.service == Service.POLICE_112
GOES_ON = exists().where(Incident.id == CapMessage.incident_id, Incident.status == IncidentStatus.OPEN)
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
    Tag.PERSON_READ,
    Tag.CROP_READ,
)
EMPTY: dict[str, Any] = {
    "actor_kind": "",
    "actor_id": "",
    "subject": {},
    "request_id": None,
    "remote_address": None,
    "salt": None,
}
PARTS = {  # what goes with a row
    "grants": (GrantCamera.grant_id, GrantAcceptance.grant_id),
    "police_texts": (IncidentReport.incident_id,),
    "texts": (IncidentReport.incident_id,),
}
WORDLESS = {"summary": "", "address": None, "closing_reason": None}
EMPTIED = {"police_texts": WORDLESS, "texts": WORDLESS}  # rows that stay without these


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long: texts from the closing of their incident, duties from their being done."""

    views: timedelta
    grants: timedelta
    police_texts: timedelta  # what was said of 112 calls
    texts: timedelta  # and of all others
    duties: timedelta
    cap_messages: timedelta
    preservations: timedelta

    @classmethod
    def days(cls, **days: int) -> Self:
        """The same in days."""
        return cls(**{name: timedelta(days=count) for name, count in days.items()})


@dataclass(frozen=True, slots=True)
class Due:
    """How much is past its time: rows of the record and texts to be emptied, and rows of other tables to be deleted."""

    rows: int = 0
    sessions: int = 0
    lookups: int = 0
    requests: int = 0
    grants: int = 0
    anomalies: int = 0
    reviews: int = 0
    police_texts: int = 0
    texts: int = 0
    duties: int = 0
    cap_messages: int = 0
    preservations: int = 0


def due(session: Session, kept: Kept, *, now: datetime) -> Due:
    """What ``remove`` would remove in all, without touching it; grants that others still point to come later."""
    if not _clock_is_steady(session, now):
        return Due()
    old = {"rows": (AuditEvent.seq, _old_rows(session, kept, now)), **_old(kept, now)}
    return Due(**{name: session.scalar(select(func.count(key)).where(past)) or 0 for name, (key, past) in old.items()})


def remove(session: Session, kept: Kept, *, now: datetime) -> Due:
    """Empty rows and delete others, ``BATCH`` of each at most, and record that. Repeating it goes on."""
    if not _clock_is_steady(session, now):
        return Due()
    quiet = {"synchronize_session": False}
    oldest = select(AuditEvent.seq).where(_old_rows(session, kept, now)).order_by(AuditEvent.at)
    rows = session.scalars(oldest.limit(BATCH)).all()
    session.execute(update(AuditEvent).where(AuditEvent.seq.in_(rows)).values(EMPTY).execution_options(**quiet))
    counts = {"rows": len(rows)}
    for name, (key, past) in _old(kept, now).items():
        ids = session.scalars(select(key).where(past).limit(BATCH)).all()
        for column in PARTS.get(name, ()):
            session.execute(delete(column.class_).where(column.in_(ids)).execution_options(**quiet))
        gone: Any = delete(key.class_)
        if name in EMPTIED:
            gone = update(key.class_).values(**EMPTIED[name], emptied_at=now)
        session.execute(gone.where(key.in_(ids)).execution_options(**quiet))
        counts[name] = len(ids)
    if any(counts.values()):
        before = {name: (now - time).isoformat() for name, time in asdict(kept).items()}
        removed = {name: count for name, count in counts.items() if count}
        log.record(session, Tag.AUDIT_EMPTIED, log.SYSTEM, now=now, **removed, before=before)
    return Due(**counts)


def _old(kept: Kept, now: datetime) -> dict[str, tuple[Any, ColumnElement[bool]]]:
    """The key of each table and what of it is past its time, in an order in which nothing points to what is gone."""
    views, grants = now - kept.views, now - kept.grants
    over = func.coalesce(Grant.ended_at, Grant.until) < grants
    watched = exists().where(PlaybackSession.grant_id == Grant.id)
    asked = exists().where(AccessRequest.grant_id == Grant.id)
    return {
        "sessions": (PlaybackSession.id, PlaybackSession.ended_at < views),
        "lookups": (PlateLookup.number, PlateLookup.at < views),
        "requests": (AccessRequest.id, AccessRequest.expires_at < grants),
        "grants": (Grant.id, and_(over, ~watched, ~asked)),
        "anomalies": (Anomaly.id, Anomaly.found_at < grants),
        "reviews": (MonthlyReview.id, MonthlyReview.ends_at < grants),
        "police_texts": (Incident.id, and_(_worded(now - kept.police_texts), POLICE)),
        "texts": (Incident.id, and_(_worded(now - kept.texts), ~POLICE)),
        "duties": (Duty.id, Duty.closed_at < now - kept.duties),
        "cap_messages": (CapMessage.id, and_(CapMessage.received_at < now - kept.cap_messages, ~GOES_ON)),
        "preservations": (PreservationRequest.id, PreservationRequest.created_at < now - kept.preservations),
    }


def _worded(before: datetime) -> ColumnElement[bool]:
    return and_(Incident.emptied_at.is_(None), Incident.closed_at < before)


def _old_rows(session: Session, kept: Kept, now: datetime) -> ColumnElement[bool]:
    copied = session.scalar(select(func.max(AuditCheckpoint.size)).where(AuditCheckpoint.sent_at.is_not(None)))
    at, view = AuditEvent.at, AuditEvent.tag.in_(VIEWS)
    past = or_(and_(view, at < now - kept.views), and_(~view, at < now - kept.grants))
    return and_(
        AuditEvent.salt.is_not(None), AuditEvent.seq <= (copied or 0), at < now - min(kept.views, kept.grants), past
    )


def _clock_is_steady(session: Session, now: datetime) -> bool:
    """Whether something was signed in the week before yesterday; after a jump ahead nothing was."""
    at = AuditCheckpoint.at
    lately = select(AuditCheckpoint.size).where(at < now - timedelta(days=1), at > now - timedelta(days=8)).limit(1)
    return session.scalar(lately) is not None
