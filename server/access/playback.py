"""Playback sessions: opened when ``may`` allows it, ended with whatever ends the basis."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from server import outbox, streams
from server.access import facts
from server.access import viewer as viewers
from server.access.keys import Keys
from server.access.may import Allowed, Facts, may
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import TokenInvalid
from server.models import BasisKind, Dispatch, Grant, Incident, IncidentRoom, PlaybackSession, Shift, purpose
from server.models.base import new_id

LIFETIME = timedelta(hours=12)  # a shift
WITHOUT_INCIDENT = 2  # how urgent a camera is that is watched for no incident, of 0..4

IN_GRACE = PlaybackSession.grace_until.is_not(None)

# Why a session ended. The page is told, except of what it did itself: leave.
INCIDENT_CLOSED = "incident_closed"
INCIDENT_TRANSFERRED = "incident_transferred"
SHARING_ENDED = "sharing_ended"
INCIDENT_MOVED = "incident_moved"
CAMERA_PASSED = "camera_passed"
DISPATCH_CLEARED = "dispatch_cleared"
DISPATCH_WITHDRAWN = "dispatch_withdrawn"
SESSION_CUT = "session_cut"
EXPIRED = "expired"
LOGGED_OUT = "logged_out"
GRANT_REVOKED = "grant_revoked"
GRANT_EXPIRED = "grant_expired"
ACCOUNT_DISABLED = "account_disabled"
GRANT_UNCONFIRMED = "grant_unconfirmed"
CAMERA_BLACKED_OUT = "camera_blacked_out"
DEVICE_LOST = "device_lost"
LOGIN_LOCKED = "login_locked"
VIEWER_LEFT = "viewer_left"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a viewer asks to watch, and by what: an incident, a grant, or as the camera's own centre."""

    camera_id: str
    incident_id: str | None = None
    grant_id: str | None = None
    centre: str | None = None
    purpose: str | None = None


def open_session(session: Session, keys: Keys, caller: Caller, wish: Wish, *, now: datetime) -> PlaybackSession:
    """Open a session and have the camera running. Raises the PlaybackRefused that says why not."""
    viewer = caller.viewer
    known = about(session, viewer, wish)
    if not viewers.hold(session, viewer, now=now):
        raise TokenInvalid("the login has ended; log in again")
    decision = allowed(viewer, known, wish, now=now)
    incident = session.get(Incident, known.incident_id) if known.incident_id else None
    room = _room(session, viewer, known, decision)
    why = _why(incident, session.get(Grant, wish.grant_id) if wish.grant_id else room)
    device_id = session.get_one(Shift, viewer.login_id).device_id if viewer.login_id else None
    session_id = new_id()
    opened = PlaybackSession(
        id=session_id,
        sid_hash=facts.sid_hash(keys.sid(session_id)),
        camera_id=wish.camera_id,
        viewer_kind=viewer.kind,
        viewer_id=viewer.id,
        login_id=viewer.login_id,
        device_id=device_id,
        unit_id=viewer.unit_id,
        incident_id=known.incident_id,
        grant_id=wish.grant_id,
        basis_kind=decision.kind,
        basis_id=decision.id,
        purpose=wish.purpose,
        **why,
        remote_address=caller.remote_address,
        started_at=now,
        expires_at=expiry(session, viewer.login_id, known.grant.until if known.grant else None, started_at=now),
        seen_at=now,
    )
    session.add(opened)
    priority = incident.priority if incident else WITHOUT_INCIDENT
    streams.want(session, [wish.camera_id], until=now + streams.WATCHED, priority=priority, now=now)
    log.record(
        session,
        log.Tag.PLAYBACK_OPENED,
        caller.actor,
        now=now,
        session=session_id,
        camera=wish.camera_id,
        incident=known.incident_id,
        unit=viewer.unit_id,
        device=device_id,
        basis=decision.kind,
        basis_id=decision.id,
        **why,
    )
    return opened


def expiry(session: Session, login_id: str | None, until: datetime | None, *, started_at: datetime) -> datetime:
    """When a session ends by itself: with the login or the grant (``until``) it is of, after LIFETIME at the latest."""
    shift = session.get(Shift, login_id) if login_id else None
    bounds = (started_at + LIFETIME, shift.ends_at if shift else None, until)
    return min(bound for bound in bounds if bound is not None)


def _room(session: Session, viewer: Viewer, known: Facts, decision: Allowed) -> IncidentRoom | None:
    """The part by which an incident's cameras are seen: that of the room that sent the unit, or of the viewer's."""
    if decision.kind not in {BasisKind.DISPATCH, BasisKind.ROOM}:
        return None
    by_unit = decision.kind == BasisKind.DISPATCH
    agency_id = session.get_one(Dispatch, decision.id).agency_id if by_unit else viewer.agency_id
    return session.get(IncidentRoom, (known.incident_id, agency_id))


def _why(incident: Incident | None, by: Grant | IncidentRoom | None) -> dict[str, str]:
    """Purpose and legal basis, each of its closed list."""
    stated = by.legal_basis if by else None
    code = purpose.of(incident.service if incident else None, stated)
    return {"purpose_code": code, "legal_basis": stated or (incident.legal_basis if incident else purpose.OWN_CENTRE)}


