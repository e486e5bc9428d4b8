"""The units there are, for those who send them."""

from apiflask import APIBlueprint
from sqlalchemy import select

from server import errors
from server.access.viewer import Caller
from server.api.call import needs, refuses
from server.api.deps import deps
from server.api.fields import Shown
from server.api.paging import Page, PageQuery, page
from server.models import Role, Unit

registry = APIBlueprint("registry", __name__)


class ShownUnit(Shown):
    """A unit that can be sent."""

    id: str
    call_sign: str
    kind: str
    agency_id: str


class ShownUnits(Page):
    """Units in the order of their ids."""

    items: list[ShownUnit]


@registry.get("/v1/units")
@needs(Role.ADMIN, Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownUnits)
def units(query_data: PageQuery, caller: Caller) -> ShownUnits:  # noqa: ARG001 — every known view takes its caller
    """List the units."""
    with deps().read() as session:
        rows, cursor = page(session, select(Unit), Unit.id, query_data)
        return ShownUnits(items=[ShownUnit.model_validate(row) for row in rows], next_cursor=cursor)
