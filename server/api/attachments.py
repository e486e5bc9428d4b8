"""The rooms' face for 현장 정보, and the crews': hydrants, buildings, hazards and notes of an incident."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.attachment_body import NewAttachment, ShownAttachment, ShownAttachments
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.paging import PageQuery, page
from server.incidents import attachments as core
from server.incidents import find
from server.models import Attachment, Role

attachments = APIBlueprint("attachments", __name__)

REPEATED: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "The room has added the same before.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ShownAttachment"}}},
    }
}


@attachments.post("/v1/incidents/<id:incident_id>/attachments")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.AttachmentsFull, errors.PositionOutsideKorea)
@attachments.input(NewAttachment)
@attachments.output(ShownAttachment, 201)
@attachments.doc(responses=REPEATED)
def add(incident_id: str, json_data: NewAttachment, caller: Caller) -> Response:
    """Add what a crew should know of the place; units on their way and rooms at work are told."""

    def act(session: Session) -> Answer:
        incident = find.steerable(session, caller.viewer, incident_id)
        row, new = core.add(session, caller, incident, json_data.content(), now=deps().now())
        return ShownAttachment.of(row), 201 if new else 200

    return change(caller, act)


@attachments.get("/v1/incidents/<id:incident_id>/attachments")
@needs(Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.CursorInvalid)
@attachments.input(PageQuery, location="query")
@attachments.output(ShownAttachments)
def listed(incident_id: str, query_data: PageQuery, caller: Caller) -> ShownAttachments:
    """List them, for rooms at work and for units while they are sent."""
    with deps().read() as session:
        core.readable(session, caller.viewer, incident_id, now=deps().now())
        found = select(Attachment).where(Attachment.incident_id == incident_id)
        rows, cursor = page(session, found, Attachment.id, query_data)
        return ShownAttachments(items=[ShownAttachment.of(row) for row in rows], next_cursor=cursor)


@attachments.delete("/v1/incidents/<id:incident_id>/attachments/<id:attachment_id>")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.AttachmentUnknown)
@attachments.output({}, 204)
def remove(incident_id: str, attachment_id: str, caller: Caller) -> Response:
    """Take back what one's own room added."""

    def act(session: Session) -> Answer:
        incident = find.steerable(session, caller.viewer, incident_id)
        core.remove(session, caller, incident, attachment_id, now=deps().now())
        return None, 204

    return change(caller, act)
