"""보존 요청: a crew asks a centre to keep what its recorder has of a moment; the centre reads what it is asked."""

from datetime import timedelta
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown, ShownTime, Time, Whole
from server.api.paging import Page, PageQuery, page
from server.incidents import preservations as core
from server.models import PreservationRequest, Role

preservations = APIBlueprint("preservations", __name__)
Around = Annotated[Whole, Field(ge=0, le=3600)]


class NewPreservation(Body):
    """A moment, and how much before and after it."""

    camera_id: Id
    incident_id: Id
    at: Time
    before_s: Around = 60
    after_s: Around = 60
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]

    def wish(self) -> core.Wish:
        """The request as the core takes it."""
        from_at, until_at = self.at - timedelta(seconds=self.before_s), self.at + timedelta(seconds=self.after_s)
        return core.Wish(self.incident_id, self.camera_id, from_at, until_at, self.reason)


class ShownPreservation(Shown):
    """What a centre was asked to keep."""

    id: str
    officer_id: str
    incident_id: str
    camera_id: str
    centre_id: str
    from_at: ShownTime
    until_at: ShownTime
    reason: str
    created_at: ShownTime


class ShownPreservations(Page):
    """Requests in the order of their ids."""

    items: list[ShownPreservation]


@preservations.post("/v1/preservation-requests")
@needs(Role.OFFICER, Role.SUPERVISOR)
@refuses(errors.IncidentUnknown, errors.IncidentReserved, errors.CameraNotListed, errors.PreservationsTooMany)
@preservations.input(NewPreservation)
@preservations.output(ShownPreservation, 201)
def ask(json_data: NewPreservation, caller: Caller) -> Response:
    """Ask the centre that records a camera to keep some minutes. This product records nothing."""

    def act(session: Session) -> Answer:
        return ShownPreservation.model_validate(core.ask(session, caller, json_data.wish(), now=deps().now())), 201

    return change(caller, act)


@preservations.get("/v1/preservation-requests")
@needs(Role.OFFICER, Role.SUPERVISOR)
@refuses(errors.CursorInvalid)
@preservations.input(PageQuery, location="query")
@preservations.output(ShownPreservations)
def listed(query_data: PageQuery, caller: Caller) -> ShownPreservations:
    """List one's own requests; a centre's supervisors also those to their centre."""
    with deps().read() as session:
        rows, cursor = page(session, core.concerning(caller.viewer), PreservationRequest.id, query_data)
        return ShownPreservations(items=[ShownPreservation.model_validate(row) for row in rows], next_cursor=cursor)
