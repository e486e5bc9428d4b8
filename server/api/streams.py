"""The streams' face: how the stream of one camera fares, for those who may watch it now."""

from dataclasses import asdict

from apiflask import APIBlueprint

from server import errors
from server import streams as core
from server.access import playback
from server.access.playback import Wish
from server.access.viewer import Caller
from server.api.call import needs, refuses
from server.api.deps import deps
from server.api.fields import By, Shown, ShownTime
from server.stream_state import Word

streams = APIBlueprint("streams", __name__)


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
@streams.input(By, location="query")
@streams.output(ShownStream)
def shown(camera_id: str, query_data: By, caller: Caller) -> ShownStream:
    """Show how the stream of a camera fares that the caller may watch by this incident, grant or centre."""
    now, wish = deps().now(), Wish(camera_id, **query_data.model_dump())
    with deps().read() as session:
        known = playback.about(session, caller.viewer, wish, hold=False)
        playback.allowed(caller.viewer, known, wish, now=now)
        told, at = core.states(session, [camera_id], now=now)
    return ShownStream(camera_id=camera_id, at=at, **asdict(told[camera_id]))
