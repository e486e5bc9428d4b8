"""Steering a camera: a right of its own, for one reason, by one person at a time, and only while they watch it.

A hold hangs on its holder's playback session, so whatever ends that ends the hold, without anybody thinking of it; the
transcoder then gives the preset back. Moves go in one at a time: the newest counts.
Source: 개인정보 보호법 제25조 제5항 (no other use than the camera's purpose): the incident is the purpose.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import facts, names, playback
from server.access.may import Refused, may
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import PtzHeld, PtzNotAllowed, PtzNotHeld, PtzNotWatching, PtzPresetUnknown, PtzUnable
from server.models import Agency, Camera, Officer, PlaybackSession, PtzHold, PtzRight, PtzState, Role, Unit, in_force
from server.models.base import new_id

LONGEST_S = 60
KEPT = timedelta(days=1)
MAY = {
    PtzRight.NOBODY: frozenset[Role](),
    PtzRight.ROOM: frozenset({Role.DISPATCHER, Role.SUPERVISOR}),
    PtzRight.EVERYBODY: frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.OFFICER}),
}
MOVED = "asked"  # what the transcoder notes of an order that the camera took
RELEASED, EXPIRED, ACCESS_ENDED = "released", "expired", "access_ended"


@dataclass(frozen=True, slots=True)
class Need:
    """For which incident, why, and for how long."""

    incident_id: str
    reason: str
    seconds: int  # 1..LONGEST_S


def offered(session: Session, viewer: Viewer, watched: PlaybackSession) -> bool:
    """Whether the viewer may ask to steer what they watch: the camera turns, and their agency gave the right."""
    if viewer.kind != "officer" or watched.incident_id is None:
        return False
    camera = session.get_one(Camera, watched.camera_id)
    return _turns(camera) and viewer.role in MAY[session.get_one(Agency, viewer.agency_id).ptz]


def hold(session: Session, caller: Caller, camera_id: str, need: Need, *, now: datetime) -> tuple[PtzHold, bool]:
    """Steer the camera from now on; repeated by its holder, for longer. Returns the hold and whether it is new.

    Raises:
        PtzNotWatching: the caller has no open session of that camera for that incident.
        PlaybackRefused: the session may not go on; one of its kinds.
        PtzNotAllowed: the agency has not got the right for this role.
        PtzUnable: it is no camera that can be steered.
        PtzHeld: another person steers it.
    """
    viewer = caller.viewer
    watched = _watched(session, viewer, camera_id, need.incident_id, now)
    agency = session.get_one(Agency, viewer.agency_id)
    if viewer.role not in MAY[agency.ptz]:
        raise PtzNotAllowed("ask the province's administrator for the right to steer cameras", camera_id=camera_id)
    camera = session.get_one(Camera, camera_id, with_for_update=True)
    if not _turns(camera):
        raise PtzUnable("the camera is not registered as one that can be steered", camera_id=camera_id)
    until = now + timedelta(seconds=need.seconds)
    held = _held(session, camera_id, now)
    if held is not None and held.viewer_id != viewer.id:
        until_then = held.until.isoformat().replace("+00:00", "Z")
        by = _called(session, held) if held.incident_id == need.incident_id else None
        who = {} if by is None else {"by": by}
        raise PtzHeld("somebody else steers it; try again then", camera_id=camera_id, until=until_then, **who)
    if held is None:
        _back(session, camera_id, now=now)
    if held is not None:
        held.until, held.reason = max(held.until, until), need.reason
        ids = {"hold": held.id, "camera": camera_id, "reason": need.reason}
        log.record(session, log.Tag.PTZ_RENEWED, caller.actor, now=now, **ids)
        return held, False
    new = PtzHold(
        id=new_id(),
        camera_id=camera_id,
        session_id=watched.id,
        incident_id=need.incident_id,
        viewer_id=viewer.id,
        reason=need.reason,
        begins_at=now,
        until=until,
        seq=0,
    )
    session.add(new)
    ids = {"hold": new.id, "camera": camera_id, "session": watched.id, "incident": need.incident_id}
    why = {"reason": need.reason, "purpose_code": watched.purpose_code, "legal_basis": watched.legal_basis}
    log.record(session, log.Tag.PTZ_HELD, caller.actor, now=now, **ids, **why)
    return new, True


def move(session: Session, caller: Caller, camera_id: str, wish: dict[str, Any], *, now: datetime) -> PtzHold:
    """Have the camera moved: to a preset, or for a moment in a direction. Raises PtzNotHeld, PtzPresetUnknown."""
    held = own(session, caller.viewer, camera_id, now=now)
    _watched(session, caller.viewer, camera_id, held.incident_id, now)
    presets = {one["token"] for one in session.get_one(Camera, camera_id).ptz_presets}
    if "preset" in wish and wish["preset"] not in presets:
        raise PtzPresetUnknown("choose one of the camera's presets", field="preset")
    held.seq, held.move, held.move_at = held.seq + 1, wish, now
    log.record(session, log.Tag.PTZ_MOVED, caller.actor, now=now, hold=held.id, camera=camera_id, move=wish)
    return held


def release(session: Session, caller: Caller, camera_id: str, *, now: datetime) -> None:
    """Let go of it: it returns to its preset. Raises PtzNotHeld."""
    held = own(session, caller.viewer, camera_id, now=now)
    held.ended_at, held.end_reason = now, RELEASED
    log.record(session, log.Tag.PTZ_RELEASED, caller.actor, now=now, hold=held.id, camera=camera_id)


def own(session: Session, viewer: Viewer, camera_id: str, *, now: datetime) -> PtzHold:
    """The caller's hold on it. Raises PtzNotHeld."""
    found = _held(session, camera_id, now)
    if found is None or found.viewer_id != viewer.id:
        raise PtzNotHeld("take the camera first: POST /v1/cameras/{id}/ptz")
    return found


