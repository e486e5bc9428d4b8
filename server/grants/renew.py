"""A grant goes on: until later, for the same people, cameras and reason. What has ended is given anew instead."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import grants, playback
from server.access.viewer import Caller
from server.audit import log
from server.errors import GrantEnded, GrantNeedsAnother, GrantTimesInvalid
from server.grants import cameras, find
from server.grants.give import LONGEST
from server.models import Grant, Incident, PlaybackSession


def renew(session: Session, caller: Caller, grant_id: str, until: datetime, *, now: datetime) -> Grant:
    """The grant, and what is watched on it, until then. Repeating it changes nothing.

    Raises:
        GrantUnknown: the supervisor's agency did not give it.
        GrantEnded: it is over, or the glass was broken for it: that is explained, not prolonged.
        GrantNeedsAnother: the supervisor receives it, by name or with a unit or the agency; or it takes two people, and
            the supervisor gave it.
        GrantCameraUnknown: the agency does not answer any more for a camera that it names.
        GrantTimesInvalid: ``until`` is no later than now, or more than twelve hours away.
    """
    incident_of = select(Grant.incident_id).where(Grant.id == grant_id).scalar_subquery()
    session.scalar(select(Incident).where(Incident.id == incident_of).with_for_update(read=True))
    find.endable(session, caller.viewer, grant_id)
    found = select(Grant).where(Grant.id == grant_id).with_for_update().execution_options(populate_existing=True)
    grant = session.scalars(found).one()
    if grant.ended_at is not None or now >= grant.until or grant.emergency:
        raise GrantEnded("the grant is over, or was made by breaking the glass; give a new one", grant_id=grant_id)
    alone = grant.needs_approval and grant.given_by == caller.viewer.id
    if alone or find.receives(session, caller.viewer, grant_id):
        raise GrantNeedsAnother("another supervisor has to renew it", grant_id=grant_id)
    if not max(now, grant.starts_at) < until <= max(now, grant.starts_at) + LONGEST:
        raise GrantTimesInvalid(
            "until lies in the future, at most 12 hours from now or from its beginning", field="until"
        )
    if until > grant.until:
        cameras.must_still_answer_for(session, caller.viewer, grant)
    if until != grant.until:
        _prolong(session, caller, grant, until, now)
    return grant


def _prolong(session: Session, caller: Caller, grant: Grant, until: datetime, now: datetime) -> None:
    times = {"until": until.isoformat(), "until_before": grant.until.isoformat()}
    grant.until = until
    session.flush()
    of_grant = select(PlaybackSession).where(PlaybackSession.grant_id == grant.id, PlaybackSession.ended_at.is_(None))
    for watched in session.scalars(of_grant.order_by(PlaybackSession.id).with_for_update()):
        watched.expires_at = playback.expiry(session, watched.login_id, until, started_at=watched.started_at)
    log.record(session, log.Tag.GRANT_RENEWED, caller.actor, now=now, grant=grant.id, **times)
    grants.tell(session, grant, "renewed", now=now)
