"""The streams' face: how the stream of one camera fares, for those who may watch it now."""

from dataclasses import asdict

from apiflask import APIBlueprint

from server import errors
from server import streams as core
from server.access import facts, playback
from server.access.may import Refused, may
from server.access.viewer import Caller
from server.api.call import needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Id, Shown, ShownTime
from server.stream_state import Word

streams = APIBlueprint("streams", __name__)


class StreamQuery(Body):
    """For which incident the camera is looked at: the basis is the same as for playback."""

    incident_id: Id


class ShownStream(Shown):
    """One word, the age of the newest picture in seconds, and why. The event `stream` says the same."""

    camera_id: str
    state: Word
    age_s: float | None
    reason: str | None
    step: str
    frozen: bool
    picture_at: ShownTime | None
    at: ShownTime


@streams.get("/v1/streams/<id:camera_id>")
@needs(clients=True)
@refuses(*errors.PlaybackRefused.__subclasses__())
@streams.input(StreamQuery, location="query")
@streams.output(ShownStream)
def shown(camera_id: str, query_data: StreamQuery, caller: Caller) -> ShownStream:
    """Show how the stream of a camera fares that the caller may watch for this incident."""
    now, incident_id = deps().now(), query_data.incident_id
    with deps().read() as session:
        known = facts.about(session, caller.viewer, camera_id=camera_id, incident_id=incident_id, hold=False)
        decision = may(caller.viewer, known, now=now)
        if isinstance(decision, Refused):
            detail = playback.REFUSALS[decision.why.code]
            raise decision.why(detail, camera_id=camera_id, incident_id=incident_id)
        told, at = core.states(session, [camera_id], now=now)
    return ShownStream(camera_id=camera_id, at=at, **asdict(told[camera_id]))
