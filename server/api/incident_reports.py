"""What units and rooms report of an incident as it goes on, and its code (대응코드)."""

from typing import Annotated, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import PROSE, Body, Shown, ShownTime, Whole
from server.api.paging import Page, PageQuery, page
from server.incidents import attachments, reports
from server.models import ClosingCode, IncidentReport, ReportKind, Role

incident_reports = APIBlueprint("incident-reports", __name__)


class NewReport(Body):
    """최초·수시·종결 보고."""

    kind: Annotated[ReportKind, Field(strict=False)]
    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=PROSE)]
    outcome: Annotated[ClosingCode | None, Field(strict=False, description="how it ended: of a final report")] = None

    @model_validator(mode="after")
    def _outcome_of_the_end(self) -> Self:
        if self.outcome is not None and self.kind is not ReportKind.FINAL:
            raise ValueError("outcome goes with kind final")
        return self


class ShownReport(Shown):
    """One report; without a unit it is a room's."""

    id: str
    kind: ReportKind
    text: str
    outcome: ClosingCode | None
    agency_id: str
    unit_id: str | None
    made_by: str
    made_at: ShownTime


class ShownReports(Page):
    """A page of them, in the order of their ids."""

    items: list[ShownReport]


class NewCode(Body):
    """대응코드."""

    priority: Annotated[Whole, Field(ge=0, le=4, description="0 is the most urgent")]


@incident_reports.post("/v1/incidents/<id:incident_id>/reports")
@needs(Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.DispatchEnded, errors.ReportAlready)
@incident_reports.input(NewReport)
@incident_reports.output(ShownReport, 201)
def make(incident_id: str, json_data: NewReport, caller: Caller) -> Response:
    """Report on arrival, when there is something new, and at the end; units and rooms that work on it are told."""

    def act(session: Session) -> Answer:
        said = reports.Said(json_data.kind, json_data.text, json_data.outcome)
        row = reports.make(session, caller, incident_id, said, now=deps().now())
        return ShownReport.model_validate(row), 201

    return change(caller, act)


@incident_reports.get("/v1/incidents/<id:incident_id>/reports")
@needs(Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.CursorInvalid)
@incident_reports.input(PageQuery, location="query")
@incident_reports.output(ShownReports)
def listed(incident_id: str, query_data: PageQuery, caller: Caller) -> ShownReports:
    """List them, for rooms at work and for units while they are sent."""
    with deps().read() as session:
        attachments.readable(session, caller.viewer, incident_id, now=deps().now())
        found = select(IncidentReport).where(IncidentReport.incident_id == incident_id)
        rows, cursor = page(session, found, IncidentReport.id, query_data)
        return ShownReports(items=[ShownReport.model_validate(row) for row in rows], next_cursor=cursor)


@incident_reports.put("/v1/incidents/<id:incident_id>/priority")
@needs(Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER, clients=True)
@refuses(
    errors.IncidentUnknown, errors.IncidentClosed, errors.IncidentNotOwned, errors.DispatchEnded, errors.NotOnScene
)
@incident_reports.input(NewCode)
@incident_reports.output(NewCode)
def change_code(incident_id: str, json_data: NewCode, caller: Caller) -> Response:
    """Change the code of an incident: a room that owns it, or a crew that is on the scene."""

    def act(session: Session) -> Answer:
        incident = reports.change_code(session, caller, incident_id, json_data.priority, now=deps().now())
        return NewCode(priority=incident.priority), 200

    return change(caller, act)
