"""A centre's own cameras: how each is, who watches it, what the line carries; and the switch that shuts them."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, parsed


class Watcher(Answer):
    """Who watches a camera, since when, until when and on which basis; ``lawful``: nothing more may be told of it."""

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
    since: datetime
    until: datetime


class CentreCamera(Answer):
    """A camera of the centre: ``cause`` is what ails it, ``mend`` what mends it."""

    camera_id: str
    name: str
    lat: float
    lon: float
    ptz: bool
    health: str
    cause: str | None
    mend: str | None
    wanted: bool
    host_id: str | None
    pulls: int
    kbps: int | None
    picture_at: datetime | None
    reported_at: datetime | None
    watchers: list[Watcher]


class CentreLoad(Answer):
    """What the centre carries now, beside what it can."""

    cameras: int
    wanted: int
    pulls: int
    max_pulls: int | None
    kbps: int
    uplink_kbps: int | None
    waiting: int
    sessions: int


class CentreView(Answer):
    """A centre as a whole, at one moment."""

    centre_id: str
    at: datetime
    load: CentreLoad


class Blackout(Answer):
    """Whether a camera, or every camera of a centre, is shown to nobody."""

    centre_id: str
    camera_id: str | None
    on: bool


class Centres:
    """``/v1/centres/{id}``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def cameras(self, centre_id: str) -> Iterator[CentreCamera]:
        """The cameras of the centre that one's own agency runs."""
        return self._api.listed(CentreCamera, f"/v1/centres/{segment(centre_id)}/cameras")

    def view(self, centre_id: str) -> CentreView:
        """How much the centre carries."""
        path = f"/v1/centres/{segment(centre_id)}/cameras"
        return parsed(CentreView, self._api.call("GET", path, query={"limit": 1}))

    def black_out(self, centre_id: str, *, on: bool, reason: str) -> Blackout:
        """Stop showing every camera of one's own centre to everybody, or show them again."""
        body = {"on": on, "reason": reason}
        return self._api.get(Blackout, "PUT", f"/v1/centres/{segment(centre_id)}/blackout", body)

    def black_out_camera(self, camera_id: str, *, on: bool, reason: str) -> Blackout:
        """Stop showing one camera of one's own centre to everybody, or show it again."""
        body = {"on": on, "reason": reason}
        return self._api.get(Blackout, "PUT", f"/v1/cameras/{segment(camera_id)}/blackout", body)
