"""A centre's own view of its cameras: how each is and what mends it, how loaded the centre is, who watches what."""

from typing import Self

from apiflask import APIBlueprint

from server import errors
from server.access.viewer import Caller
from server.api.call import needs, refuses
from server.api.deps import deps
from server.api.fields import Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.centres import view as core
from server.centres.condition import Health
from server.models import LAWFUL, Camera, Role

centre_cameras = APIBlueprint("wards", __name__)


class ShownWatcher(Shown):
    """Who watches, of which agency, and by what; ``basis_kind`` lawful: nothing more is told of it, by law."""

    session_id: str
    viewer_kind: str | None
    viewer_id: str | None
    unit_id: str | None
    agency_id: str | None
    agency: str | None
    incident_id: str | None
    grant_id: str | None
    basis_kind: str
    purpose_code: str | None
    legal_basis: str | None
    purpose: str | None
    since: ShownTime
    until: ShownTime

    @classmethod
    def of(cls, one: core.Watcher) -> Self:
        """The session as its camera's centre sees it."""
        row, names = one.session, ("viewer_kind", "viewer_id", "unit_id", "incident_id", "grant_id", "basis_kind")
        own = {name: getattr(row, name) for name in (*names, "purpose_code", "legal_basis", "purpose")}
        if one.agency_id is None:
            own = dict.fromkeys(own) | {"basis_kind": LAWFUL}
        times = {"since": row.started_at, "until": row.expires_at}
        return cls(session_id=row.id, agency_id=one.agency_id, agency=one.agency, **own, **times)


class ShownWard(Shown):
    """A camera as its centre sees it. ``cause`` is a stable code, ``mend`` what to do about it."""

    camera_id: str
    name: str
    lat: float
    lon: float
    ptz: bool
    health: Health
    cause: str | None
    mend: str | None
    wanted: bool
    host_id: str | None
    pulls: int
    kbps: int | None
    picture_at: ShownTime | None
    reported_at: ShownTime | None
    watchers: list[ShownWatcher]

    @classmethod
    def of(cls, row: core.Row) -> Self:
        """The row as it is shown."""
        camera, lease, found = row.camera, row.lease, row.condition
        names = ("host_id", "kbps", "picture_at", "reported_at")
        return cls(
            camera_id=camera.id,
            **{name: getattr(camera, name) for name in ("name", "lat", "lon", "ptz")},
            **{name: getattr(lease, name) if lease else None for name in names},
            pulls=lease.pulls if lease else 0,
            health=found.health,
            cause=found.cause,
            mend=found.mend,
            wanted=row.wanted,
            watchers=[ShownWatcher.of(one) for one in row.watchers],
        )


class ShownLoad(Shown):
    """What is asked of the centre now, and what it can take (null: nobody said)."""

    cameras: int
    wanted: int
    pulls: int
    max_pulls: int | None
    kbps: int
    uplink_kbps: int | None
    waiting: int
    sessions: int


class ShownWards(Page):
    """A centre's cameras in the order of their ids."""

    centre_id: str
    at: ShownTime
    load: ShownLoad
    items: list[ShownWard]


@centre_cameras.get("/v1/centres/<id:centre_id>/cameras")
@needs(Role.ADMIN, Role.SUPERVISOR, Role.DISPATCHER, Role.OFFICER, own_agency=True)
@refuses(errors.CentreUnknown, errors.CursorInvalid)
@centre_cameras.input(PageQuery, location="query")
@centre_cameras.output(ShownWards)
def listed(centre_id: str, query_data: PageQuery, caller: Caller) -> ShownWards:
    """List the cameras of the centre that one's own agency runs: how each is, who watches it, and the centre's load."""
    now = deps().now()
    with deps().read() as session:
        centre = core.centre(session, caller.viewer, centre_id)
        found, cursor = page(session, core.cameras(centre.id), Camera.id, query_data)
        return ShownWards(
            centre_id=centre.id,
            at=now,
            load=ShownLoad.model_validate(core.load(session, centre, now=now)),
            items=[ShownWard.of(row) for row in core.rows(session, caller.viewer, found, now=now)],
            next_cursor=cursor,
        )
