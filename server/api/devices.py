"""The face for tablets: an agency makes a code, the tablet enrols its key, a lost one is shut."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import errors
from server.access import devices as core
from server.access.viewer import Caller
from server.api.call import Answer, anonymous, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.api.proof import used_up
from server.models import Device, Role
from server.refusal import Refusal

devices = APIBlueprint("devices", __name__)


class NewDevice(Body):
    """A tablet as people call it, and the car it is fixed in."""

    label: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    agency_id: Annotated[Id | None, Field(description="the caller's own, if it is not said")] = None
    unit_id: Id | None = None


class Enrolment(Body):
    """The code as it was read out; dashes, spaces and small letters do not matter."""

    code: Annotated[str, Field(min_length=1, max_length=40, pattern=LINE)]


class Standing(StrEnum):
    """How a device stands."""

    WAITING = "waiting"
    EXPIRED = "expired"
    ENROLLED = "enrolled"
    LOST = "lost"


class ShownDevice(Shown):
    """A device; ``jkt`` is the thumbprint of its key."""

    id: str
    label: str
    agency_id: str
    unit_id: str | None
    standing: Standing
    jkt: str | None
    made_at: ShownTime
    made_by: str
    enrolled_at: ShownTime | None
    lost_at: ShownTime | None
    lost_by: str | None

    @classmethod
    def of(cls, row: Device, now: datetime) -> Self:
        """The row as it stands at that moment."""
        own = {name: getattr(row, name) for name in cls.model_fields if name != "standing"}
        return cls(**own, standing=_standing(row, now))


class ShownCode(ShownDevice):
    """A new device with its code, which is good once, for a day."""

    code: str | None = None
    code_until: ShownTime


class ShownDevices(Page):
    """Devices in the order of their ids."""

    items: list[ShownDevice]


class EnrolledDevice(Shown):
    """What a tablet learns of itself."""

    id: str
    label: str
    agency_id: str
    unit_id: str | None


@devices.post("/v1/devices")
@needs(Role.ADMIN, Role.SUPERVISOR, own_agency=True)
@refuses(errors.AgencyUnknown, errors.UnitUnknown)
@devices.input(NewDevice)
@devices.output(ShownCode, 201)
def registered(json_data: NewDevice, caller: Caller) -> Response:
    """Make a code that enrols one tablet."""
    new = core.NewDevice(json_data.label, json_data.agency_id, json_data.unit_id)

    def act(session: Session) -> Answer:
        now = deps().now()
        made = core.register(session, caller, new, now=now)
        shown = ShownDevice.of(made, now).model_dump()
        return ShownCode(**shown, code=made.code_name, code_until=made.code_until), 201

    return change(caller, act, reveal=_with_code)


def _with_code(body: bytes) -> bytes:
    """The whole code is stored nowhere: not in the row, and not in the answer kept for a repeat."""
    shown = ShownCode.model_validate_json(body)
    whole = core.code(deps().keys.digest, shown.id, shown.code or "")
    return shown.model_copy(update={"code": whole}).model_dump_json().encode()


@devices.post("/v1/devices/enrolment")
@refuses(errors.DpopProofInvalid, errors.EnrolmentCodeInvalid, errors.DeviceEnrolled)
@devices.input(Enrolment)
@devices.output(EnrolledDevice, 201)
def enrolled(json_data: Enrolment) -> EnrolledDevice:
    """Enrol the key of the DPoP proof that comes with it. No access token is needed."""
    tried = core.Try(json_data.code, used_up(), anonymous())
    try:
        with deps().transaction() as session:
            found = core.enrol(session, deps().keys.digest, tried, now=deps().now())
    except IntegrityError:  # the same key twice at the same time
        found = errors.DeviceEnrolled("this key is enrolled already; make a new one")
    if isinstance(found, Refusal):
        raise found
    return EnrolledDevice.model_validate(found)


@devices.get("/v1/devices")
@needs(Role.ADMIN, Role.SUPERVISOR, own_agency=True)
@refuses(errors.CursorInvalid)
@devices.input(PageQuery, location="query")
@devices.output(ShownDevices)
def listed(query_data: PageQuery, caller: Caller) -> ShownDevices:
    """List the agency's devices; to the province's administrators all of them."""
    found = select(Device)
    if not caller.viewer.runs_province:
        found = found.where(Device.agency_id == caller.viewer.agency_id)
    with deps().read() as session:
        rows, cursor = page(session, found, Device.id, query_data)
        return ShownDevices(items=[ShownDevice.of(row, deps().now()) for row in rows], next_cursor=cursor)


@devices.post("/v1/devices/<id:device_id>/lost")
@needs(Role.ADMIN, Role.SUPERVISOR, own_agency=True)
@refuses(errors.DeviceUnknown)
@devices.output(ShownDevice)
def lost(device_id: str, caller: Caller) -> Response:
    """Shut a lost device: its logins, tokens and sessions end at once, and its key is good for nothing any more."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownDevice.of(core.lose(session, caller, device_id, now=now), now), 200

    return change(caller, act)


def _standing(row: Device, now: datetime) -> Standing:
    if row.lost_at is not None:
        return Standing.LOST
    if row.enrolled_at is not None:
        return Standing.ENROLLED
    return Standing.WAITING if row.code_name is not None and now < row.code_until else Standing.EXPIRED
