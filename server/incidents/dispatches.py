"""지령: sending a unit to an incident, hearing how it fares, and ending what it gave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from server import outbox, streams
from server.access import playback
from server.access.viewer import Caller
from server.audit import log
from server.errors import DispatchEnded, IncidentNotUrgent
from server.incidents import approach, reserved, rooms
from server.incidents.services import POLICIES, is_urgent
from server.models import Dispatch, DispatchStatus, Incident, IncidentRoom, IncidentStatus, PlaybackSession, Unit
from server.models.base import new_id

ENDS = {
    DispatchStatus.WITHDRAWN: playback.DISPATCH_WITHDRAWN,
    DispatchStatus.CLEARED: playback.DISPATCH_CLEARED,
}


def send(session: Session, caller: Caller, room: IncidentRoom, unit: Unit, *, now: datetime) -> Dispatch:
    """Send a unit for a room, tell it, and warm the first cameras. One that is on its way already is not sent again.

    Raises IncidentNotUrgent and IncidentReserved.
    """
    incident = room.incident
    underway = next((d for d in incident.dispatches if d.unit_id == unit.id and d.ended_at is None), None)
    if underway is not None:
        return underway
    dispatch = order(room, unit, now=now)
    session.flush()
    approach.follow(session, caller, incident, now=now)
    warm(session, incident, now=now)
    announce(session, caller, [dispatch], now=now)
    return dispatch


def order(room: IncidentRoom, unit: Unit, *, now: datetime) -> Dispatch:
    """A unit's order for a room, added to the room's incident; nobody is told yet. Raises what ``send`` does."""
    reserved.must_fit_unit(room.incident, unit)
    if not is_urgent(room.incident.service, room.incident.priority):
        raise IncidentNotUrgent("a 112 call of code 4 gets no unit; raise its code first", field="priority")
    given = {"unit_id": unit.id, "agency_id": room.agency_id, "status": DispatchStatus.SENT, "created_at": now}
    dispatch = Dispatch(id=new_id(), **given)
    room.incident.dispatches.append(dispatch)
    return dispatch


def announce(session: Session, caller: Caller, sent: Sequence[Dispatch], *, now: datetime) -> None:
    """Record that units are sent, and tell them and the rooms."""
    for dispatch in sent:
        log.record(session, log.Tag.DISPATCH_SENT, caller.actor, now=now, **_ids(dispatch))
    _tell(session, sent, now=now)


def warm(session: Session, incident: Incident, *, now: datetime) -> None:
    """Start the incident's first cameras, and the next one of each unit that comes, before anybody asks for them."""
    first = {camera.camera_id for camera in incident.cameras[: POLICIES[incident.service].prewarmed]}
    following = {row.camera_id for row in incident.cameras if 1 in (row.on_the_way or {}).values()}
    streams.want(session, first | following, until=now + streams.PREWARMED, priority=incident.priority, now=now)


def withdraw(session: Session, caller: Caller, dispatch: Dispatch, *, now: datetime) -> None:
    """The room calls the unit back. Repeating it changes nothing."""
    if dispatch.ended_at is None:
        _end(session, caller, dispatch, DispatchStatus.WITHDRAWN, now=now)
        log.record(session, log.Tag.DISPATCH_WITHDRAWN, caller.actor, now=now, **_ids(dispatch))


def report(session: Session, caller: Caller, dispatch: Dispatch, status: DispatchStatus, *, now: datetime) -> None:
    """The unit says where it stands; cleared ends the access. The same status again changes nothing.

    Raises DispatchEnded.
    """
    if dispatch.status == status:
        return
    if dispatch.ended_at is not None:
        raise DispatchEnded(f"the dispatch is {dispatch.status} and does not change any more", field="status")
    dispatch.acknowledged_at = dispatch.acknowledged_at or now
    if status == DispatchStatus.CLEARED:
        _end(session, caller, dispatch, status, now=now)
    else:
        dispatch.status = status
        approach.follow(session, caller, dispatch.incident, now=now)
        _tell(session, [dispatch], now=now)
    log.record(session, log.Tag.DISPATCH_REPORTED, caller.actor, now=now, **_ids(dispatch), status=status)


def seen(session: Session, caller: Caller, dispatch: Dispatch, *, shown: bool, now: datetime) -> None:
    """The unit's device has the order, and shows it if ``shown``. Only the first time counts; the rooms hear of it."""
    if dispatch.shown_at is not None or (dispatch.delivered_at is not None and not shown):
        return
    dispatch.delivered_at = dispatch.delivered_at or now
    if shown:
        dispatch.shown_at = now
    mark = "shown" if shown else "delivered"
    _tell_rooms(session, dispatch, {"seen": mark}, now=now)
    log.record(session, log.Tag.DISPATCH_SEEN, caller.actor, now=now, **_ids(dispatch), seen=mark)


def underway(session: Session, unit_id: str, *, now: datetime) -> list[Dispatch]:
    """The unit's dispatches to open incidents, the most urgent first, then the newest."""
    found = (
        select(Dispatch)
        .join(Dispatch.incident)
        .options(contains_eager(Dispatch.incident))
        .where(Dispatch.unit_id == unit_id, Dispatch.ended_at.is_(None), Incident.status == IncidentStatus.OPEN)
        .where(or_(Incident.until.is_(None), Incident.until > now))
        .order_by(Incident.priority, Dispatch.created_at.desc(), Dispatch.id)
    )
    return list(session.scalars(found))


def _end(session: Session, caller: Caller, dispatch: Dispatch, status: DispatchStatus, *, now: datetime) -> None:
    dispatch.status, dispatch.ended_at = status, now
    session.flush()
    of_unit = and_(
        PlaybackSession.incident_id == dispatch.incident_id,
        PlaybackSession.unit_id == dispatch.unit_id,
        PlaybackSession.grant_id.is_(None),
    )
    playback.end(session, of_unit, ENDS[status], now=now)
    approach.follow(session, caller, dispatch.incident, now=now)
    streams.release(session, [camera.camera_id for camera in dispatch.incident.cameras], now=now)
    _tell(session, [dispatch], now=now)


def _tell(session: Session, changed: Sequence[Dispatch], *, now: datetime) -> None:
    told = [
        (audience, "dispatch", _told(dispatch))
        for dispatch in changed
        for audience in (f"unit:{dispatch.unit_id}", *_rooms(dispatch))
    ]
    outbox.append_all(session, told, now=now)


def _tell_rooms(session: Session, dispatch: Dispatch, more: dict[str, str], *, now: datetime) -> None:
    outbox.append_all(session, [(room, "dispatch", _told(dispatch) | more) for room in _rooms(dispatch)], now=now)


def _rooms(dispatch: Dispatch) -> list[str]:
    return sorted(f"agency:{room.agency_id}" for room in rooms.at_work(dispatch.incident))


def _told(dispatch: Dispatch) -> dict[str, str]:
    return {"dispatch_id": dispatch.id, "incident_id": dispatch.incident_id, "status": dispatch.status.value}


def _ids(dispatch: Dispatch) -> dict[str, str]:
    return {"dispatch": dispatch.id, "incident": dispatch.incident_id, "unit": dispatch.unit_id}
