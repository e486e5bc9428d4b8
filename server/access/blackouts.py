"""A centre stops showing a camera, or all of its cameras: to everybody at once, whatever their basis."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import playback
from server.access.viewer import Caller
from server.audit import log
from server.errors import CentreNotYours
from server.models import Blackout, Camera, Centre, PlaybackSession
from server.models.base import new_id


@dataclass(frozen=True, slots=True)
class Scope:
    """One camera of a centre, or the whole centre."""

    centre_id: str
    camera_id: str | None = None


def of_camera(session: Session, caller: Caller, camera_id: str) -> Scope:
    """A camera of the caller's centre. Raises CentreNotYours for any other id."""
    camera = session.get(Camera, camera_id)
    return _own(session, caller, Scope(camera.centre_id, camera_id) if camera else None)


def of_centre(session: Session, caller: Caller, centre_id: str) -> Scope:
    """The caller's centre. Raises CentreNotYours for any other id."""
    return _own(session, caller, Scope(centre_id))


def order(session: Session, caller: Caller, scope: Scope, reason: str, *, now: datetime) -> Blackout:
    """Nobody sees it from now on, and who does is cut. One that is in force already stays as it was ordered."""
    in_force = _in_force(session, scope)
    if in_force is not None:
        return in_force
    ordered = Blackout(id=new_id(), reason=reason, ordered_by=caller.viewer.id, at=now, **_columns(scope))
    session.add(ordered)
    session.flush()
    of_scope = select(Camera.id).where(Camera.centre_id == scope.centre_id)
    if scope.camera_id is not None:
        of_scope = of_scope.where(Camera.id == scope.camera_id)
    ended = playback.end(session, PlaybackSession.camera_id.in_(of_scope), playback.CAMERA_BLACKED_OUT, now=now)
    ids = {"blackout": ordered.id, "centre": scope.centre_id, "camera": scope.camera_id}
    log.record(session, log.Tag.BLACKOUT_ORDERED, caller.actor, now=now, **ids, sessions_ended=ended)
    return ordered


def lift(session: Session, caller: Caller, scope: Scope, *, now: datetime) -> None:
    """It may be seen again, by whoever opens a new session. Without one in force nothing changes."""
    in_force = _in_force(session, scope)
    if in_force is not None:
        in_force.ended_at, in_force.ended_by = now, caller.viewer.id
        ids = {"blackout": in_force.id, "centre": scope.centre_id, "camera": scope.camera_id}
        log.record(session, log.Tag.BLACKOUT_LIFTED, caller.actor, now=now, **ids)


def _own(session: Session, caller: Caller, scope: Scope | None) -> Scope:
    """The centre's row is held, so that two orders do not cross."""
    if scope is None or caller.viewer.centre_id != scope.centre_id:
        raise CentreNotYours("the centre that runs the camera decides on it")
    session.scalar(select(Centre.id).where(Centre.id == scope.centre_id).with_for_update())
    return scope


def _in_force(session: Session, scope: Scope) -> Blackout | None:
    return session.scalar(select(Blackout).filter_by(**_columns(scope), ended_at=None))


def _columns(scope: Scope) -> dict[str, str | None]:
    return {"centre_id": scope.centre_id, "camera_id": scope.camera_id}
