"""The face for 사회적 약자: devices' alerts come in by machines, and people look, escalate and end them."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses, takes
from server.api.deps import deps
from server.api.paging import page
from server.api.person_body import (
    AlertCamera,
    AlertEnd,
    AlertInFull,
    AlertQuery,
    AlertReceipt,
    AlertStanding,
    NewAlert,
    NewAlertPosition,
    NewEscalation,
    ShownAlert,
    ShownAlerts,
)
from server.models import Camera, PersonAlert, Role
from server.persons import alerts, around, pictures, rooms, seen
from server.persons.photo import media_type
from server.persons.pictures import Picture
from server.persons.rooms import Wish

persons = APIBlueprint("persons", __name__)

ALERTS = "/v1/vulnerable-persons/alerts"
PEOPLE = (Role.OFFICER, Role.SUPERVISOR, Role.DISPATCHER)
Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]
KNOWN: Responses = {
    200: {
        "description": "It is known already, or its device has an alert that goes on, which has moved.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AlertReceipt"}}},
    }
}
PICTURE = {"schema": {"type": "string", "format": "binary"}}
PHOTO: Responses = {200: {"description": "The photo", "content": {"image/jpeg": PICTURE, "image/png": PICTURE}}}
BODY_MOST = 256 * 1024  # nginx lets as much through for a photo; what is too large for one is told as that


@persons.post(ALERTS)
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.ServiceNotAllowed, errors.AlertConflict, errors.PositionOutsideKorea, errors.AlertTimeInvalid)
@persons.input(NewAlert)
@persons.output(AlertReceipt, 201)
@persons.doc(responses=KNOWN)
def told(json_data: NewAlert, caller: Caller) -> Response:
    """Tell that a device's wearer asks for help or has left the safe zone. Once, however often it is sent."""

    def act(session: Session) -> Answer:
        alert, new = alerts.take(session, caller, deps().keys, json_data.told(), now=deps().now())
        return AlertReceipt.of(alert), 201 if new else 200

    return change(caller, act)


@persons.post(f"{ALERTS}/<id:alert_id>/positions")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.ServiceNotAllowed, errors.AlertUnknown, errors.AlertOver)
@refuses(errors.PositionOutsideKorea, errors.AlertTimeInvalid)
@persons.input(NewAlertPosition)
@persons.output(AlertReceipt)
def moved(alert_id: str, json_data: NewAlertPosition, caller: Caller) -> Response:
    """Say where the device is; the cameras follow. A late position changes nothing."""

    def act(session: Session) -> Answer:
        alert = alerts.of_sender(session, caller.viewer, alert_id)
        alerts.move(session, caller, alert, json_data.fix(), now=deps().now())
        return AlertReceipt.of(alert), 200

    return change(caller, act)


@persons.put(f"{ALERTS}/<id:alert_id>/photo")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.ServiceNotAllowed, errors.AlertUnknown, errors.AlertOver, errors.AlertPhotoInvalid)
@takes("image/jpeg")
@persons.output(AlertReceipt)
def pictured(alert_id: str, caller: Caller) -> Response:
    """Add the person's photo to an alert that goes on: a JPEG or PNG of at most 200 kB, in the place of an earlier."""
    request.max_content_length = BODY_MOST
    data, keys = request.get_data(), deps().keys
    picture = Picture(media_type(data), keys.seal(data))

    def act(session: Session) -> Answer:
        alert = alerts.of_sender(session, caller.viewer, alert_id)
        pictures.keep(session, caller, alert, picture, now=deps().now())
        return AlertReceipt.of(alert), 200

    return change(caller, act)


@persons.get(ALERTS)
@needs(*PEOPLE)
@refuses(errors.CursorInvalid)
@persons.input(AlertQuery, location="query")
@persons.output(ShownAlerts)
def listed(query_data: AlertQuery, caller: Caller) -> ShownAlerts:
    """List the alerts that go on, of one's own centre or room, or that one's room works on; or one's own past ones."""
    given, viewer = deps(), caller.viewer
    found = seen.over(viewer, given.alerts_kept, now=given.now()) if query_data.over else seen.listed(viewer)
    with given.read() as session:
        rows, cursor = page(session, found, PersonAlert.id, query_data)
        return ShownAlerts(items=[ShownAlert.of(row) for row in rows], next_cursor=cursor)


