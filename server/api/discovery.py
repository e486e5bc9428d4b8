"""Asking a camera what it is by ONVIF, and showing that beside what is registered. It changes nothing by itself."""

from typing import Any, Self

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Shown, ShownTime
from server.centres import discovery as core
from server.models import Camera, Discovery, DiscoveryWish, Role

discovery = APIBlueprint("discovery", __name__)


class FoundProfile(Shown):
    """A stream as the camera tells of it. ``elsewhere``: the other host it names for it, which nobody contacts."""

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


class FoundPosition(Shown):
    """Where the camera says it stands, WGS 84."""

    lat: float
    lon: float


class FoundPreset(Shown):
    """A place the camera can be sent to."""

    token: str
    name: str


class Found(Shown):
    """What the camera said of itself; null: it does not say."""

    profiles: list[FoundProfile]
    position: FoundPosition | None
    heading_deg: float | None
    ptz: bool
    presets: list[FoundPreset]


class Difference(Shown):
    """A field as PUT takes it, what is registered, and what the camera says (null: it has none)."""

    field: str
    registered: Any
    found: Any


class ShownDiscovery(Shown):
    """``waiting``: an answer is still to come. ``outcome`` is ``found``, or why nothing was (null: never asked)."""

    camera_id: str
    waiting: bool
    wanted_at: ShownTime | None
    found_at: ShownTime | None
    outcome: str | None
    found: Found | None
    differences: list[Difference]

    @classmethod
    def of(cls, session: Session, camera: Camera) -> Self:
        """What is known of that camera now."""
        wish, done = session.get(DiscoveryWish, camera.id), session.get(Discovery, camera.id)
        found = done.found if done else None
        return cls(
            camera_id=camera.id,
            waiting=core.waits(wish, done, now=deps().now()),
            wanted_at=wish.wanted_at if wish else None,
            found_at=done.found_at if done else None,
            outcome=done.outcome if done else None,
            found=Found.model_validate(found) if found else None,
            differences=[Difference(**one) for one in core.differences(camera, found)] if found else [],
        )


@discovery.post("/v1/cameras/<id:camera_id>/discovery")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CameraUnknown, errors.DiscoveryUnable)
@discovery.output(ShownDiscovery, 202)
def wanted(camera_id: str, caller: Caller) -> Response:
    """Have a camera asked by ONVIF for its streams, place and presets; look again for the answer."""

    def act(session: Session) -> Answer:
        camera = core.camera(session, camera_id, mine=caller.viewer.administers_centre)
        core.want(session, caller, camera, now=deps().now())
        session.flush()
        return ShownDiscovery.of(session, camera), 202

    return change(caller, act)


@discovery.get("/v1/cameras/<id:camera_id>/discovery")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CameraUnknown)
@discovery.output(ShownDiscovery)
def shown(camera_id: str, caller: Caller) -> ShownDiscovery:
    """Show what a camera said of itself, and where that is not what is registered; PUT the camera to take it over."""
    with deps().read() as session:
        return ShownDiscovery.of(session, core.camera(session, camera_id, mine=caller.viewer.administers_centre))
