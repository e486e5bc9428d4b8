"""The control centres: their networks, the codes they go by, and what their recorders and lines can take."""

from datetime import date
from ipaddress import ip_network
from typing import Annotated, Any

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
from server.api.fields import LINE, Body, Lat, Lon, Shown, Whole
from server.api.paging import Page, PageQuery, page
from server.audit.log import Tag, record
from server.cameras import centre_codes
from server.models import Centre, CentreCode, Role
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
Code = Annotated[str, Field(pattern=r"^[0-9]{5,10}$", description="시군구 code")]
Day = Annotated[date, Field(strict=False, description="in Korea")]
Pulls = Annotated[Whole, Field(ge=1, le=10_000, description="cameras pulled at once; null: as many as are wanted")]
Kbps = Annotated[Whole, Field(ge=100, le=100_000_000, description="what the line to us carries; null: not known")]
CAPACITY = {"max_pulls", "uplink_kbps"}


class DatedCode(Body):
    """By which code and name the centre goes from the first to the last of these days; null is open."""

    code: Code
    name: Name
    name_en: Name
    valid_from: Day | None = None
    valid_until: Day | None = None


class NewCentre(Body):
    """A city's or county's control centre; ``networks`` are the CIDRs in which its cameras may be."""

    code: Code
    name: Name
    name_en: Name
    lat: Lat
    lon: Lon
    networks: Annotated[Networks, Field(default_factory=list)]
    max_pulls: Pulls | None = None
    uplink_kbps: Kbps | None = None


class CentreChange(Body):
    """What is to be otherwise; cameras outside of the new networks are not started any more.

    ``codes`` replaces all dated codes. A centre's own administrator changes what it can take, the province all of it.
    """

    name: Name | None = None
    name_en: Name | None = None
    networks: Networks | None = None
    codes: Annotated[list[DatedCode], Field(max_length=32)] | None = None
    max_pulls: Pulls | None = None
    uplink_kbps: Kbps | None = None


class ShownCode(Shown):
    """A code and name, and its first and last day."""

    code: str
    name: str
    name_en: str
    valid_from: date | None
    valid_until: date | None


class ShownCentre(Shown):
    """A centre; its code and names are those of the day."""

    id: str
    code: str
    name: str
    name_en: str
    lat: float
    lon: float
    networks: list[str]
    max_pulls: int | None
    uplink_kbps: int | None
    codes: list[ShownCode]


class ShownCentres(Page):
    """Centres in the order of their ids."""

    items: list[ShownCentre]


class CentresQuery(PageQuery):
    """Which centres."""

    code: Annotated[Code | None, Field(description="only the one that goes by it")] = None
    on: Annotated[date | None, Field(description="… on that day in Korea; today, if it is left out")] = None


@centres.get("/v1/centres")
@needs(Role.ADMIN)
@refuses(errors.CursorInvalid)
@centres.input(CentresQuery, location="query")
@centres.output(ShownCentres)
def listed(query_data: CentresQuery, caller: Caller) -> ShownCentres:  # noqa: ARG001 — every known view takes its caller
    """List the centres, or find the one that goes by a code on a day."""
    on = query_data.on or centre_codes.day(deps().now())
    found = select(Centre)
    with deps().read() as session:
        if query_data.code is not None:
            one = centre_codes.at(session, query_data.code, on)
            found = found.where(Centre.id == (one.id if one else None))
        rows, cursor = page(session, found, Centre.id, query_data)
        return ShownCentres(items=_shown(session, rows, on), next_cursor=cursor)


@centres.post("/v1/centres")
@needs(Role.ADMIN)
@refuses(errors.CentreExists, errors.PositionOutsideKorea)
@centres.input(NewCentre)
@centres.output(ShownCentre, 201)
def registered(json_data: NewCentre, caller: Caller) -> Response:
    """Register a centre."""

    def act(session: Session) -> Answer:
        now = deps().now()
        new = Centre(id=new_id(), **json_data.model_dump())
        done = organisation.add_centre(session, new, caller.actor, now=now)
        return _shown(session, [done], centre_codes.day(now))[0], 201

    return change(caller, act)


@centres.patch("/v1/centres/<id:centre_id>")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CentreUnknown, errors.CentreCodeInvalid, errors.CentreExists)
@centres.input(CentreChange)
@centres.output(ShownCentre)
def changed(centre_id: str, json_data: CentreChange, caller: Caller) -> Response:
    """Change a centre's names, networks and dated codes, and what it can take."""
    given = json_data.model_dump(exclude_unset=True)
    new = {name: value for name, value in given.items() if name in CAPACITY or value is not None}

    def act(session: Session) -> Answer:
        now = deps().now()
        mine = caller.viewer.administers_centre(centre_id)
        centre = session.get(Centre, centre_id, with_for_update=True) if mine else None
        if centre is None:
            raise errors.CentreUnknown("there is no such centre", centre_id=centre_id)
        if not caller.viewer.runs_province and (more := sorted(set(new) - CAPACITY)):
            raise errors.RoleMissing(f"the province's administrator changes {', '.join(more)}", roles=[Role.ADMIN])
        if names := _change(session, centre, new):
            subject = {"centre": centre_id, "changed": names, "networks": centre.networks}
            capacity = {name: getattr(centre, name) for name in sorted(CAPACITY & set(names))}
            codes = {"codes": [row.model_dump(mode="json") for row in json_data.codes or []]} if "codes" in new else {}
            record(session, Tag.CENTRE_CHANGED, caller.actor, now=now, **subject, **capacity, **codes)
        return _shown(session, [centre], centre_codes.day(now))[0], 200

    return change(caller, act)


def _change(session: Session, centre: Centre, new: dict[str, Any]) -> list[str]:
    """The names of what is otherwise now."""
    columns = {name: value for name, value in new.items() if name != "codes"}
    names = sorted(name for name, value in columns.items() if getattr(centre, name) != value)
    for name in names:
        setattr(centre, name, new[name])
    if "codes" not in new:
        return names
    centre_codes.replace(session, centre, [CentreCode(centre_id=centre.id, **row) for row in new["codes"]])
    return [*names, "codes"]


def _shown(session: Session, rows: list[Centre], on: date) -> list[ShownCentre]:
    codes = centre_codes.of(session, [row.id for row in rows])
    made = []
    for row in rows:
        code, name, name_en = centre_codes.current(row, codes[row.id], on)
        own = {"id": row.id, "code": code, "name": name, "name_en": name_en, "codes": codes[row.id]}
        more = {one: getattr(row, one) for one in ("lat", "lon", "networks", *sorted(CAPACITY))}
        made.append(ShownCentre.model_validate(own | more))
    return made