@persons.get(f"{ALERTS}/<id:alert_id>")
@needs(*PEOPLE)
@refuses(errors.AlertUnknown)
@persons.output(AlertInFull)
def shown(alert_id: str, caller: Caller) -> AlertInFull:
    """Read an alert one works on, with the person, the guardian and the cameras around. Each reading is recorded."""
    given, now = deps(), deps().now()
    with given.transaction() as session:
        alert = seen.readable(session, caller.viewer, alert_id, given.alerts_kept, now=now)
        people = seen.people(session, caller, given.keys, alert, now=now)
        cameras = [camera.model_dump() for camera in _cameras(session, alert)]
        return AlertInFull.model_validate(AlertInFull.known(alert) | people | {"cameras": cameras})


@persons.get(f"{ALERTS}/<id:alert_id>/photo")
@needs(*PEOPLE)
@refuses(errors.AlertUnknown)
@persons.doc(responses=PHOTO)
def photo(alert_id: str, caller: Caller) -> Response:
    """See the photo of an alert one works on. Each look is recorded."""
    given, now = deps(), deps().now()
    with given.transaction() as session:
        alert = seen.readable(session, caller.viewer, alert_id, given.alerts_kept, now=now)
        data, kind = seen.photo(session, caller, given.keys, alert, now=now)
    return Response(data, mimetype=kind, headers={"X-Content-Type-Options": "nosniff"})


@persons.post(f"{ALERTS}/<id:alert_id>/escalation")
@needs(*PEOPLE)
@refuses(errors.AlertUnknown, errors.AlertOver, errors.AlertEscalated, errors.RoomUnknown)
@refuses(errors.IncidentClosed, errors.IncidentNotOwned, errors.SharingConflict)
@persons.input(NewEscalation)
@persons.output(AlertStanding)
def escalated(alert_id: str, json_data: NewEscalation, caller: Caller) -> Response:
    """Make it the 112 or 119 room's. One act of a person; saying it again changes nothing."""

    def act(session: Session) -> Answer:
        given, now = deps(), deps().now()
        alert = alerts.held(session, alert_id)
        seen.readable(session, caller.viewer, alert_id, given.alerts_kept, now=now)
        rooms.escalate(session, caller, alert, Wish(json_data.to, json_data.agency_id), now=now)
        return AlertStanding.of(alert), 200

    return change(caller, act)


@persons.patch(f"{ALERTS}/<id:alert_id>")
@needs(*PEOPLE)
@refuses(errors.AlertUnknown, errors.AlertEscalated, errors.IncidentClosed)
@persons.input(AlertEnd)
@persons.output(AlertStanding)
def ended(alert_id: str, json_data: AlertEnd, caller: Caller) -> Response:
    """End it: found, resolved, or a false alarm. Where a room has it, that room's dispatcher does."""

    def act(session: Session) -> Answer:
        given, now = deps(), deps().now()
        alert = alerts.held(session, alert_id)
        seen.readable(session, caller.viewer, alert_id, given.alerts_kept, now=now)
        rooms.end(session, caller, alert, json_data.outcome, now=now)
        return AlertStanding.of(alert), 200

    return change(caller, act)


def _cameras(session: Session, alert: PersonAlert) -> list[AlertCamera]:
    if alert.incident is not None:
        return [AlertCamera.of(one.camera, one) for one in alert.incident.cameras]
    ranked = around.own(session, alert, now=deps().now())
    known = {
        row.id: row for row in session.scalars(select(Camera).where(Camera.id.in_([one.camera_id for one in ranked])))
    }
    return [AlertCamera.of(known[one.camera_id], one) for one in ranked]