def tidy(session: Session, *, now: datetime) -> None:
    """Record what ended by itself, and what was given back; forget old holds. Nothing depends on it."""
    for over in session.scalars(select(PtzHold).where(PtzHold.ended_at.is_(None), ~in_force(now))).all():
        over.ended_at, over.end_reason = now, EXPIRED if over.until <= now else ACCESS_ENDED
        ids = {"hold": over.id, "camera": over.camera_id}
        log.record(session, log.Tag.PTZ_ENDED, log.SYSTEM, now=now, **ids, reason=over.end_reason)
    _record_returns(session, now=now)
    for old in session.scalars(select(PtzHold).where(PtzHold.until < now - KEPT, PtzHold.ended_at.is_not(None))).all():
        session.delete(old)


def _back(session: Session, camera_id: str, *, now: datetime) -> None:
    """The camera is at its preset, or cannot be had back. Raises PtzHeld while it is on its way."""
    _record_returns(session, now=now)
    state = session.get(PtzState, camera_id)
    if state is not None and state.away and state.outcome in {None, MOVED}:
        raise PtzHeld("it is on its way back to its preset; try again in a second", camera_id=camera_id)


def _record_returns(session: Session, *, now: datetime) -> None:
    returned = select(PtzHold, PtzState).join(PtzState, PtzState.hold_id == PtzHold.id)
    which = returned.where(PtzHold.given_back_at.is_(None), PtzState.given_back_at.is_not(None))
    for held, state in session.execute(which).all():
        held.given_back_at = state.given_back_at
        log.record(session, log.Tag.PTZ_GIVEN_BACK, log.SYSTEM, now=now, hold=held.id, camera=held.camera_id)


def _turns(camera: Camera) -> bool:
    return camera.ptz and camera.onvif_port is not None


def _called(session: Session, held: PtzHold) -> str | None:
    """What those who work on the same incident call the holder: the unit, or the room. Never the person."""
    watched = session.get_one(PlaybackSession, held.session_id)
    if watched.unit_id is not None:
        return names.of(session, Unit, [watched.unit_id]).get(watched.unit_id)
    agency_id = session.get_one(Officer, held.viewer_id).agency_id
    return names.of(session, Agency, [agency_id]).get(agency_id)


def _held(session: Session, camera_id: str, now: datetime) -> PtzHold | None:
    return session.scalar(select(PtzHold).where(PtzHold.camera_id == camera_id, in_force(now)))


def _watched(session: Session, viewer: Viewer, camera_id: str, incident_id: str, now: datetime) -> PlaybackSession:
    """The caller's session of that camera for that incident, which may go on. One in its grace is not one."""
    found = session.scalars(
        select(PlaybackSession)
        .where(PlaybackSession.viewer_kind == viewer.kind, PlaybackSession.viewer_id == viewer.id)
        .where(PlaybackSession.camera_id == camera_id, PlaybackSession.incident_id == incident_id)
        .where(PlaybackSession.ended_at.is_(None), PlaybackSession.grace_until.is_(None))
        .order_by(PlaybackSession.started_at.desc())
    ).first()
    if found is None:
        raise PtzNotWatching("open the camera for that incident first, then steer it", camera_id=camera_id)
    [known] = facts.of_sessions(session, [found.id], now=now)
    decision = may(known.viewer, known.facts, now=now)
    if isinstance(decision, Refused):
        raise decision.why(playback.REFUSALS[decision.why.code], camera_id=camera_id)
    return found
