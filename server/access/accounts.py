"""Shutting an officer's account: whatever it had ends with it, at once. Opening it again gives nothing back."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.access import grants, playback, shifts
from server.access.viewer import Caller
from server.audit import log
from server.errors import OfficerUnknown
from server.models import Grant, GrantTo, Officer, PlaybackSession, Shift


def switch(session: Session, caller: Caller, officer_id: str, *, enabled: bool, now: datetime) -> Officer:
    """Open or shut an account. Repeating it changes nothing. Raises OfficerUnknown.

    Shutting ends the officer's logins, sessions, and the grants to this officer; those that the officer gave as a
    supervisor stay, because they are the agency's.
    """
    officer = session.scalar(select(Officer).where(Officer.id == officer_id).with_for_update(of=Officer))
    if officer is None:
        raise OfficerUnknown("there is no such officer", officer_id=officer_id)
    if officer.enabled == enabled:
        return officer
    officer.enabled = enabled
    session.flush()
    if enabled:
        log.record(session, log.Tag.OFFICER_ENABLED, caller.actor, now=now, officer=officer_id)
    else:
        ended = _end_everything(session, officer_id, now)
        log.record(session, log.Tag.OFFICER_DISABLED, caller.actor, now=now, officer=officer_id, **ended)
    return officer


def _end_everything(session: Session, officer_id: str, now: datetime) -> dict[str, list[str]]:
    to_officer = and_(Grant.to_kind == GrantTo.OFFICER, Grant.to_id == officer_id)
    over = grants.end(session, to_officer, playback.ACCOUNT_DISABLED, now=now)
    _, sessions = shifts.end(session, Shift.officer_id == officer_id, playback.ACCOUNT_DISABLED, now=now)
    own = and_(PlaybackSession.viewer_kind == "officer", PlaybackSession.viewer_id == officer_id)
    sessions += playback.end(session, own, playback.ACCOUNT_DISABLED, now=now)
    sessions += [session_id for _, ended in over for session_id in ended]
    return {"sessions_ended": sessions, "grants_ended": [grant_id for grant_id, _ in over]}
