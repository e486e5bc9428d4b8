"""수배차량 목록: which vehicles a room looks for, why, on what basis and until when.

An entry is over at ``expires_at`` by the clock, whoever asks. Each change takes the next version under one lock, so a
process that has read up to a version has missed nothing before it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import (
    ServiceNotAllowed,
    WantedTimeInvalid,
    WantedVehicleAlready,
    WantedVehicleOver,
    WantedVehicleUnknown,
)
from server.incidents import intake, services
from server.models import LegalBasis, Role, Service, WantedVehicle, WatchHead
from server.plates import plate
from server.plates.plate import Plate

LONGEST = timedelta(days=30)  # then somebody says again why it is wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What a room says about a vehicle it looks for."""

    plate: str
    near: bool
    reason: str
    legal_basis: LegalBasis
    priority: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Renewal:
    """Until when it stays wanted, and why."""

    expires_at: datetime
    reason: str


def add(session: Session, caller: Caller, wish: Wish, *, now: datetime) -> WantedVehicle:
    """Look for the vehicle from now on.

    Raises:
        ServiceNotAllowed: the caller's room does not look for vehicles.
        PlateInvalid: the plate is of no family.
        WantedTimeInvalid: it would not be wanted at all, or for longer than thirty days.
        WantedVehicleAlready: the room looks for that plate already; its entry can be renewed.
    """
    must_look_for_vehicles(caller.viewer)
    text = plate.read(wish.plate).text
    version = _next_version(session)
    mine = wanted_by(caller.viewer.agency_id, now).where(WantedVehicle.plate == text)
    if (already := session.scalar(mine)) is not None:
        raise WantedVehicleAlready("renew the entry, or end it first", field="plate", wanted_vehicle_id=already.id)
    vehicle = WantedVehicle(
        agency_id=caller.viewer.agency_id,
        plate=text,
        near=wish.near,
        reason=wish.reason,
        legal_basis=wish.legal_basis,
        priority=wish.priority,
        entered_by=caller.viewer.subject,
        entered_at=now,
        expires_at=_until(wish.expires_at, now),
        version=version,
    )
    session.add(vehicle)
    session.flush()
    _record(session, log.Tag.VEHICLE_WANTED, caller, vehicle, now)
    return vehicle


def renew(session: Session, caller: Caller, vehicle: WantedVehicle, renewal: Renewal, *, now: datetime) -> None:
    """Go on looking for it. Raises WantedVehicleOver and WantedTimeInvalid."""
    if is_over(vehicle, now):
        raise WantedVehicleOver("enter the vehicle anew")
    vehicle.version = _next_version(session)
    vehicle.expires_at, vehicle.reason = _until(renewal.expires_at, now), renewal.reason
    _record(session, log.Tag.VEHICLE_RENEWED, caller, vehicle, now)


def end(session: Session, caller: Caller, vehicle: WantedVehicle, *, now: datetime) -> None:
    """Do not look for it any more. Repeating it changes nothing; an open incident stays until it is closed."""
    if vehicle.ended_at is None:
        vehicle.version = _next_version(session)
        vehicle.ended_at = now
        _record(session, log.Tag.VEHICLE_ENDED, caller, vehicle, now)


def of_room(session: Session, viewer: Viewer, vehicle_id: str, *, hold: bool = False) -> WantedVehicle:
    """An entry of the viewer's room, over or not. Raises WantedVehicleUnknown."""
    vehicle = session.get(WantedVehicle, vehicle_id, with_for_update=hold or None)
    if vehicle is None or vehicle.agency_id != viewer.agency_id or not reads_list(viewer):
        raise WantedVehicleUnknown("there is no such wanted vehicle for this caller", wanted_vehicle_id=vehicle_id)
    return vehicle


def wanted_by(agency_id: str, now: datetime) -> Select[WantedVehicle]:
    """The vehicles that a room looks for now."""
    return select(WantedVehicle).where(
        WantedVehicle.agency_id == agency_id, WantedVehicle.ended_at.is_(None), WantedVehicle.expires_at > now
    )


def is_over(vehicle: WantedVehicle, now: datetime) -> bool:
    """Whether it is not wanted any more."""
    return vehicle.ended_at is not None or vehicle.expires_at <= now


def must_look_for_vehicles(viewer: Viewer) -> None:
    """Raises ServiceNotAllowed unless the viewer's room looks for vehicles."""
    if not reads_list(viewer):
        raise ServiceNotAllowed("the caller's room does not look for vehicles")


def reads_list(viewer: Viewer) -> bool:
    """Whether the viewer may see what its room looks for: who may report such incidents, and the supervisors."""
    if viewer.role == Role.SUPERVISOR:
        return Service.WANTED_VEHICLE in services.of_room(viewer.agency_kind)
    return intake.may_report(viewer, Service.WANTED_VEHICLE)


def plate_of(vehicle: WantedVehicle) -> Plate:
    """The plate that is stored as its text."""
    return plate.read(vehicle.plate)


def _until(wanted: datetime, now: datetime) -> datetime:
    if not now < wanted <= now + LONGEST:
        raise WantedTimeInvalid("say a time in the next thirty days", field="expires_at")
    return wanted


def _next_version(session: Session) -> int:
    head = session.get(WatchHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = WatchHead(id=1, version=0)
        session.add(head)
    head.version += 1
    session.flush()
    return head.version


def _record(session: Session, tag: log.Tag, caller: Caller, vehicle: WantedVehicle, now: datetime) -> None:
    known = {"wanted_vehicle": vehicle.id, "legal_basis": vehicle.legal_basis, "until": vehicle.expires_at.isoformat()}
    log.record(session, tag, caller.actor, now=now, **known)
