"""The centres' face: a switch that stops showing a camera, or all of them, to everybody."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access import blackouts as core
from server.access.blackouts import Scope
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Shown
from server.models import Role

blackouts = APIBlueprint("blackouts", __name__)


class Switch(Body):
    """On: nobody sees it. The reason is kept with the order."""

    on: bool
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]


class ShownSwitch(Shown):
    """How the switch stands now."""

    centre_id: str
    camera_id: str | None
    on: bool


@blackouts.put("/v1/cameras/<id:camera_id>/blackout")
@needs(Role.SUPERVISOR)
@refuses(errors.CentreNotYours)
@blackouts.input(Switch)
@blackouts.output(ShownSwitch)
def of_camera(camera_id: str, json_data: Switch, caller: Caller) -> Response:
    """Stop showing a camera of one's own centre to everybody, or show it again."""

    def act(session: Session) -> Answer:
        return _set(session, caller, core.of_camera(session, caller, camera_id), json_data), 200

    return change(caller, act)


@blackouts.put("/v1/centres/<id:centre_id>/blackout")
@needs(Role.SUPERVISOR)
@refuses(errors.CentreNotYours)
@blackouts.input(Switch)
@blackouts.output(ShownSwitch)
def of_centre(centre_id: str, json_data: Switch, caller: Caller) -> Response:
    """Stop showing every camera of one's own centre to everybody, or show them again."""

    def act(session: Session) -> Answer:
        return _set(session, caller, core.of_centre(session, caller, centre_id), json_data), 200

    return change(caller, act)


def _set(session: Session, caller: Caller, scope: Scope, switch: Switch) -> ShownSwitch:
    if switch.on:
        core.order(session, caller, scope, switch.reason, now=deps().now())
    else:
        core.lift(session, caller, scope, now=deps().now())
    return ShownSwitch(centre_id=scope.centre_id, camera_id=scope.camera_id, on=switch.on)
