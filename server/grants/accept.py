"""A recipient accepts the conditions of a grant, in person: before that it shows nothing."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import GrantEnded
from server.grants import find
from server.models import Grant, GrantAcceptance


def accept(session: Session, caller: Caller, grant_id: str, *, now: datetime) -> Grant:
    """The grant, accepted by the caller. Repeating it changes nothing. Raises GrantUnknown and GrantEnded."""
    viewer = caller.viewer
    grant = find.received(session, viewer, grant_id)
    if grant.ended_at is not None or now >= grant.until:
        raise GrantEnded("the grant is over; ask a supervisor for a new one", grant_id=grant_id)
    if not accepted(session, viewer, [grant_id]):
        session.add(GrantAcceptance(grant_id=grant_id, viewer_kind=viewer.kind, viewer_id=viewer.id, at=now))
        log.record(session, log.Tag.GRANT_ACCEPTED, caller.actor, now=now, grant=grant_id)
    return grant


def accepted(session: Session, viewer: Viewer, grant_ids: Collection[str]) -> set[str]:
    """Which of these grants the viewer has accepted."""
    found = select(GrantAcceptance.grant_id).filter_by(viewer_kind=viewer.kind, viewer_id=viewer.id)
    return set(session.scalars(found.where(GrantAcceptance.grant_id.in_(grant_ids))))
