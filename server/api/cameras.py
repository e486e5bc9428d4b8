"""The cameras' face, for those who look after them: what there is, and putting one in or changing it."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.camera_body import ListedCamera, ListedCameras, RegisteredCamera, ShownCamera
from server.api.deps import deps
from server.api.paging import PageQuery, page
from server.audit.log import Tag, record
from server.cameras import inventory
from server.models import Camera, Role

cameras = APIBlueprint("cameras", __name__)

REGISTERED: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    201: {
        "description": "The camera is new",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ShownCamera"}}},
    }
}


@cameras.get("/v1/cameras")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CursorInvalid)
@cameras.input(PageQuery, location="query")
@cameras.output(ListedCameras)
def listed(query_data: PageQuery, caller: Caller) -> ListedCameras:
    """List the centre's cameras; to the province's administrators all of them."""
    found = select(Camera)
    if not caller.viewer.runs_province:
        found = found.where(Camera.centre_id == caller.viewer.centre_id)
    with deps().read() as session:
        rows, cursor = page(session, found, Camera.id, query_data)
        return ListedCameras(items=[ListedCamera.model_validate(row) for row in rows], next_cursor=cursor)


@cameras.get("/v1/cameras/<id:camera_id>")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CameraUnknown)
@cameras.output(ShownCamera)
def shown(camera_id: str, caller: Caller) -> ShownCamera:
    """Show what is registered about a camera, without its password."""
    with deps().read() as session:
        row = session.get(Camera, camera_id)
        if row is None or not caller.viewer.administers_centre(row.centre_id):
            raise errors.CameraUnknown("there is no such camera", camera_id=camera_id)
        return ShownCamera.of(row)


@cameras.put("/v1/cameras/<id:camera_id>")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CentreUnknown, errors.CentreNotYours, errors.PositionOutsideKorea)
@refuses(*errors.CameraInvalid.__subclasses__())
@cameras.input(RegisteredCamera)
@cameras.output(ShownCamera)
@cameras.doc(responses=REGISTERED)
def registered(camera_id: str, json_data: RegisteredCamera, caller: Caller) -> Response:
    """Register a camera, or replace what is registered about it. With ``enabled: false`` it is retired."""

    def act(session: Session) -> Answer:
        wish, mine = json_data.registration(), caller.viewer.administers_centre
        done = inventory.register(session, deps().vault, camera_id, wish, mine=mine)
        tag = Tag.CAMERA_REGISTERED if done.is_new else Tag.CAMERA_CHANGED
        subject = {"camera": camera_id, "centre": done.camera.centre_id, "changed": done.changed}
        record(session, tag, caller.actor, now=deps().now(), **subject)
        return ShownCamera.of(done.camera), 201 if done.is_new else 200

    return change(caller, act)