def about(session: Session, viewer: Viewer, wish: Wish, *, hold: bool = True) -> Facts:
    """The facts that decide on a wish; see ``facts.about_incident`` for ``hold``."""
    if wish.grant_id is not None:
        return facts.about_grant(session, viewer, camera_id=wish.camera_id, grant_id=wish.grant_id, hold=hold)
    if wish.incident_id is not None:
        return facts.about_incident(session, viewer, camera_id=wish.camera_id, incident_id=wish.incident_id, hold=hold)
    return facts.about_centre(session, camera_id=wish.camera_id)


def allowed(viewer: Viewer, known: Facts, wish: Wish, *, now: datetime) -> Allowed:
    """The basis. Raises the PlaybackRefused that says why there is none, with the ids that were asked by."""
    decision = may(viewer, known, now=now)
    if isinstance(decision, Allowed):
        return decision
    asked_by = {"incident_id": wish.incident_id, "grant_id": wish.grant_id}
    named = {name: id_ for name, id_ in asked_by.items() if id_ is not None}
    raise decision.why(REFUSALS[decision.why.code], camera_id=wish.camera_id, **named)


def end(session: Session, which: ColumnElement[bool], reason: str, *, now: datetime) -> list[str]:
    """End the open sessions that fit ``which``, tell their viewers, and let go of cameras nobody else watches.

    Returns the ids of the sessions ended. Repeating it ends nothing more.
    """
    open_ones = select(PlaybackSession).where(PlaybackSession.ended_at.is_(None), which)
    ended = list(session.scalars(open_ones.order_by(PlaybackSession.id).with_for_update()))
    told: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for playback in ended:
        playback.ended_at, playback.end_reason = now, reason
        told[f"{playback.viewer_kind}:{playback.viewer_id}", playback.incident_id].append(playback.id)
    for (audience, incident_id), session_ids in told.items() if reason != VIEWER_LEFT else ():
        data = {"session_ids": session_ids, "incident_id": incident_id, "reason": reason}
        outbox.append(session, audience, "revoked", data, now=now)
    streams.release(session, {playback.camera_id for playback in ended}, now=now)
    return [playback.id for playback in ended]


def keep(
    session: Session, which: ColumnElement[bool], until: datetime, reason: str, *, now: datetime
) -> list[dict[str, str]]:
    """Let the open sessions that fit ``which`` go on until then though their basis ends, and tell their viewers.

    Returns which session of whom on which camera. What a grant gave, or is kept already, is left as it is.
    """
    by_incident = and_(PlaybackSession.ended_at.is_(None), PlaybackSession.grant_id.is_(None), ~IN_GRACE, which)
    found = select(PlaybackSession).where(by_incident, PlaybackSession.expires_at > now)
    kept = list(session.scalars(found.order_by(PlaybackSession.id).with_for_update()))
    told: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for playback in kept:
        playback.expires_at = playback.grace_until = min(playback.expires_at, until)
        told[f"{playback.viewer_kind}:{playback.viewer_id}", playback.incident_id].append(playback.id)
    session.flush()
    ends = until.isoformat().replace("+00:00", "Z")
    for (audience, incident_id), session_ids in told.items():
        data = {"session_ids": session_ids, "incident_id": incident_id, "reason": reason, "until": ends}
        outbox.append(session, audience, "grace", data, now=now)
    return [{"session": one.id, "viewer": one.viewer_id, "camera": one.camera_id} for one in kept]


def seen(session: Session, session_ids: Collection[str], *, now: datetime) -> None:
    """Note that these sessions asked for media, and keep their cameras running. Ended ones stay as they are.

    What another transaction holds is left to the next time: it may be ending it, and this one waits for nobody.
    """
    open_ones = select(PlaybackSession.id).where(
        PlaybackSession.id.in_(session_ids), PlaybackSession.ended_at.is_(None)
    )
    free = open_ones.order_by(PlaybackSession.id).with_for_update(skip_locked=True, key_share=True)
    noted = update(PlaybackSession).where(PlaybackSession.id.in_(session.scalars(free).all())).values(seen_at=now)
    session.execute(noted.execution_options(synchronize_session=False))
    streams.touch(session, session_ids, now=now)


REFUSALS = {
    "viewer_disabled": "the account is disabled; ask the administrator",
    "not_dispatched": "there is no dispatch of this unit to that incident; ask the room, or a supervisor for a grant",
    "incident_over": "the incident is closed and its cameras with it",
    "part_over": "this room closed its part in the incident, or handed it on; ask the room that has it now",
    "dispatch_over": "the dispatch is cleared or withdrawn; ask the room to send the unit again",
    "camera_not_listed": "the camera is not one of the incident's, nor of the grant's; choose one of them",
    "camera_disabled": "the camera is out of service; choose another one",
    "not_granted": "there is no grant of that id to this viewer; ask a supervisor for one",
    "grant_not_begun": "the time of the grant has not begun; GET /v1/grants says when it does",
    "grant_not_accepted": "read the grant's conditions, and accept them with POST /v1/grants/{id}/acceptance",
    "grant_not_approved": "a second supervisor has to approve it: POST /v1/grants/{id}/approval",
    "grant_over": "the grant is revoked or its time is over; ask a supervisor for a new one",
    "camera_not_yours": "the camera is not one of a centre that the viewer's agency runs; ask that centre",
    "camera_blacked_out": "its centre has stopped showing the camera to everybody; choose another one",
    "expired": "the time for watching is over; open the camera again",
}
