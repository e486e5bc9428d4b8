"""이첩·공조·공동대응: a room asks another to take over, to help, or to work on the incident too; the other answers.

Nothing changes before it is accepted. A transfer moves the part and the units that are under way to the other room,
who may withdraw them: a crew on the scene does not go blind because its room hands the matter on. Mutual aid adds a
part that an owner or the helper ends; in a joint response each room closes its own.
Source: 112치안종합상황실 운영 및 신고처리 규칙 (이첩, 공조, 공동대응).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server.access import playback
from server.access.viewer import Caller, Viewer
from server.errors import RoomUnknown, SharingConflict, SharingOver, SharingUnknown
from server.incidents import changes, dispatches, find, offers, reserved, rooms
from server.incidents.services import of_room
from server.models import Agency, Incident, LegalBasis, Part, Sharing, SharingStatus, Verb
from server.models.base import new_id


@dataclass(frozen=True, slots=True)
class Offer:
    """What a room asks of another. Without a legal basis it is the incident's."""

    verb: Verb
    to_agency_id: str
    reason: str
    units: Sequence[str]
    legal_basis: LegalBasis | None


def offer(session: Session, caller: Caller, incident: Incident, asked: Offer, *, now: datetime) -> Sharing:
    """The sharing, told to both rooms. One that waits for the same answer is given again.

    Raises:
        IncidentClosed, IncidentNotOwned: the caller's room does not answer for the incident (any more).
        RoomUnknown, UnitUnknown: there is no such room or unit to ask for.
        IncidentReserved: the incident is for the location centre alone.
        SharingConflict: the other room has that part already, or is asked for another one.
    """
    changes.must_own(incident, caller.viewer)
    reserved.must_fit_room(incident, _check(session, caller.viewer, asked))
    waiting = session.scalar(_to(incident, asked.to_agency_id, SharingStatus.OFFERED))
    if waiting is not None:
        if (waiting.verb, waiting.from_agency_id) == (asked.verb, caller.viewer.agency_id):
            return waiting
        raise SharingConflict("that room is asked already; wait for its answer or take it back", field="to_agency")
    there = next((one for one in rooms.at_work(incident) if one.agency_id == asked.to_agency_id), None)
    if there and asked.verb is not Verb.TRANSFER and (there.part is Part.OWNS or asked.verb is Verb.MUTUAL_AID):
        raise SharingConflict("that room works on the incident already", field="to_agency")
    sharing = Sharing(
        id=new_id(),
        incident=incident,
        verb=asked.verb,
        from_agency_id=caller.viewer.agency_id,
        to_agency_id=asked.to_agency_id,
        units=list(asked.units),
        reason=asked.reason,
        legal_basis=asked.legal_basis or incident.legal_basis,
        created_at=now,
    )
    session.add(sharing)
    return offers.become(session, caller, sharing, SharingStatus.OFFERED, now=now)


def accept(session: Session, caller: Caller, sharing_id: str, *, now: datetime) -> Sharing:
    """The sharing, in force: the room has its part, and the units that were asked for are sent.

    Repeating it changes nothing. Raises SharingUnknown and SharingOver.
    """
    sharing = _held(session, caller.viewer, sharing_id)
    if sharing.to_agency_id != caller.viewer.agency_id:
        raise SharingUnknown("the room that is asked accepts it", sharing_id=sharing_id)
    if sharing.status is SharingStatus.ACCEPTED:
        return sharing
    if sharing.status is not SharingStatus.OFFERED:
        raise SharingOver(f"it is {sharing.status} and is not accepted any more", sharing_id=sharing_id)
    incident, to = sharing.incident, sharing.to_agency_id
    aid = session.scalar(_to(incident, to, SharingStatus.ACCEPTED).where(Sharing.verb == Verb.MUTUAL_AID))
    rooms.join(incident, sharing, now=now)
    if aid is not None:
        offers.become(session, caller, aid, SharingStatus.ENDED, now=now)
    offers.become(session, caller, sharing, SharingStatus.ACCEPTED, now=now)
    if sharing.verb is Verb.TRANSFER:
        _hand_over(session, caller, sharing, now=now)
    room = changes.must_work(incident, caller.viewer)
    for position, unit_id in enumerate(sharing.units):
        dispatches.send(session, caller, room, find.unit(session, unit_id, field=f"units.{position}"), now=now)
    changes.tell_rooms(session, incident, now=now)
    return sharing


