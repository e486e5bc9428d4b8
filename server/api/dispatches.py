"""A dispatch after it was sent: the room withdraws it, the unit says where it stands and where it is, and to whom."""

from typing import Annotated, Literal, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Degrees, Lat, Lon, Shown, Time
from server.api.incident_body import ShownDispatch
from server.api.paging import Page, PageQuery, page
from server.incidents import approach, attachments, find, positions
from server.incidents import dispatches as core
from server.models import DispatchStatus, Role, Unit, UnitKind

dispatches = APIBlueprint("dispatches", __name__)


class DispatchReport(Body):
    """Either where the unit stands (cleared ends its access), or what its device has done with the order."""

    status: Literal["acknowledged", "en_route", "on_scene", "cleared"] | None = None
    seen: Annotated[Literal["delivered", "shown"] | None, Field(description="shown: on a lit, unlocked screen")] = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.status is None) == (self.seen is None):
            raise ValueError("send either status or seen")
        return self


class PassengerConfirmed(Body):
    """How fast the car was then, by its receiver."""

    speed_kmh: Annotated[float, Field(ge=0, le=500)]


class NewPosition(Body):
    """One fix of the unit's receiver, WGS 84."""

    lat: Lat
    lon: Lon
    heading_deg: Degrees | None = None
    speed_kmh: Annotated[float, Field(ge=0, le=500)] | None = None
    at: Time


class ShownPosition(Shown):
    """Where a unit was when it said so last."""

    id: str
    call_sign: str
    kind: UnitKind
    lat: float
    lon: float
    heading_deg: float | None
    age_s: float


class ShownPositions(Page):
    """Units in the order of their ids."""

    items: list[ShownPosition]


@dispatches.patch("/v1/dispatches/<id:dispatch_id>")
@needs(Role.OFFICER, Role.SUPERVISOR)
@refuses(errors.DispatchUnknown, errors.DispatchEnded)
@dispatches.input(DispatchReport)
@dispatches.output(ShownDispatch)
def report(dispatch_id: str, json_data: DispatchReport, caller: Caller) -> Response:
    """Say where the unit stands, or that its device has the order or shows it: the room sees who has not answered."""

    def act(session: Session) -> Answer:
        dispatch = find.dispatch_of_unit(session, caller.viewer, dispatch_id)
        if json_data.status is None:
            core.seen(session, caller, dispatch, shown=json_data.seen == "shown", now=deps().now())
        else:
            core.report(session, caller, dispatch, DispatchStatus(json_data.status), now=deps().now())
        return ShownDispatch.of(dispatch), 200

    return change(caller, act)


@dispatches.post("/v1/units/<id:unit_id>/passenger")
@needs(Role.OFFICER, Role.SUPERVISOR)
@refuses(errors.UnitNotYours)
@dispatches.input(PassengerConfirmed)
@dispatches.doc(responses={204: "Recorded"})
def passenger(unit_id: str, json_data: PassengerConfirmed, caller: Caller) -> Response:
    """Say that a passenger, not the driver, uses the device of a car that moves (도로교통법 제49조 제1항 제11호의2)."""

    def act(session: Session) -> Answer:
        positions.confirm_passenger(session, caller, unit_id, json_data.speed_kmh, now=deps().now())
        return None, 204

    return change(caller, act)


@dispatches.delete("/v1/dispatches/<id:dispatch_id>")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.DispatchUnknown)
@dispatches.doc(responses={204: "Withdrawn"})
def withdraw(dispatch_id: str, caller: Caller) -> Response:
    """Call a unit back and end the access it had."""

    def act(session: Session) -> Answer:
        core.withdraw(session, caller, find.dispatch_of_room(session, caller.viewer, dispatch_id), now=deps().now())
        return None, 204

    return change(caller, act)


@dispatches.put("/v1/units/<id:unit_id>/position")
@needs(Role.OFFICER, Role.SUPERVISOR)
@refuses(errors.UnitNotYours, errors.PositionOutsideKorea, errors.PositionFromFuture)
@dispatches.input(NewPosition)
@dispatches.doc(responses={204: "Stored, unless a later one is known"})
def position(unit_id: str, json_data: NewPosition, caller: Caller) -> Response:
    """Say where the unit is: the cameras on its way to its incidents are looked for anew as it goes."""

    def act(session: Session) -> Answer:
        now = deps().now()
        known = positions.store(session, caller.viewer, unit_id, positions.Position(**json_data.model_dump()), now=now)
        if known is not None:
            session.flush()
            approach.moved(session, caller, known, now=now)
        return None, 204

    return change(caller, act)


@dispatches.get("/v1/incidents/<id:incident_id>/positions")
@needs(Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.CursorInvalid)
@dispatches.input(PageQuery, location="query")
@dispatches.output(ShownPositions)
def under_way(incident_id: str, query_data: PageQuery, caller: Caller) -> ShownPositions:
    """List where the units under way to an incident are, for rooms at work and for units while they are sent."""
    now = deps().now()
    with deps().read() as session:
        attachments.readable(session, caller.viewer, incident_id, now=now)
        units, cursor = page(session, positions.under_way(incident_id, now=now), Unit.id, query_data)
        shown = [
            ShownPosition(
                id=unit.id,
                call_sign=unit.call_sign,
                kind=unit.kind,
                lat=at.lat,
                lon=at.lon,
                heading_deg=at.heading_deg,
                age_s=max(0.0, (now - at.at).total_seconds()),
            )
            for unit, at in positions.newest(session, units)
        ]
        return ShownPositions(items=shown, next_cursor=cursor)
