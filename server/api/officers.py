"""The administrators' face for accounts: shutting one at once, and opening it again."""

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from server import errors
from server.access import accounts
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Shown
from server.models import Role

officers = APIBlueprint("officers", __name__)


class AccountChange(Body):
    """False ends everything the officer has; true lets the officer log in again."""

    enabled: bool


class ShownAccount(Shown):
    """How the account stands."""

    id: str
    role: Role
    agency_id: str
    enabled: bool


@officers.patch("/v1/officers/<id:officer_id>")
@needs(Role.ADMIN)
@refuses(errors.OfficerUnknown)
@officers.input(AccountChange)
@officers.output(ShownAccount)
def switched(officer_id: str, json_data: AccountChange, caller: Caller) -> Response:
    """Shut an account with its logins, sessions and grants, or open it again."""

    def act(session: Session) -> Answer:
        done = accounts.switch(session, caller, officer_id, enabled=json_data.enabled, now=deps().now())
        return ShownAccount.model_validate(done), 200

    return change(caller, act)
