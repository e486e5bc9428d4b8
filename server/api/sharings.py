"""The rooms' face to each other: asking another room to take an incident over, to help or to work on it too."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller, Viewer
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown, ShownTime
from server.api.incident_body import ShownLocation
from server.api.paging import Page, PageQuery, page
from server.incidents import find, rooms
from server.incidents import sharing as core
from server.models import LegalBasis, Role, Sharing, SharingStatus, Verb

sharings = APIBlueprint("sharings", __name__)


class NewSharing(Body):
    """What is asked of which room, and why. Its units are sent when it accepts."""

    verb: Annotated[Verb, Field(strict=False)]
    to_agency: Id
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    units: Annotated[list[Id], Field(max_length=20, default_factory=list)]
    legal_basis: Annotated[LegalBasis | None, Field(strict=False, description="the incident's, if it is not said")] = (
        None
    )


class SharedIncident(Shown):
    """What the other room must know to answer; cameras come with its part."""

    id: str
    service: str
    type: str
    priority: int
    location: ShownLocation
    summary: str
    reported_at: ShownTime


class ShownSharing(Shown):
    """What one room asked of another, and how that stands."""

    id: str
    verb: Verb
    from_agency_id: str
    to_agency_id: str
    units: list[str]
    reason: str
    legal_basis: LegalBasis
    status: SharingStatus
    created_at: ShownTime
    answered_at: ShownTime | None
    ended_at: ShownTime | None
    incident: Annotated[SharedIncident | None, Field(description="while it can be answered or the room has a part")]

    @classmethod
    def of(cls, row: Sharing, viewer: Viewer) -> "ShownSharing":
        """The row as it is shown to a room; who refused, or whose part is over, reads nothing more of the incident."""
        own = {name: getattr(row, name) for name in cls.model_fields if name != "incident"}
        incident = row.incident
        if row.status is not SharingStatus.OFFERED and not rooms.may_read(incident, viewer.agency_id):
            return cls(**own, incident=None)
        known = {name: getattr(incident, name) for name in SharedIncident.model_fields if name != "location"}
        return cls(**own, incident=SharedIncident(**known, location=ShownLocation.model_validate(incident)))


class ShownSharings(Page):
    """Sharings in the order of their ids."""

    items: list[ShownSharing]


@sharings.post("/v1/incidents/<id:incident_id>/sharings")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.IncidentNotOwned)
@refuses(errors.RoomUnknown, errors.UnitUnknown, errors.SharingConflict, errors.IncidentReserved)
@sharings.input(NewSharing)
@sharings.output(ShownSharing, 201)
def ask(incident_id: str, json_data: NewSharing, caller: Caller) -> Response:
    """Ask another room to take the incident over (transfer), to help (mutual_aid) or to join (joint_response)."""
    told = json_data
    offer = core.Offer(told.verb, told.to_agency, told.reason, list(dict.fromkeys(told.units)), told.legal_basis)

    def act(session: Session) -> Answer:
        incident = find.steerable(session, caller.viewer, incident_id)
        return ShownSharing.of(core.offer(session, caller, incident, offer, now=deps().now()), caller.viewer), 201

    return change(caller, act)


@sharings.get("/v1/sharings")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.CursorInvalid)
@sharings.input(PageQuery, location="query")
@sharings.output(ShownSharings)
def listed(query_data: PageQuery, caller: Caller) -> ShownSharings:
    """List what the caller's room asked and was asked, and the sharings of the incidents it owns."""
    with deps().read() as session:
        rows, cursor = page(session, core.concerning(caller.viewer), Sharing.id, query_data)
        return ShownSharings(items=[ShownSharing.of(row, caller.viewer) for row in rows], next_cursor=cursor)


@sharings.post("/v1/sharings/<id:sharing_id>/acceptance")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.SharingUnknown, errors.SharingOver, errors.UnitUnknown)
@refuses(errors.IncidentReserved, errors.IncidentNotUrgent)
@sharings.output(ShownSharing)
def acceptance(sharing_id: str, caller: Caller) -> Response:
    """Accept what another room asked; the caller's room has its part from then on."""

    def act(session: Session) -> Answer:
        return ShownSharing.of(core.accept(session, caller, sharing_id, now=deps().now()), caller.viewer), 200

    return change(caller, act)


@sharings.delete("/v1/sharings/<id:sharing_id>")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.SharingUnknown, errors.SharingOver, errors.IncidentClosed, errors.IncidentNotOwned)
@sharings.output(ShownSharing)
def ended(sharing_id: str, caller: Caller) -> Response:
    """Refuse what was asked, take back what nobody has answered, or end mutual aid. Repeating it changes nothing."""

    def act(session: Session) -> Answer:
        return ShownSharing.of(core.end(session, caller, sharing_id, now=deps().now()), caller.viewer), 200

    return change(caller, act)
