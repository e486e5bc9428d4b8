"""The report of one agency's month: who of it watched how much, why, at what hours, and what was refused or is open.

Source: 개인정보의 안전성 확보조치 기준 제8조 제2항 (접속기록 월 1회 이상 점검). Ids, no names; times are UTC.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload

from server.audit import chain
from server.audit.log import Tag
from server.audit.scope import Scope
from server.models import (
    Anomaly,
    AnomalyStatus,
    AuditEvent,
    BasisKind,
    Client,
    Duty,
    Grant,
    Incident,
    MonthlyReview,
    Officer,
    PlaybackSession,
)
from server.reviews.read import times
from server.reviews.rules import is_night
from server.thresholds import Thresholds

TOP = 10
REFUSED = (Tag.CALL_REFUSED, Tag.MEDIA_REFUSED, Tag.LOGIN_REFUSED)
Report = dict[str, Any]


def report(session: Session, review: MonthlyReview, limits: Thresholds) -> Report:
    """The month as the record has it now; ``digest`` covers all the rest."""
    span = (review.starts_at, review.ends_at)
    views = _views(session, review.agency_id, span)
    made: Report = {
        "agency_id": review.agency_id,
        "month": review.month,
        "views": _totals(views),
        "by_basis": _counts(row.basis_kind for row in views),
        "by_purpose": _counts(row.purpose_code for row in views),
        "by_service": _counts(row.service for row in views),
        "by_legal_basis": _counts(row.legal_basis for row in views),
        "out_of_hours": _out_of_hours(views, limits),
        "top_viewers": _top(views),
        "refusals": _refusals(session, review.agency_id, span),
        "break_glass": _glasses(session, review.agency_id, span),
        "unapproved": _unapproved(session, review.agency_id, span),
        "anomalies": _anomalies(session, review.agency_id, span),
        "duties": _duties(session, review.agency_id, span),
    }
    return made | {"digest": hashlib.sha256(chain.canonical(made).encode()).hexdigest()}


def _views(session: Session, agency_id: str, span: tuple[datetime, datetime]) -> list[Any]:
    watched = PlaybackSession
    own = or_(
        and_(
            watched.viewer_kind == "officer",
            watched.viewer_id.in_(select(Officer.id).where(Officer.agency_id == agency_id)),
        ),
        and_(
            watched.viewer_kind == "client",
            watched.viewer_id.in_(select(Client.id).where(Client.agency_id == agency_id)),
        ),
    )
    ended = func.coalesce(watched.ended_at, watched.seen_at).label("until")
    found = (
        select(
            watched.viewer_id, watched.camera_id, watched.basis_kind, watched.purpose_code, watched.started_at, ended
        )
        .add_columns(Incident.service)
        .add_columns(func.coalesce(watched.legal_basis, Grant.legal_basis, Incident.legal_basis).label("legal_basis"))
        .outerjoin(Incident, Incident.id == watched.incident_id)
        .outerjoin(Grant, Grant.id == watched.grant_id)
        .where(own, *_within(watched.started_at, span))
        .order_by(watched.started_at, watched.id)
    )
    return list(session.execute(found))


def _within(column: Any, span: tuple[datetime, datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= span[0], column < span[1]


def _totals(views: list[Any]) -> dict[str, int]:
    return {
        "count": len(views),
        "viewers": len({row.viewer_id for row in views}),
        "cameras": len({row.camera_id for row in views}),
        "minutes": _minutes(views),
    }


def _minutes(views: Iterable[Any]) -> int:
    return int(sum((row.until - row.started_at).total_seconds() for row in views) // 60)


def _counts(codes: Iterable[str | None]) -> dict[str, int]:
    """The most frequent first; what has none is ``none``."""
    found = Counter(str(code) if code else "none" for code in codes)
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _out_of_hours(views: list[Any], limits: Thresholds) -> Report:
    at_night = [row for row in views if is_night(row.started_at, limits)]
    lone = [row for row in at_night if row.basis_kind not in {BasisKind.DISPATCH, BasisKind.ROOM}]
    hours = {"from_h": limits.night_from_h, "until_h": limits.night_until_h}
    return hours | {"count": len(at_night), "without_dispatch": len(lone), "viewers": _top(lone)}


def _top(views: list[Any]) -> list[Report]:
    by_viewer: dict[str, list[Any]] = {}
    for row in views:
        by_viewer.setdefault(row.viewer_id, []).append(row)
    most = sorted(by_viewer.items(), key=lambda one: (-len(one[1]), one[0]))[:TOP]
    return [{"viewer_id": viewer_id, **_totals(rows)} for viewer_id, rows in most]


def _refusals(session: Session, agency_id: str, span: tuple[datetime, datetime]) -> Report:
    rows = session.execute(
        select(AuditEvent.tag, AuditEvent.actor_id, AuditEvent.subject).where(
            AuditEvent.tag.in_(REFUSED), *_within(AuditEvent.at, span), Scope(agency_id).acts()
        )
    )
    by_code: Counter[str] = Counter()
    by_viewer: Counter[str] = Counter()
    for tag, actor_id, subject in rows:
        by_code[subject.get("code") or str(tag)] += times(subject)
        by_viewer[actor_id] += times(subject)
    most = sorted(by_viewer.items(), key=lambda one: (-one[1], one[0]))[:TOP]
    return {
        "count": by_code.total(),
        "by_code": dict(sorted(by_code.items(), key=lambda one: (-one[1], one[0]))),
        "viewers": [{"viewer_id": viewer_id, "count": count} for viewer_id, count in most],
    }


def _glasses(session: Session, agency_id: str, span: tuple[datetime, datetime]) -> list[Report]:
    found = select(Grant).where(Grant.emergency, Grant.agency_id == agency_id, *_within(Grant.created_at, span))
    return [
        {
            "grant_id": one.id,
            "officer_id": one.given_by,
            "at": _iso(one.created_at),
            "incident_id": one.incident_id,
            "reason": one.reason,
            "confirmed_by": one.approved_by,
            "confirmed_at": _iso(one.approved_at),
            "end_reason": one.end_reason,
            "explanation": one.explanation,
            "explained_at": _iso(one.explained_at),
        }
        for one in session.scalars(found.order_by(Grant.created_at, Grant.id))
    ]


def _unapproved(session: Session, agency_id: str, span: tuple[datetime, datetime]) -> list[Report]:
    """What needed a second person and never had one."""
    waits = and_(Grant.needs_approval, Grant.approved_at.is_(None), Grant.agency_id == agency_id)
    found = select(Grant).where(waits, *_within(Grant.created_at, span)).order_by(Grant.created_at, Grant.id)
    return [
        {"grant_id": one.id, "given_by": one.given_by, "at": _iso(one.created_at), "emergency": one.emergency}
        for one in session.scalars(found)
    ]


def _anomalies(session: Session, agency_id: str, span: tuple[datetime, datetime]) -> Report:
    found = select(Anomaly).where(Anomaly.agency_id == agency_id, *_within(Anomaly.first_at, span))
    rows = list(session.scalars(found))
    decided = {AnomalyStatus.ACCEPTED, AnomalyStatus.ESCALATED}
    return {
        "count": len(rows),
        "by_kind": _counts(row.kind for row in rows),
        "by_status": _counts(row.status for row in rows),
        "undecided": sum(row.status not in decided for row in rows),
    }


def _duties(session: Session, agency_id: str, span: tuple[datetime, datetime]) -> Report:
    """What was due in that month, by the last moment for it."""
    mine = Duty.agency_id == agency_id, *_within(Duty.due_at, span)
    found = select(Duty).where(*mine).options(lazyload(Duty.incident))
    rows = list(session.scalars(found))
    return {
        "due": len(rows),
        "by_kind": _counts(row.kind for row in rows),
        "late": sum(row.closed_at is not None and row.closed_at >= row.due_at for row in rows),
        "undone": sum(row.closed_at is None for row in rows),
    }


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
