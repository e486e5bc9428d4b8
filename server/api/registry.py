"""Who there is: the agencies, and the units that can be sent; and putting one in."""

from typing import Annotated, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access import organisation
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown
from server.api.paging import Page, PageQuery, page
from server.incidents.services import of_room
from server.models import Agency, AgencyKind, Officer, Role, Unit, UnitKind
from server.models.base import new_id

registry = APIBlueprint("registry", __name__)


class NewAgency(Body):
    """A room, a station or an office; with a centre, who runs it."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    kind: Annotated[AgencyKind, Field(strict=False)]
    centre_id: Id | None = None

    @model_validator(mode="after")
    def _only_a_centre_runs_one(self) -> Self:
        if self.centre_id is not None and self.kind != AgencyKind.CCTV_CENTRE:
            raise ValueError("only an agency of the kind cctv_centre runs a centre")
        return self


class ShownAgency(Shown):
    """An agency."""

    id: str
    name: str
    kind: AgencyKind
    centre_id: str | None


class ShownAgencies(Page):
    """Agencies in the order of their ids."""

    items: list[ShownAgency]


class ShownRoom(Shown):
    """An agency that can be asked to take an incident over, to help or to join."""

    id: str
    name: str
    kind: AgencyKind


class ShownRooms(Page):
    """Rooms in the order of their ids."""

    items: list[ShownRoom]


class ShownColleague(Shown):
    """An officer, as a supervisor chooses one to give access to."""

    id: str
    name: str
    role: Role
    unit_id: str | None


class ShownColleagues(Page):
    """Officers in the order of their ids."""

    items: list[ShownColleague]


class NewUnit(Body):
    """A car or team of an agency."""

    agency_id: Id
    call_sign: Annotated[str, Field(min_length=1, max_length=40, pattern=LINE)]
    kind: Annotated[UnitKind, Field(strict=False)]


class ShownUnit(Shown):
    """A unit that can be sent."""

    id: str
    call_sign: str
    kind: str
    agency_id: str


class ShownUnits(Page):
    """Units in the order of their ids."""

    items: list[ShownUnit]


@registry.get("/v1/agencies")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownAgencies)
def agencies(query_data: PageQuery, caller: Caller) -> ShownAgencies:
    """List the agencies: all of them to the province's administrators, their own to others."""
    scope = caller.viewer.scope
    found = select(Agency) if scope.agency_id is None else select(Agency).where(Agency.id == scope.agency_id)
    with deps().read() as session:
        rows, cursor = page(session, found, Agency.id, query_data)
        return ShownAgencies(items=[ShownAgency.model_validate(row) for row in rows], next_cursor=cursor)


@registry.post("/v1/agencies")
@needs(Role.ADMIN)
@refuses(errors.AgencyExists, errors.CentreUnknown)
@registry.input(NewAgency)
@registry.output(ShownAgency, 201)
def new_agency(json_data: NewAgency, caller: Caller) -> Response:
    """Register an agency."""

    def act(session: Session) -> Answer:
        new = Agency(id=new_id(), **json_data.model_dump())
        done = organisation.add_agency(session, new, caller.actor, now=deps().now())
        return ShownAgency.model_validate(done), 201

    return change(caller, act)


@registry.get("/v1/rooms")
@needs(Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownRooms)
def rooms(query_data: PageQuery, caller: Caller) -> ShownRooms:  # noqa: ARG001 — every known view takes its caller
    """List the rooms, the caller's own among them."""
    found = select(Agency).where(Agency.kind.in_([kind for kind in AgencyKind if of_room(kind)]))
    with deps().read() as session:
        rows, cursor = page(session, found, Agency.id, query_data)
        return ShownRooms(items=[ShownRoom.model_validate(row) for row in rows], next_cursor=cursor)


@registry.get("/v1/colleagues")
@needs(Role.SUPERVISOR)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownColleagues)
def colleagues(query_data: PageQuery, caller: Caller) -> ShownColleagues:
    """List the other officers of the supervisor's agency whose accounts are open."""
    viewer = caller.viewer
    found = select(Officer).where(Officer.agency_id == viewer.agency_id, Officer.enabled, Officer.id != viewer.id)
    with deps().read() as session:
        rows, cursor = page(session, found, Officer.id, query_data)
        return ShownColleagues(items=[ShownColleague.model_validate(row) for row in rows], next_cursor=cursor)


@registry.get("/v1/units")
@needs(Role.ADMIN, Role.DISPATCHER, Role.SUPERVISOR, clients=True, own_agency=True)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownUnits)
def units(query_data: PageQuery, caller: Caller) -> ShownUnits:  # noqa: ARG001 — every known view takes its caller
    """List the units."""
    with deps().read() as session:
        rows, cursor = page(session, select(Unit), Unit.id, query_data)
        return ShownUnits(items=[ShownUnit.model_validate(row) for row in rows], next_cursor=cursor)


@registry.post("/v1/units")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.AgencyUnknown, errors.UnitExists)
@registry.input(NewUnit)
@registry.output(ShownUnit, 201)
def new_unit(json_data: NewUnit, caller: Caller) -> Response:
    """Register a unit."""

    def act(session: Session) -> Answer:
        organisation.administered(session, caller.viewer, json_data.agency_id)
        new = Unit(id=new_id(), **json_data.model_dump())
        done = organisation.add_unit(session, new, caller.actor, now=deps().now())
        return ShownUnit.model_validate(done), 201

    return change(caller, act)
