"""A change that is answered with the incident: the answer kept for a repeat outlives what is known of a caller.

A repeat is answered with the cameras around the caller as they are then, none once it is closed.
"""

import json
from collections.abc import Callable

from flask import Response
from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.api.call import Answer, change
from server.api.deps import deps
from server.api.incident_body import RankedCamera, ShownIncident
from server.incidents import rooms
from server.models import CameraRole, Incident

Told = tuple[ShownIncident, int]


def tell(caller: Caller, act: Callable[[Session], Told]) -> Response:
    """Run ``act`` as ``change`` does, and keep its answer without the cameras around a caller."""
    around: list[RankedCamera] | None = None  # none: it was done before

    def kept(session: Session) -> Answer:
        nonlocal around
        shown, status = act(session)
        around = _around(shown.cameras)
        return shown.model_copy(update={"cameras": [one for one in shown.cameras if one not in around]}), status

    def reveal(body: bytes) -> bytes:
        shown = json.loads(body)
        found = _known(caller, shown["id"]) if around is None else around
        if not found:
            return body
        cameras = shown["cameras"] + [one.model_dump(mode="json") for one in found]
        shown["cameras"] = sorted(cameras, key=lambda one: one["rank"])
        return json.dumps(shown, ensure_ascii=False).encode()

    return change(caller, kept, reveal=reveal)


def _around(cameras: list[RankedCamera]) -> list[RankedCamera]:
    return [one for one in cameras if one.role is CameraRole.CALLER]


def _known(caller: Caller, incident_id: str) -> list[RankedCamera]:
    with deps().read() as session:
        incident = session.get_one(Incident, incident_id)
        if not rooms.may_read(incident, caller.viewer.agency_id):
            return []
        return _around([RankedCamera.of(listed) for listed in incident.cameras])
