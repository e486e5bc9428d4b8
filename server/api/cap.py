"""The face for alerts: CAP 1.2 or 1.1 as XML in, what became of the message and its incident out."""

from typing import Self

from apiflask import APIBlueprint
from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses, takes
from server.api.deps import deps
from server.api.fields import Shown, ShownTime
from server.cap import alert as alerts
from server.cap import document, intake
from server.models import CapMessage, Incident, Role, Sharing, Verb

cap = APIBlueprint("cap", __name__)

MEDIA_TYPES = ("application/cap+xml", "application/xml", "text/xml")
REPEATED: dict[int | str, dict[str, str | dict[str, dict[str, dict[str, str]]]]] = {
    201: {
        "description": "An incident was opened.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ShownMessage"}}},
    }
}


class ShownBlock(Shown):
    """What became of one info: only what is ``taken`` counts. Geocodes are kept, and name no place by themselves."""

    event: str
    language: str
    priority: int
    fate: str
    areas: list[str]
    geocodes: list[tuple[str, str]]


class ShownAlarm(Shown):
    """The incident as it stands: it ends at ``until`` by itself. ``cameras`` is how many are in its set."""

    id: str
    status: str
    priority: int
    until: ShownTime | None
    cameras: int
    invited: list[str]


class ShownMessage(Shown):
    """A message that was taken. Nobody verifies signatures: ``signature`` says whether there was one."""

    id: str
    identifier: str
    status: str
    msg_type: str
    scope: str
    signature: str
    received_at: ShownTime
    done: str
    incident: ShownAlarm | None
    infos: list[ShownBlock]

    @classmethod
    def of(cls, session: Session, row: CapMessage) -> Self:
        """The row as it is shown."""
        own = {name: getattr(row, name) for name in cls.model_fields if name not in {"incident", "infos"}}
        blocks = [ShownBlock.model_validate(one) for one in row.infos]
        return cls(**own, incident=_alarm(session, row.incident_id), infos=blocks)


def _alarm(session: Session, incident_id: str | None) -> ShownAlarm | None:
    incident = session.get(Incident, incident_id) if incident_id else None
    if incident is None:
        return None
    asked = select(Sharing.to_agency_id).filter_by(incident_id=incident.id, verb=Verb.JOINT_RESPONSE)
    invited = sorted(set(session.scalars(asked)))
    own = {name: getattr(incident, name) for name in ("id", "status", "priority", "until")}
    return ShownAlarm(**own, cameras=len(incident.cameras), invited=invited)


@cap.post("/v1/cap")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.CapMalformed, errors.CapInvalid, errors.CapAreaInvalid, errors.CapNotInForce, errors.MediaTypeNotTaken)
@refuses(errors.ServiceNotAllowed, errors.CapSenderNotRegistered, errors.CapConflict, errors.CapReferenceUnknown)
@refuses(errors.CapSuperseded, errors.IncidentClosed, errors.IncidentNotOwned)
@takes(*MEDIA_TYPES)
@cap.output(ShownMessage)
@cap.doc(responses=REPEATED)
def take(caller: Caller) -> Response:
    """Take an alert of a registered sender: 201 when it opened an incident; the same message again changes nothing."""
    if request.mimetype not in MEDIA_TYPES:
        raise errors.MediaTypeNotTaken(f"send one of {', '.join(MEDIA_TYPES)}", field="Content-Type")
    message = alerts.of(document.read(request.get_data()))

    def act(session: Session) -> Answer:
        row, is_new = intake.receive(session, caller, message, now=deps().now())
        return ShownMessage.of(session, row), 201 if is_new and row.done == intake.Done.OPENED else 200

    return change(caller, act)
