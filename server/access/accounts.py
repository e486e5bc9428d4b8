"""Officers' accounts: made for one person, given another password, shut with whatever they had, at once.

An administrator reaches the accounts of their agency, the province's all. Opening one again gives nothing back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.access import administered, grants, playback, shifts
from server.access import viewer as viewers
from server.access.viewer import Caller
from server.audit import log
from server.errors import TokenInvalid, UnitUnknown, UsernameTaken
from server.models import Grant, GrantTo, Officer, PlaybackSession, Shift, Unit


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What an administrator has made, and the code of why."""

    hash: str
    reason: str


def switch(session: Session, caller: Caller, officer_id: str, *, enabled: bool, now: datetime) -> Officer:
    """Open or shut an account. Repeating it changes nothing. Raises OfficerUnknown.

    Shutting ends the officer's logins, sessions, and the grants to this officer; those that the officer gave as a
    supervisor stay, because they are the agency's.
    """
    officer = administered.officer(session, caller.viewer, officer_id, hold=True)
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


def add(session: Session, officer: Officer, by: log.Actor, *, now: datetime) -> Officer:
    """Put an account in. Raises UsernameTaken; UnitUnknown: of another agency, too."""
    if session.scalar(select(Officer.id).where(Officer.username == officer.username)) is not None:
        raise UsernameTaken("choose another username", field="username")
    unit = session.get(Unit, officer.unit_id) if officer.unit_id else None
    if officer.unit_id and (unit is None or unit.agency_id != officer.agency_id):
        raise UnitUnknown("the agency has no such unit", field="unit_id")
    session.add(officer)
    session.flush()
    ids = {"officer": officer.id, "agency": officer.agency_id, "unit": officer.unit_id, "role": officer.role.value}
    log.record(session, log.Tag.OFFICER_REGISTERED, by, now=now, **ids)
    return officer


def reset_password(session: Session, caller: Caller, officer_id: str, given: NewPassword, *, now: datetime) -> Officer:
    """The password from now on; all logins of the officer end. Raises OfficerUnknown."""
    officer = administered.officer(session, caller.viewer, officer_id, hold=True)
    officer.password_hash = given.hash
    ended, sessions = shifts.end(session, Shift.officer_id == officer_id, playback.LOGGED_OUT, now=now)
    ids = {"officer": officer_id, "reason": given.reason, "logins_ended": ended, "sessions_ended": sessions}
    log.record(session, log.Tag.PASSWORD_RESET, caller.actor, now=now, **ids)
    return officer


def change_password(session: Session, caller: Caller, password_hash: str, *, now: datetime) -> None:
    """The caller's password from now on; their other logins end. Raises TokenInvalid when this one just ended."""
    viewer = caller.viewer
    officer = session.get_one(Officer, viewer.id, with_for_update={"of": Officer})
    if not viewers.hold(session, viewer, now=now):
        raise TokenInvalid("the login has ended; log in again")
    officer.password_hash = password_hash
    others = and_(Shift.officer_id == viewer.id, Shift.id != viewer.login_id)
    ended, sessions = shifts.end(session, others, playback.LOGGED_OUT, now=now)
    log.record(session, log.Tag.PASSWORD_CHANGED, caller.actor, now=now, logins_ended=ended, sessions_ended=sessions)


def _end_everything(session: Session, officer_id: str, now: datetime) -> dict[str, list[str]]:
    to_officer = and_(Grant.to_kind == GrantTo.OFFICER, Grant.to_id == officer_id)
    over = grants.end(session, to_officer, playback.ACCOUNT_DISABLED, now=now)
    _, sessions = shifts.end(session, Shift.officer_id == officer_id, playback.ACCOUNT_DISABLED, now=now)
    own = and_(PlaybackSession.viewer_kind == "officer", PlaybackSession.viewer_id == officer_id)
    sessions += playback.end(session, own, playback.ACCOUNT_DISABLED, now=now)
    sessions += [session_id for _, ended in over for session_id in ended]
    return {"sessions_ended": sessions, "grants_ended": [grant_id for grant_id, _ in over]}
