"""Asking a supervisor for access, and the supervisor's answer in one call."""

from datetime import datetime
from typing import Annotated, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from server import errors
from server.access import names
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown, ShownTime, Time
from server.api.paging import Page, PageQuery, page
from server.grants import requests as core
from server.grants.give import CONDITIONS
from server.grants.requests import Ask, Yes
from server.models import AccessRequest, LegalBasis, Officer, RequestStatus, Role

access_requests = APIBlueprint("requests", __name__)


class NewRequest(Body):
    """What is asked for, of whom, and why. Without cameras it is the incident's set."""

    agency: Annotated[Id, Field(description="whose supervisors are asked: the room's, or the centre's")]
    incident_id: Id | None = None
    camera_ids: Annotated[list[Id], Field(max_length=100, default_factory=list)]
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.camera_ids or self.incident_id):
            raise ValueError("send camera_ids or incident_id")
        return self


class RequestAnswer(Body):
    """Yes, on a legal basis, until a time (an hour, if it is not said); or no."""

    granted: bool
    legal_basis: Annotated[LegalBasis | None, Field(strict=False)] = None
    until: Time | None = None
    conditions: Annotated[str, Field(min_length=1, max_length=500, pattern=LINE)] = CONDITIONS

    @model_validator(mode="after")
    def _with_a_basis(self) -> Self:
        if self.granted and self.legal_basis is None:
            raise ValueError("a yes needs legal_basis")
        return self

    def yes(self) -> Yes | None:
        """The answer as the core takes it."""
        if not self.granted or self.legal_basis is None:
            return None
        return Yes(self.legal_basis, self.until, self.conditions)


class ShownRequest(Shown):
    """A request, and the grant that answered it."""

    id: str
    officer_id: str
    agency_id: str
    incident_id: str | None
    camera_ids: list[str]
    reason: str
    status: RequestStatus
    created_at: ShownTime
    expires_at: ShownTime
    answered_at: ShownTime | None
    answered_by: str | None
    grant_id: str | None
    officer_name: Annotated[str | None, Field(description="in lists")] = None

    @classmethod
    def of(cls, row: AccessRequest, now: datetime) -> Self:
        """The row as it stands at that moment."""
        own = {name: getattr(row, name) for name in cls.model_fields if name != "officer_name"}
        return cls(**own | {"status": core.status(row, now)})


class ShownRequests(Page):
    """Requests in the order of their ids."""

    items: list[ShownRequest]


@access_requests.post("/v1/access-requests")
@needs(Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)
@refuses(errors.AgencyUnknown)
@access_requests.input(NewRequest)
@access_requests.output(ShownRequest, 201)
def ask(json_data: NewRequest, caller: Caller) -> Response:
    """Ask the supervisors of an agency for access. Without an answer it is over after ten minutes."""
    asked = Ask(json_data.agency, json_data.incident_id, json_data.camera_ids, json_data.reason)

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownRequest.of(core.make(session, caller, asked, now=now), now), 201

    return change(caller, act)


@access_requests.get("/v1/access-requests")
@needs(Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)
@refuses(errors.CursorInvalid)
@access_requests.input(PageQuery, location="query")
@access_requests.output(ShownRequests)
def listed(query_data: PageQuery, caller: Caller) -> ShownRequests:
    """List one's own requests; a supervisor's list also has those to the agency."""
    now = deps().now()
    with deps().read() as session:
        rows, cursor = page(session, core.concerning(caller.viewer), AccessRequest.id, query_data)
        asking = names.of(session, Officer, (row.officer_id for row in rows))
        items = [ShownRequest.of(row, now).model_copy(update={"officer_name": asking[row.officer_id]}) for row in rows]
        return ShownRequests(items=items, next_cursor=cursor)


@access_requests.post("/v1/access-requests/<id:access_request_id>/answer")
@needs(Role.SUPERVISOR)
@refuses(errors.AccessRequestUnknown, errors.AccessRequestOver, *errors.GrantInvalid.__subclasses__())
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.IncidentNotOwned, errors.IncidentReserved)
@access_requests.input(RequestAnswer)
@access_requests.output(ShownRequest)
def answer(access_request_id: str, json_data: RequestAnswer, caller: Caller) -> Response:
    """Give what was asked for, to who asked for it, or refuse it."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownRequest.of(core.answer(session, caller, access_request_id, json_data.yes(), now=now), now), 200

    return change(caller, act)
