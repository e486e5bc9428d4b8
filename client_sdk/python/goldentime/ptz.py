"""Steering a camera that one watches."""

from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given


class Preset(Answer):
    """A place the camera knows."""

    token: str
    name: str


class Hold(Answer):
    """Who holds a camera steers it; ``moves`` were sent, ``done`` of them the camera took."""

    id: str
    camera_id: str
    incident_id: str
    until: datetime
    moves: int
    done: int
    outcome: str | None
    away: bool
    presets: list[Preset]


class Ptz:
    """``/v1/cameras/{id}/ptz``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def take(self, camera_id: str, incident_id: str, *, reason: str, seconds: int = 30) -> Hold:
        """Hold a camera that one watches for an incident, for a minute at most; again, to keep it."""
        body = {"incident_id": incident_id, "reason": reason, "seconds": seconds}
        return self._api.get(Hold, "POST", f"/v1/cameras/{segment(camera_id)}/ptz", body)

    def read(self, camera_id: str) -> Hold:
        """One's own hold: what the camera was sent, and what it said."""
        return self._api.get(Hold, "GET", f"/v1/cameras/{segment(camera_id)}/ptz")

    def move(
        self,
        camera_id: str,
        *,
        pan: float | None = None,
        tilt: float | None = None,
        zoom: float | None = None,
        duration_ms: int | None = None,
        preset: str | None = None,
    ) -> Hold:
        """Move it: shares of its speed, -1..1, right, up and in positive, for 100..2000 ms; or to a preset."""
        body = given({"pan": pan, "tilt": tilt, "zoom": zoom, "duration_ms": duration_ms, "preset": preset})
        return self._api.get(Hold, "POST", f"/v1/cameras/{segment(camera_id)}/ptz/moves", body)

    def release(self, camera_id: str) -> None:
        """Let it go: it returns to its preset."""
        self._api.call("DELETE", f"/v1/cameras/{segment(camera_id)}/ptz")
