"""Whose alerts are taken: an administrator says it for each agency, and which rooms each of its incidents asks to join.

A sender is only a name in a message: what is trusted is the account that posts it, which must be of that agency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.access import administered
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import AgencyUnknown, CapSenderExists, CapSenderNotRegistered, CapSenderUnknown, RoomUnknown
from server.incidents.services import of_room
from server.models import Agency, CapSender, Service
from server.models.base import new_id


@dataclass(frozen=True, slots=True)
class Wish:
    """What an administrator says; ``invites`` are agencies by id."""

    agency_id: str
    sender: str
    invites: Sequence[str]


def register(session: Session, caller: Caller, wish: Wish, *, now: datetime) -> CapSender:
    """The agency's sender, from now on.

    Raises:
        AgencyUnknown: the caller administers no such room of the disaster service.
        RoomUnknown: one of those to invite is no other room.
        CapSenderExists: the agency has it already; remove it first.
    """
    agency_id, invites = wish.agency_id, wish.invites
    agency = administered.agency(session, caller.viewer, agency_id, hold=True)
    if Service.DISASTER not in of_room(agency.kind):
        raise AgencyUnknown("only a disaster room takes alerts", field="agency_id")
    for position, invited in enumerate(invites):
        room = session.get(Agency, invited)
        if room is None or room.id == agency_id or not of_room(room.kind):
            raise RoomUnknown("name another agency that is a room", field=f"invites.{position}")
    row = session.scalar(_named(agency_id, wish.sender).with_for_update())
    if row is not None and row.ended_at is None:
        raise CapSenderExists("the agency has that sender already", field="sender")
    if row is None:
        row = CapSender(id=new_id(), agency_id=agency_id, sender=wish.sender, created_at=now)
        session.add(row)
    row.invites, row.ended_at = list(dict.fromkeys(invites)), None
    session.flush()
    known = {"cap_sender": row.id, "agency": agency_id, "invites": row.invites}
    log.record(session, log.Tag.CAP_SENDER_REGISTERED, caller.actor, now=now, **known)
    return row


def remove(session: Session, caller: Caller, cap_sender_id: str, *, now: datetime) -> None:
    """Take no alert of it any more; what it opened goes on. Repeating it changes nothing. Raises CapSenderUnknown."""
    row = session.get(CapSender, cap_sender_id, with_for_update=True)
    if row is None or not caller.viewer.administers(row.agency_id):
        raise CapSenderUnknown("there is no such sender", cap_sender_id=cap_sender_id)
    if row.ended_at is None:
        row.ended_at = now
        ids = {"cap_sender": row.id, "agency": row.agency_id}
        log.record(session, log.Tag.CAP_SENDER_REMOVED, caller.actor, now=now, **ids)


def listed() -> Select[CapSender]:
    """All that are registered now."""
    return select(CapSender).where(CapSender.ended_at.is_(None))


def of(session: Session, viewer: Viewer, sender: str) -> CapSender:
    """The sender of the viewer's agency, held: its messages are taken one after the other.

    Raises CapSenderNotRegistered.
    """
    row = session.scalar(_named(viewer.agency_id, sender).with_for_update())
    if row is None or row.ended_at is not None:
        raise CapSenderNotRegistered("an administrator registers senders: POST /v1/cap-senders", field="sender")
    return row


def _named(agency_id: str, sender: str) -> Select[CapSender]:
    return select(CapSender).where(CapSender.agency_id == agency_id, CapSender.sender == sender)
