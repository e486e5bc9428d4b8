"""Steering a camera while one watches it: take it, move it, let it go. It returns to its preset by itself."""

from typing import Annotated, Any, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Shown, ShownTime, Whole
from server.centres import ptz as core
from server.models import Camera, PtzHold, PtzState, Role

ptz = APIBlueprint("steering", __name__)

Speed = Annotated[float, Field(ge=-1, le=1, description="share of the camera's speed; right, up and in are positive")]
STEERS = (Role.OFFICER, Role.DISPATCHER, Role.SUPERVISOR)


class NewHold(Body):
    """For which open incident the camera is steered, why, and for how long; ask again to keep it."""

    incident_id: Id
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    seconds: Annotated[Whole, Field(ge=1, le=core.LONGEST_S)] = 30


class Move(Body):
    """To one of its presets, or in a direction for at most two seconds."""

    preset: Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)] | None = None
    pan: Speed = 0.0
    tilt: Speed = 0.0
    zoom: Speed = 0.0
    duration_ms: Annotated[Whole, Field(ge=100, le=2000)] = 500

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.preset is None) != bool(self.pan or self.tilt or self.zoom):
            raise ValueError("send preset, or pan, tilt or zoom")
        return self


class ShownPreset(Shown):
    """A place the camera can be sent to."""

    token: str
    name: str


class ShownHold(Shown):
    """A hold. ``done`` is the newest move the camera was sent, ``outcome`` what it said (null: nothing yet)."""

    id: str
    camera_id: str
    incident_id: str
    until: ShownTime
    moves: int
    done: int
    outcome: str | None
    away: bool
    presets: list[ShownPreset]

    @classmethod
    def of(cls, session: Session, row: PtzHold) -> Self:
        """The hold as its holder sees it."""
        camera, state = session.get_one(Camera, row.camera_id), session.get(PtzState, row.camera_id)
        mine = state if state is not None and state.hold_id == row.id else None
        return cls(
            **{name: getattr(row, name) for name in ("id", "camera_id", "incident_id", "until")},
            moves=row.seq,
            done=mine.seq if mine else 0,
            outcome=mine.outcome if mine else None,
            away=bool(state and state.away),
            presets=[ShownPreset(**one) for one in camera.ptz_presets],
        )


@ptz.post("/v1/cameras/<id:camera_id>/ptz")
@needs(*STEERS)
@refuses(errors.PtzNotWatching, errors.PtzNotAllowed, errors.PtzUnable, errors.PtzHeld)
@refuses(*errors.PlaybackRefused.__subclasses__())
@ptz.input(NewHold)
@ptz.output(ShownHold, 201)
@ptz.doc(responses={200: "Held for longer"})
def taken(camera_id: str, json_data: NewHold, caller: Caller) -> Response:
    """Steer a camera that one watches for an incident, for a minute at most; again, to keep it."""
    need = core.Need(**json_data.model_dump())

    def act(session: Session) -> Answer:
        held, is_new = core.hold(session, caller, camera_id, need, now=deps().now())
        session.flush()
        return ShownHold.of(session, held), 201 if is_new else 200

    return change(caller, act)


@ptz.get("/v1/cameras/<id:camera_id>/ptz")
@needs(*STEERS)
@refuses(errors.PtzNotHeld)
@ptz.output(ShownHold)
def shown(camera_id: str, caller: Caller) -> ShownHold:
    """Show one's own hold: what the camera was sent, and what it said."""
    with deps().read() as session:
        return ShownHold.of(session, core.own(session, caller.viewer, camera_id, now=deps().now()))


@ptz.post("/v1/cameras/<id:camera_id>/ptz/moves")
@needs(*STEERS)
@refuses(errors.PtzNotHeld, errors.PtzPresetUnknown, errors.PtzNotWatching)
@refuses(*errors.PlaybackRefused.__subclasses__())
@ptz.input(Move)
@ptz.output(ShownHold, 202)
def moved(camera_id: str, json_data: Move, caller: Caller) -> Response:
    """Have a camera that one holds moved. Of several moves at once the newest counts."""
    wish: dict[str, Any] = json_data.model_dump(exclude={"preset"})
    if json_data.preset is not None:
        wish = {"preset": json_data.preset}

    def act(session: Session) -> Answer:
        return ShownHold.of(session, core.move(session, caller, camera_id, wish, now=deps().now())), 202

    return change(caller, act)


@ptz.delete("/v1/cameras/<id:camera_id>/ptz")
@needs(*STEERS)
@refuses(errors.PtzNotHeld)
@ptz.doc(responses={204: "Given back"})
def released(camera_id: str, caller: Caller) -> Response:
    """Let a camera go that one holds: it returns to its preset."""

    def act(session: Session) -> Answer:
        core.release(session, caller, camera_id, now=deps().now())
        return None, 204

    return change(caller, act)
