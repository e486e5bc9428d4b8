"""Reads what the rules look at, of whole weeks, so that what was found of a week never grows smaller."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server import errors
from server.audit.log import Tag
from server.audit.table import KOREA
from server.models import (
    AuditEvent,
    Grant,
    Incident,
    PlateLookup,
    PlaybackSession,
    Shift,
    UnitStay,
)
from server.reviews.facts import Facts, Glass, Lookup, Refusal, Stay, View

UNEXPLAINED = timedelta(days=60)  # how far back broken glasses are followed
ODD = frozenset(code for code, kind in errors.codes().items() if kind.status in {403, 404})  # who asks for too much


def facts(session: Session, *, now: datetime) -> Facts:
    """What officers did since the beginning of yesterday's week, Korean time."""
    since = week_of(now - timedelta(days=1))
    stays = {row.unit_id: Stay((row.lat, row.lon), row.since, row.seen_at) for row in session.scalars(select(UnitStay))}
    return Facts(
        now=now,
        views=_views(session, since),
        refusals=_refusals(session, since),
        glasses=_glasses(session, since),
        lookups=_lookups(session, since),
        stays=stays,
    )


def week_of(at: datetime) -> datetime:
    """The Monday 00:00, Korean time, that a time's week began."""
    day = at.astimezone(KOREA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _views(session: Session, since: datetime) -> list[View]:
    watched = PlaybackSession
    found = (  # columns, not rows of the mapping: there are tens of thousands
        select(*(watched.id, watched.viewer_id, watched.unit_id, watched.camera_id, watched.incident_id))
        .add_columns(watched.basis_kind, watched.started_at, watched.seen_at, watched.ended_at)
        .add_columns(Incident.lat, Incident.lon, Shift.ends_at)
        .outerjoin(Incident, Incident.id == watched.incident_id)
        .outerjoin(Shift, Shift.id == watched.login_id)
        .where(watched.viewer_kind == "officer", watched.started_at >= since)
        .order_by(watched.started_at, watched.id)
    )
    return [_view(row) for row in session.execute(found)]


def _view(row: Any) -> View:
    return View(
        *(row.id, row.viewer_id, row.unit_id, row.camera_id, row.incident_id, row.basis_kind),
        started_at=row.started_at,
        seen_at=row.seen_at,
        open=row.ended_at is None,
        place=None if row.lat is None else (row.lat, row.lon),
        shift_ends_at=row.ends_at,
    )


def _refusals(session: Session, since: datetime) -> list[Refusal]:
    mine = and_(AuditEvent.actor_kind == "officer", AuditEvent.tag == Tag.CALL_REFUSED)
    columns = (AuditEvent.seq, AuditEvent.actor_id, AuditEvent.at, AuditEvent.subject)
    found = session.execute(select(*columns).where(AuditEvent.at >= since, mine).order_by(AuditEvent.at))
    return [
        Refusal(seq, officer, at, subject["code"], times(subject))
        for seq, officer, at, subject in found
        if subject.get("code") in ODD
    ]


def times(subject: dict[str, Any]) -> int:
    """How many refusals a row of the record stands for."""
    return int(subject.get("times", 1))


def _glasses(session: Session, since: datetime) -> list[Glass]:
    open_still = and_(Grant.explained_at.is_(None), Grant.created_at >= since - UNEXPLAINED)
    of_time = or_(Grant.created_at >= since, open_still)
    found = select(Grant).where(Grant.emergency, of_time).order_by(Grant.created_at, Grant.id)
    return [
        Glass(one.id, one.given_by, one.created_at, one.approved_at is not None, one.explained_at is not None)
        for one in session.scalars(found)
    ]


def _lookups(session: Session, since: datetime) -> list[Lookup]:
    officers = PlateLookup.asked_by.startswith("officer:", autoescape=True)
    found = select(PlateLookup).where(PlateLookup.at >= since, officers).order_by(PlateLookup.at, PlateLookup.number)
    return [Lookup(one.id, one.asked_by.removeprefix("officer:"), one.at, one.asked) for one in session.scalars(found)]
