"""Devices: an agency makes a code, a tablet enrols its key with it, and when it is lost one call ends all that key has.

A code is a name of four characters, which finds its row, and eight that are derived from our key and stored nowhere.
Five wrong ones end it, so a guess is right once in 2^37 codes.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import playback, shifts
from server.access.dpop import Proof
from server.access.viewer import Caller
from server.audit import log
from server.errors import (
    AgencyUnknown,
    DeviceEnrolled,
    DeviceLost,
    DeviceNotEnrolled,
    DeviceUnknown,
    EnrolmentCodeInvalid,
    Refusal,
    UnitUnknown,
)
from server.models import Agency, Device, Officer, Shift, Unit
from server.models.base import new_id

CODE_LIFE = timedelta(hours=24)
TRIES = 5
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 5 bits each; no 0 O 1 I
NAME, SECRET = 4, 8

Digest = Callable[..., str]


@dataclass(frozen=True, slots=True)
class NewDevice:
    """Without an agency it is the caller's own."""

    label: str
    agency_id: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """A code as it was typed, and the proof of the key that is to be enrolled with it."""

    code: str
    proof: Proof
    by: log.Actor


def register(session: Session, caller: Caller, new: NewDevice, *, now: datetime) -> Device:
    """A device that waits for its key. Raises AgencyUnknown, UnitUnknown: of another agency, too."""
    agency_id = new.agency_id or caller.viewer.agency_id
    if not caller.viewer.administers(agency_id) or session.get(Agency, agency_id) is None:
        raise AgencyUnknown("there is no such agency, or it is not yours", field="agency_id")
    unit = session.get(Unit, new.unit_id) if new.unit_id else None
    if new.unit_id and (unit is None or unit.agency_id != agency_id):
        raise UnitUnknown("the agency has no such unit", field="unit_id")
    made = Device(
        id=new_id(),
        agency_id=agency_id,
        unit_id=new.unit_id,
        label=new.label,
        made_at=now,
        made_by=caller.viewer.id,
        code_name="".join(secrets.choice(ALPHABET) for _ in range(NAME)),
        code_until=now + CODE_LIFE,
        wrong_codes=0,
    )
    session.add(made)
    session.flush()
    ids = {"device": made.id, "agency": agency_id, "unit": new.unit_id}
    log.record(session, log.Tag.DEVICE_REGISTERED, caller.actor, now=now, **ids)
    return made


def code(digest: Digest, device_id: str, code_name: str) -> str:
    """The enrolment code, ``XXXX-XXXX-XXXX``. ``digest``: of our key."""
    number = int(digest(b"enrolment", device_id.encode(), code_name.encode()), 16)
    secret = "".join(ALPHABET[number >> 5 * place & 31] for place in range(SECRET))
    return f"{code_name}-{secret[:4]}-{secret[4:]}"


def enrol(session: Session, digest: Digest, tried: Try, *, now: datetime) -> Device | Refusal:
    """The device whose code it is, with the key of the proof from now on. A refusal is returned: wrong ones count."""
    typed, proof = tried.code.upper().replace("-", "").replace(" ", ""), tried.proof
    row = session.scalar(select(Device).where(Device.code_name == typed[:NAME]).with_for_update())
    refused = EnrolmentCodeInvalid("the code is wrong, used, a day old, or was mistyped five times; ask for a new one")
    if row is None or row.code_name is None or now >= row.code_until:
        return refused
    if not hmac.compare_digest(typed.encode(), code(digest, row.id, row.code_name).replace("-", "").encode()):
        row.wrong_codes += 1
        row.code_name = row.code_name if row.wrong_codes < TRIES else None
        log.record(session, log.Tag.ENROLMENT_REFUSED, tried.by, now=now, device=row.id, tries=row.wrong_codes)
        return refused
    if session.scalar(select(Device.id).where(Device.jkt == proof.jkt)):
        return DeviceEnrolled("this key is enrolled already; make a new one")
    row.code_name, row.jkt, row.jwk, row.enrolled_at = None, proof.jkt, proof.jwk, now
    log.record(session, log.Tag.DEVICE_ENROLLED, tried.by, now=now, device=row.id, jkt=proof.jkt)
    return row


def lose(session: Session, caller: Caller, device_id: str, *, now: datetime) -> Device:
    """End all that the device has, for good: its logins with their tokens, what they watch, its code.

    Repeating it changes nothing. Raises DeviceUnknown: of another agency, too.
    """
    device = session.scalar(select(Device).where(Device.id == device_id).with_for_update())
    if device is None or not caller.viewer.administers(device.agency_id):
        raise DeviceUnknown("there is no such device", device_id=device_id)
    if device.lost_at is not None:
        return device
    device.lost_at, device.lost_by, device.code_name = now, caller.viewer.id, None
    session.flush()
    of_key = Shift.jkt == device.jkt
    logins, sessions = shifts.end(session, of_key, playback.DEVICE_LOST, now=now) if device.jkt else ([], [])
    ended = {"logins_ended": logins, "sessions_ended": sessions}
    log.record(session, log.Tag.DEVICE_LOST, caller.actor, now=now, device=device_id, **ended)
    return device


def of_key(session: Session, jkt: str) -> Device | None:
    """The device with that key, held: it cannot be lost before this transaction is over."""
    return session.scalar(select(Device).where(Device.jkt == jkt).with_for_update(read=True))


def lost(device: Device | None) -> Refusal | None:
    """Why a key is good for nobody any more, if that is so. Pure."""
    if device is None or device.lost_at is None:
        return None
    return DeviceLost("this device was reported lost; ask an administrator", error="access_denied")


def refused(officer: Officer, device: Device | None) -> Refusal | None:
    """Why this officer may not work on a key. Pure.

    A lost one is good for nobody; the officer's agency may want one of its own devices.
    """
    if (gone := lost(device)) is not None:
        return gone
    if officer.agency.enrolled_devices_only and (device is None or device.agency_id != officer.agency_id):
        why = "the agency wants its own enrolled devices; send a code to /v1/devices/enrolment"
        return DeviceNotEnrolled(why, error="access_denied")
    return None
