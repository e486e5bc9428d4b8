"""The administrators' face for accounts: making one, another password, shutting one at once, opening it again."""

from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access import accounts, organisation
from server.access.accounts import NewPassword
from server.access.viewer import Caller
from server.api import shown_once
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown
from server.api.paging import Page, PageQuery, page
from server.models import Officer, Role
from server.models.base import new_id

officers = APIBlueprint("officers", __name__)


class NewOfficer(Body):
    """One person. Usernames are small letters, so that no two look alike."""

    agency_id: Id
    username: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    name: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    role: Annotated[Role, Field(strict=False)]
    unit_id: Id | None = None


class Reset(Body):
    """Why the officer needs another password."""

    reason: Literal["forgotten", "exposed"]


class AccountChange(Body):
    """False ends everything the officer has; true lets the officer log in again."""

    enabled: bool


class ShownAccount(Shown):
    """How the account stands."""

    id: str
    role: Role
    agency_id: str
    enabled: bool


class ShownOfficer(ShownAccount):
    """An account and whose it is."""

    username: str
    name: str
    unit_id: str | None


class ShownPassword(ShownOfficer):
    """With the password to hand over, which nobody can read again."""

    password: str


class ShownOfficers(Page):
    """Officers in the order of their ids."""

    items: list[ShownOfficer]


@officers.get("/v1/officers")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CursorInvalid)
@officers.input(PageQuery, location="query")
@officers.output(ShownOfficers)
def listed(query_data: PageQuery, caller: Caller) -> ShownOfficers:
    """List the accounts: all of them to the province's administrators, the agency's to its own."""
    scope = caller.viewer.scope
    found = select(Officer) if scope.agency_id is None else select(Officer).where(Officer.agency_id == scope.agency_id)
    with deps().read() as session:
        rows, cursor = page(session, found, Officer.id, query_data)
        return ShownOfficers(items=[ShownOfficer.model_validate(row) for row in rows], next_cursor=cursor)


@officers.post("/v1/officers")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.AgencyUnknown, errors.UnitUnknown, errors.UsernameTaken)
@officers.input(NewOfficer)
@officers.output(ShownPassword, 201)
def registered(json_data: NewOfficer, caller: Caller) -> Response:
    """Make an account with a first password, for its officer to change."""
    seed, password_hash = shown_once.made()

    def act(session: Session) -> Answer:
        organisation.administered(session, caller.viewer, json_data.agency_id)
        new = Officer(id=new_id(), enabled=True, password_hash=password_hash, **json_data.model_dump())
        return _with(seed, accounts.add(session, new, caller.actor, now=deps().now())), 201

    return change(caller, act, reveal=shown_once.instead("password"))


@officers.put("/v1/officers/<id:officer_id>/password")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.OfficerUnknown)
@officers.input(Reset)
@officers.output(ShownPassword)
def reset(officer_id: str, json_data: Reset, caller: Caller) -> Response:
    """Give an officer another password; all their logins end."""
    seed, password_hash = shown_once.made()
    new = NewPassword(password_hash, json_data.reason)

    def act(session: Session) -> Answer:
        done = accounts.reset_password(session, caller, officer_id, new, now=deps().now())
        return _with(seed, done), 200

    return change(caller, act, reveal=shown_once.instead("password"))


@officers.patch("/v1/officers/<id:officer_id>")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.OfficerUnknown)
@officers.input(AccountChange)
@officers.output(ShownAccount)
def switched(officer_id: str, json_data: AccountChange, caller: Caller) -> Response:
    """Shut an account with its logins, sessions and grants, or open it again."""

    def act(session: Session) -> Answer:
        done = accounts.switch(session, caller, officer_id, enabled=json_data.enabled, now=deps().now())
        return ShownAccount.model_validate(done), 200

    return change(caller, act)


def _with(seed: str, row: Officer) -> ShownPassword:
    return ShownPassword(**ShownOfficer.model_validate(row).model_dump(), password=seed)
