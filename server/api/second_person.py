"""What takes two people: approving a grant, breaking the glass, and which grants an agency wants approved."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access import administered
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, PROSE, Body, Id, Shown
from server.api.grants import ShownGrant
from server.audit.log import Tag, record
from server.grants import approve as second
from server.grants import break_glass as glass
from server.models import ApprovalPolicy, LegalBasis, PtzRight, Role

second_person = APIBlueprint("second", __name__)


class NewBreakGlass(Body):
    """For which open incident, why, and on what legal basis."""

    incident_id: Id
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    legal_basis: Annotated[LegalBasis, Field(strict=False)]


class Explanation(Body):
    """Why it had to be."""

    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=PROSE)]


class Policy(Body):
    """Which grants need a second supervisor, and whether officers need a second factor and devices of the agency."""

    approval: Annotated[ApprovalPolicy, Field(strict=False)] | None = None
    totp_required: bool | None = None
    enrolled_devices_only: bool | None = None
    ptz: Annotated[PtzRight, Field(strict=False, description="who steers cameras; the province says it")] | None = None


class ShownPolicy(Shown):
    """The policy of an agency."""

    agency_id: str
    approval: ApprovalPolicy
    totp_required: bool
    enrolled_devices_only: bool
    ptz: PtzRight


@second_person.post("/v1/grants/<id:grant_id>/approval")
@needs(Role.SUPERVISOR)
@refuses(errors.GrantUnknown, errors.GrantEnded, errors.GrantNeedsAnother)
@second_person.output(ShownGrant)
def approval(grant_id: str, caller: Caller) -> Response:
    """Approve a grant that another gave, or confirm a glass that another has broken."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownGrant.of(second.approve(session, caller, grant_id, now=now), now), 200

    return change(caller, act)


@second_person.post("/v1/break-glass")
@needs(Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.BreakGlassAgain)
@second_person.input(NewBreakGlass)
@second_person.output(ShownGrant, 201)
def broken(json_data: NewBreakGlass, caller: Caller) -> Response:
    """Take an incident's cameras at once, for ten minutes; a second person must confirm it within three."""
    need = glass.Need(json_data.incident_id, json_data.reason, json_data.legal_basis)

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownGrant.of(glass.break_glass(session, caller, need, now=now), now, accepted=True), 201

    return change(caller, act)


@second_person.post("/v1/grants/<id:grant_id>/explanation")
@needs(Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)
@refuses(errors.GrantUnknown)
@second_person.input(Explanation)
@second_person.output(ShownGrant)
def explained(grant_id: str, json_data: Explanation, caller: Caller) -> Response:
    """Explain why the glass was broken; until then GET /v1/grants shows the explanation as due."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownGrant.of(glass.explain(session, caller, grant_id, json_data.text, now=now), now, accepted=True), 200

    return change(caller, act)


@second_person.put("/v1/agencies/<id:agency_id>/policy")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.AgencyUnknown)
@second_person.input(Policy)
@second_person.output(ShownPolicy)
def policy(agency_id: str, json_data: Policy, caller: Caller) -> Response:
    """Say what an agency wants from now on; what is not named stays."""

    def act(session: Session) -> Answer:
        agency = administered.agency(session, caller.viewer, agency_id, hold=True)
        wanted = json_data.model_dump(exclude_none=True)
        if "ptz" in wanted and not caller.viewer.runs_province:
            raise errors.RoleMissing("the province's administrator gives the right to steer", roles=[Role.ADMIN])
        for name, value in wanted.items():
            setattr(agency, name, value)
        record(session, Tag.POLICY_CHANGED, caller.actor, now=deps().now(), agency=agency_id, **wanted)
        own = {name: getattr(agency, name) for name in ShownPolicy.model_fields if name != "agency_id"}
        return ShownPolicy(agency_id=agency_id, **own), 200

    return change(caller, act)
