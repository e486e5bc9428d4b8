"""The face for other control rooms' systems: incidents in and out as EIDO-JSON."""

import json
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.eido_body import Eido
from server.api.fields import Shown
from server.eido import apply, write
from server.incidents import find
from server.models import Agency, EidoIncident, Role

eido = APIBlueprint("eido", __name__)


class EidoTaken(Shown):
    """What became of an EIDO: ``created``, ``moved``, ``closed`` or ``unchanged``; units that are none of ours."""

    incident_id: str
    outcome: str
    unknown_units: list[str]


KNOWN: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "The incident was there before",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EidoTaken"}}},
    }
}


@eido.post("/v1/eido")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.EidoLocationMissing, errors.EidoServiceUnclear, errors.ServiceNotAllowed)
@refuses(errors.IncidentUnknown, errors.IncidentConflict, errors.IncidentClosed, errors.IncidentNotOwned)
@refuses(errors.IncidentNotUrgent, errors.PositionOutsideKorea)
@eido.input(Eido)
@eido.output(EidoTaken, 201)
@eido.doc(responses=KNOWN)
def taken(json_data: Eido, caller: Caller) -> Response:
    """Take an EIDO: a new incident, its new place, or its end. Sent again, or late, it changes nothing."""
    told, domain = json_data.told(), write.domain_of(deps().issuer)

    def act(session: Session) -> Answer:
        done = apply.apply(session, caller, told, domain=domain, now=deps().now())
        shown = EidoTaken(incident_id=done.incident.id, outcome=done.outcome, unknown_units=done.unknown_units)
        return shown, 201 if done.outcome == "created" else 200

    return change(caller, act)


@eido.get("/v1/incidents/<id:incident_id>/eido")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.IncidentUnknown)
@eido.output(Eido)
def given(incident_id: str, caller: Caller) -> Response:
    """Read an incident of the room as an EIDO. Cameras stand in it by their ids: playing one takes a session."""
    with deps().read() as session:
        incident = find.readable(session, caller.viewer, incident_id)
        row = session.get(EidoIncident, incident.id)
        found = select(Agency).where(Agency.id.in_([room.agency_id for room in incident.rooms]))
        kinds = {agency.id: agency.kind for agency in session.scalars(found)}
        document = write.written(incident, row.urn if row else None, kinds, issuer=deps().issuer)
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/json")
