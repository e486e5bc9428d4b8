"""Which centres' cameras an agency answers for: its supervisors may grant those."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import errors
from server.access import administered
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Id, Shown
from server.audit.log import Tag, record
from server.models import AgencyCentre, Centre, Role

jurisdictions = APIBlueprint("jurisdictions", __name__)


class Jurisdiction(Body):
    """All of the centres; none: the agency's supervisors grant the cameras of their room's incidents only."""

    centres: Annotated[list[Id], Field(max_length=100)]


class ShownJurisdiction(Shown):
    """The centres of an agency's jurisdiction."""

    agency_id: str
    centres: list[str]


@jurisdictions.get("/v1/agencies/<id:agency_id>/jurisdiction")
@needs(Role.ADMIN, Role.SUPERVISOR, own_agency=True)
@refuses(errors.AgencyUnknown)
@jurisdictions.output(ShownJurisdiction)
def shown(agency_id: str, caller: Caller) -> ShownJurisdiction:
    """Read for which centres' cameras an agency answers."""
    with deps().read() as session:
        administered.agency(session, caller.viewer, agency_id)
        return ShownJurisdiction(agency_id=agency_id, centres=_centres(session, agency_id))


@jurisdictions.put("/v1/agencies/<id:agency_id>/jurisdiction")
@needs(Role.ADMIN)
@refuses(errors.AgencyUnknown, errors.CentreUnknown)
@jurisdictions.input(Jurisdiction)
@jurisdictions.output(ShownJurisdiction)
def settled(agency_id: str, json_data: Jurisdiction, caller: Caller) -> Response:
    """Say for which centres' cameras an agency answers from now on. What was granted before stays."""

    def act(session: Session) -> Answer:
        administered.agency(session, caller.viewer, agency_id, hold=True)
        for position, centre_id in enumerate(json_data.centres):
            if session.get(Centre, centre_id) is None:
                raise errors.CentreUnknown(f"there is no centre {centre_id}", field=f"centres.{position}")
        session.execute(delete(AgencyCentre).where(AgencyCentre.agency_id == agency_id))
        centres = sorted(set(json_data.centres))
        session.add_all(AgencyCentre(agency_id=agency_id, centre_id=centre_id) for centre_id in centres)
        record(session, Tag.JURISDICTION_SET, caller.actor, now=deps().now(), agency=agency_id, centres=centres)
        return ShownJurisdiction(agency_id=agency_id, centres=centres), 200

    return change(caller, act)


def _centres(session: Session, agency_id: str) -> list[str]:
    found = select(AgencyCentre.centre_id).where(AgencyCentre.agency_id == agency_id)
    return list(session.scalars(found.order_by(AgencyCentre.centre_id)))
