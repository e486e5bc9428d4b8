"""What a camera says of itself, beside what is registered about it."""

from datetime import datetime
from typing import Any

from goldentime.address import segment
from goldentime.answers import Answer, Spot
from goldentime.api import Api
from goldentime.ptz import Preset


class FoundProfile(Answer):
    """A stream of the camera; ``elsewhere`` where its address is not the camera's own."""

    token: str
    name: str
    path: str | None
    elsewhere: str | None
    codec: str | None
    width_px: int | None
    height_px: int | None
    fps: float | None
    bitrate_bps: int | None
    gop_frames: int | None


class Found(Answer):
    """What the camera said."""

    profiles: list[FoundProfile]
    position: Spot | None
    heading_deg: float | None
    ptz: bool
    presets: list[Preset]


class Difference(Answer):
    """One thing that is not as it is registered."""

    field: str
    registered: Any
    found: Any


class Discovered(Answer):
    """The newest answer of a camera; ``waiting`` while it is being asked."""

    camera_id: str
    waiting: bool
    wanted_at: datetime | None
    found_at: datetime | None
    outcome: str | None
    found: Found | None
    differences: list[Difference]


class Discovery:
    """``/v1/cameras/{id}/discovery``, at the server's management address."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ask(self, camera_id: str) -> Discovered:
        """Have a camera asked by ONVIF for its streams, place and presets; ``read`` has the answer later."""
        return self._api.get(Discovered, "POST", f"/v1/cameras/{segment(camera_id)}/discovery")

    def read(self, camera_id: str) -> Discovered:
        """What it said, and where that is not what is registered."""
        return self._api.get(Discovered, "GET", f"/v1/cameras/{segment(camera_id)}/discovery")
