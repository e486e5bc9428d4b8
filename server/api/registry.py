"""What exists, for those who look after it. Nothing here says how a camera is reached."""

from apiflask import APIBlueprint
from sqlalchemy import select

from server import errors
from server.access.viewer import Caller
from server.api.call import needs, refuses
from server.api.deps import deps
from server.api.fields import Shown
from server.api.paging import Page, PageQuery, page
from server.models import Camera, Role, Unit

registry = APIBlueprint("registry", __name__)


class ShownCamera(Shown):
    """A camera: where it stands and what it sees."""

    id: str
    centre_id: str
    name: str
    lat: float
    lon: float
    bearing_deg: float | None
    fov_deg: float | None
    range_m: float
    enabled: bool
    health: str


class ShownCameras(Page):
    """Cameras in the order of their ids."""

    items: list[ShownCamera]


class ShownUnit(Shown):
    """A unit that can be sent."""

    id: str
    call_sign: str
    kind: str
    agency_id: str


class ShownUnits(Page):
    """Units in the order of their ids."""

    items: list[ShownUnit]


@registry.get("/v1/cameras")
@needs(Role.ADMIN)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownCameras)
def cameras(query_data: PageQuery, caller: Caller) -> ShownCameras:  # noqa: ARG001 — every known view takes its caller
    """List the cameras."""
    with deps().read() as session:
        rows, cursor = page(session, select(Camera), Camera.id, query_data)
        return ShownCameras(items=[ShownCamera.model_validate(row) for row in rows], next_cursor=cursor)


@registry.get("/v1/units")
@needs(Role.ADMIN, Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.CursorInvalid)
@registry.input(PageQuery, location="query")
@registry.output(ShownUnits)
def units(query_data: PageQuery, caller: Caller) -> ShownUnits:  # noqa: ARG001
    """List the units."""
    with deps().read() as session:
        rows, cursor = page(session, select(Unit), Unit.id, query_data)
        return ShownUnits(items=[ShownUnit.model_validate(row) for row in rows], next_cursor=cursor)
