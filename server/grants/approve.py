"""The second person: approves a grant before it is used, or confirms a broken glass within minutes."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.access import grants, playback
from server.access.viewer import Caller
from server.audit import log
from server.errors import GrantEnded, GrantNeedsAnother, GrantUnknown
from server.grants import find
from server.models import Grant


def approve(session: Session, caller: Caller, grant_id: str, *, now: datetime) -> Grant:
    """The grant, approved. Repeating it changes nothing.

    Raises:
        GrantUnknown: the supervisor's agency neither gave it nor, for a broken glass, has to do with it.
        GrantNeedsAnother: the supervisor gave it, or it is to the supervisor.
        GrantEnded: it is over, or the time to confirm it.
    """
    by = find.approvable(caller.viewer)
    grant = session.scalar(select(Grant).where(Grant.id == grant_id, by).with_for_update())
    if grant is None:
        raise GrantUnknown("there is no such grant for this caller", grant_id=grant_id)
    if caller.viewer.id in {grant.given_by, grant.to_id}:
        raise GrantNeedsAnother("another supervisor has to approve it", grant_id=grant_id)
    too_late = grant.confirm_by is not None and grant.approved_at is None and now >= grant.confirm_by
    if grant.ended_at is not None or now >= grant.until or too_late:
        raise GrantEnded("the grant is over, or the time to confirm it", grant_id=grant_id)
    if grant.needs_approval and grant.approved_at is None:
        grant.approved_at, grant.approved_by = now, caller.viewer.id
        log.record(session, log.Tag.GRANT_APPROVED, caller.actor, now=now, grant=grant_id)
        grants.tell(session, grant, "approved", now=now)
    return grant


def expire(session: Session, *, now: datetime) -> None:
    """End the broken glasses that nobody confirmed in time."""
    late = and_(Grant.confirm_by <= now, Grant.approved_at.is_(None))
    for grant_id, sessions in grants.end(session, late, playback.GRANT_UNCONFIRMED, now=now):
        log.record(session, log.Tag.GRANT_UNCONFIRMED, log.SYSTEM, now=now, grant=grant_id, sessions_ended=sessions)
