"""The control centres, and the networks in which their cameras may be."""

from ipaddress import ip_network
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access import organisation
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Lat, Lon, Shown
from server.api.paging import Page, PageQuery, page
from server.audit.log import Tag, record
from server.models import Centre, Role
from server.models.base import new_id

centres = APIBlueprint("centres", __name__)

WIDEST = {4: 8, 6: 32}  # bits that a network has to name; wider ones are no centre's


def _network(value: str) -> str:
    found = ip_network(value)  # its error says what is wrong
    if found.prefixlen < WIDEST[found.version]:
        raise ValueError("must be a network of the centre, not of the world: at least /8, or /32 of IPv6")
    return str(found)


Networks = Annotated[
    list[Annotated[str, Field(max_length=43, pattern=LINE), AfterValidator(_network)]], Field(max_length=64)
]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]


class NewCentre(Body):
    """A city's or county's control centre; ``networks`` are the CIDRs in which its cameras may be."""

    code: Annotated[str, Field(pattern=r"^[0-9]{5,10}$", description="시군구 code")]
    name: Name
    name_en: Name
    lat: Lat
    lon: Lon
    networks: Annotated[Networks, Field(default_factory=list)]


class CentreChange(Body):
    """What is to be otherwise; cameras outside of the new networks are not started any more."""

    name: Name | None = None
    name_en: Name | None = None
    networks: Networks | None = None


class ShownCentre(Shown):
    """A centre."""

    id: str
    code: str
    name: str
    name_en: str
    lat: float
    lon: float
    networks: list[str]


class ShownCentres(Page):
    """Centres in the order of their ids."""

    items: list[ShownCentre]


@centres.get("/v1/centres")
@needs(Role.ADMIN)
@refuses(errors.CursorInvalid)
@centres.input(PageQuery, location="query")
@centres.output(ShownCentres)
def listed(query_data: PageQuery, caller: Caller) -> ShownCentres:  # noqa: ARG001 — every known view takes its caller
    """List the centres."""
    with deps().read() as session:
        rows, cursor = page(session, select(Centre), Centre.id, query_data)
        return ShownCentres(items=[ShownCentre.model_validate(row) for row in rows], next_cursor=cursor)


@centres.post("/v1/centres")
@needs(Role.ADMIN)
@refuses(errors.CentreExists)
@centres.input(NewCentre)
@centres.output(ShownCentre, 201)
def registered(json_data: NewCentre, caller: Caller) -> Response:
    """Register a centre."""

    def act(session: Session) -> Answer:
        new = Centre(id=new_id(), **json_data.model_dump())
        done = organisation.add_centre(session, new, caller.actor, now=deps().now())
        return ShownCentre.model_validate(done), 201

    return change(caller, act)


@centres.patch("/v1/centres/<id:centre_id>")
@needs(Role.ADMIN)
@refuses(errors.CentreUnknown)
@centres.input(CentreChange)
@centres.output(ShownCentre)
def changed(centre_id: str, json_data: CentreChange, caller: Caller) -> Response:
    """Change a centre's name or networks."""

    def act(session: Session) -> Answer:
        centre = session.get(Centre, centre_id, with_for_update=True)
        if centre is None:
            raise errors.CentreUnknown("there is no such centre", centre_id=centre_id)
        new = json_data.model_dump(exclude_none=True)
        names = sorted(name for name, value in new.items() if getattr(centre, name) != value)
        for name in names:
            setattr(centre, name, new[name])
        if names:
            subject = {"centre": centre_id, "changed": names, "networks": centre.networks}
            record(session, Tag.CENTRE_CHANGED, caller.actor, now=deps().now(), **subject)
        return ShownCentre.model_validate(centre), 200

    return change(caller, act)
