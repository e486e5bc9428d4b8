"""The rooms' face: reporting, moving, closing and reading incidents, and sending units to them."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Id, Shown
from server.api.incident_body import (
    IncidentChange,
    IncidentsQuery,
    ListedIncident,
    ListedIncidents,
    NewIncident,
    RankedCamera,
    ShownDispatch,
    ShownIncident,
)
from server.api.paging import page
from server.api.told_incident import Told, tell
from server.incidents import camera_set, changes, dispatches, find, intake, reports, rooms
from server.models import Incident, Role

incidents = APIBlueprint("incidents", __name__)


class IncidentCameras(Shown):
    """The incident's cameras, best first."""

    cameras: list[RankedCamera]


class CamerasQuery(BaseModel):
    """Which of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    along: Annotated[Id | None, Field(description="a unit under way: only what it will pass")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="a page of a wall; all of them without it")] | None = None
    after: Annotated[int, Field(ge=0, description="the rank of the last camera of the page before")] = 0


class NewDispatch(Body):
    """Which unit to send."""

    unit: Id


REPEATED: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "The same report was made before. A room whose part is over is shown what it reported.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ShownIncident"}}},
    }
}


@incidents.post("/v1/incidents")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.ServiceNotAllowed, errors.IncidentConflict, errors.IncidentNotUrgent, errors.UnitUnknown)
@refuses(errors.AreaInvalid, errors.PositionOutsideKorea)
@incidents.input(NewIncident)
@incidents.output(ShownIncident, 201)
@incidents.doc(responses=REPEATED)
def report(json_data: NewIncident, caller: Caller) -> Response:
    """Report an incident: rank its cameras and send its units."""
    report, now = json_data.report(), deps().now()
    with deps().read() as session:
        draft = intake.draft(session, caller, report, now=now)

    def act(session: Session) -> Told:
        incident, new = intake.accept(session, caller, report, draft, now=now)
        if not rooms.may_read(incident, caller.viewer.agency_id):
            return ShownIncident.as_reported(incident, report), 200
        return ShownIncident.of(incident), 201 if new else 200

    return tell(caller, act)


@incidents.get("/v1/incidents")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.CursorInvalid)
@incidents.input(IncidentsQuery, location="query")
@incidents.output(ListedIncidents)
def listed(query_data: IncidentsQuery, caller: Caller) -> ListedIncidents:
    """List the incidents that the caller's room may read."""
    found = find.of_room(caller.viewer)
    if query_data.status is not None:
        found = found.where(Incident.status == query_data.status)
    with deps().read() as session:
        rows, cursor = page(session, found, Incident.id, query_data)
        return ListedIncidents(items=[ListedIncident.of(row) for row in rows], next_cursor=cursor)


@incidents.patch("/v1/incidents/<id:incident_id>")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.IncidentNotOwned, errors.ServiceNotAllowed)
@refuses(errors.AreaInvalid, errors.PositionOutsideKorea)
@incidents.input(IncidentChange)
@incidents.output(ShownIncident)
def alter(incident_id: str, json_data: IncidentChange, caller: Caller) -> Response:
    """Move an incident, or close the room's part in it and every access it gave; the last owner closes it for all."""

    def act(session: Session) -> Told:
        incident = find.steerable(session, caller.viewer, incident_id)
        if place := json_data.place(incident):
            changes.must_own(incident, caller.viewer)
            changes.move(session, caller, incident, place, now=deps().now())
        else:
            reports.note_closing(incident, caller.viewer, json_data.closing_code)
            reason = json_data.closing_reason or str(json_data.closing_code)
            changes.close(session, caller, incident, reason, now=deps().now())
        return ShownIncident.of(incident), 200

    return tell(caller, act)


@incidents.get("/v1/incidents/<id:incident_id>")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.IncidentUnknown)
@incidents.output(ShownIncident)
def show(incident_id: str, caller: Caller) -> ShownIncident:
    """Read an incident of the room."""
    with deps().read() as session:
        return ShownIncident.of(find.readable(session, caller.viewer, incident_id))


@incidents.get("/v1/incidents/<id:incident_id>/cameras")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.IncidentUnknown)
@incidents.input(CamerasQuery, location="query")
@incidents.output(IncidentCameras)
def cameras(incident_id: str, query_data: CamerasQuery, caller: Caller) -> IncidentCameras:
    """Read the cameras of an incident, best first, or those along a unit's way, its next one first."""
    with deps().read() as session:
        incident = find.readable(session, caller.viewer, incident_id)
        rows = camera_set.along(incident, query_data.along) if query_data.along else incident.cameras
        page = [row for row in rows if row.rank > query_data.after][: query_data.limit]
        return IncidentCameras(cameras=[RankedCamera.of(row) for row in page])


@incidents.post("/v1/incidents/<id:incident_id>/dispatches")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.UnitUnknown)
@refuses(errors.IncidentReserved, errors.IncidentNotUrgent)
@incidents.input(NewDispatch)
@incidents.output(ShownDispatch, 201)
def send(incident_id: str, json_data: NewDispatch, caller: Caller) -> Response:
    """Send a unit; one that is on its way already is answered as it stands."""

    def act(session: Session) -> Answer:
        incident = find.steerable(session, caller.viewer, incident_id)
        room, unit = changes.must_work(incident, caller.viewer), find.unit(session, json_data.unit, field="unit")
        return ShownDispatch.of(dispatches.send(session, caller, room, unit, now=deps().now())), 201

    return change(caller, act)