def end(session: Session, caller: Caller, sharing_id: str, *, now: datetime) -> Sharing:
    """Take back, refuse, or end: as it stands and as the caller stands to it. Repeating it changes nothing.

    Raises:
        SharingUnknown: the caller's room has nothing to do with it.
        SharingOver: it was accepted, and only closing one's part ends it.
        IncidentClosed, IncidentNotOwned: the caller's room neither helps nor answers for the incident (any more).
    """
    sharing = _held(session, caller.viewer, sharing_id)
    asked = sharing.to_agency_id == caller.viewer.agency_id
    if sharing.status is SharingStatus.OFFERED:
        answer = SharingStatus.REFUSED if asked else SharingStatus.WITHDRAWN
        return offers.become(session, caller, sharing, answer, now=now)
    if sharing.status is not SharingStatus.ACCEPTED:
        return sharing
    if sharing.verb is not Verb.MUTUAL_AID:
        raise SharingOver("it was accepted: each room closes its own part", sharing_id=sharing_id)
    if not asked:
        changes.must_own(sharing.incident, caller.viewer)
    helper = next(one for one in rooms.at_work(sharing.incident) if one.agency_id == sharing.to_agency_id)
    changes.part_ends(session, caller, helper, playback.SHARING_ENDED, now=now)
    return sharing


def concerning(viewer: Viewer) -> Select[Sharing]:
    """What the viewer's room asked, was asked, or answers for now."""
    owned = rooms.incidents_of(viewer.agency_id, Part.OWNS)
    mine = or_(Sharing.from_agency_id == viewer.agency_id, Sharing.to_agency_id == viewer.agency_id)
    return select(Sharing).where(or_(mine, Sharing.incident_id.in_(owned)))


def _hand_over(session: Session, caller: Caller, sharing: Sharing, *, now: datetime) -> None:
    incident = sharing.incident
    for dispatch in incident.dispatches:
        if dispatch.ended_at is None and dispatch.agency_id == sharing.from_agency_id:
            dispatch.agency_id = sharing.to_agency_id
    leaving = next(one for one in rooms.at_work(incident) if one.agency_id == sharing.from_agency_id)
    changes.part_ends(session, caller, leaving, playback.INCIDENT_TRANSFERRED, now=now)


def _to(incident: Incident, agency_id: str, status: SharingStatus) -> Select[Sharing]:
    return select(Sharing).filter_by(incident_id=incident.id, to_agency_id=agency_id, status=status)


def _check(session: Session, viewer: Viewer, asked: Offer) -> Agency:
    agency = session.get(Agency, asked.to_agency_id)
    if agency is None or not of_room(agency.kind) or agency.id == viewer.agency_id:
        raise RoomUnknown("name another agency that is a room: 112, 119, disaster or location", field="to_agency")
    for position, unit_id in enumerate(asked.units):
        find.unit(session, unit_id, field=f"units.{position}")
    return agency


def _held(session: Session, viewer: Viewer, sharing_id: str) -> Sharing:
    """Its incident is held still, so that neither closes nor changes rooms meanwhile."""
    incident_of = select(Sharing.incident_id).where(Sharing.id == sharing_id).scalar_subquery()
    session.scalar(find.held(incident_of))
    found = concerning(viewer).where(Sharing.id == sharing_id).with_for_update()
    sharing = session.scalar(found.execution_options(populate_existing=True))
    if sharing is None or not viewer.speaks_for_room:
        raise SharingUnknown("there is no such sharing for this caller", sharing_id=sharing_id)
    return sharing
