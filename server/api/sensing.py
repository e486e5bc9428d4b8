"""The centres' face for their analytics: messages in, events to look at, incidents of them by rule or by a person."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.paging import page
from server.api.sensor_body import (
    NewSensorEvents,
    NewSensorIncident,
    RaisedIncident,
    SensorOutcomes,
    SensorQuery,
    SensorRules,
    ShownRules,
    ShownSensorEvent,
    ShownSensorEvents,
)
from server.models import Role, SensorEvent
from server.sensing import events, raising, rules

sensing = APIBlueprint("sensing", __name__)

ALREADY: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "It was one already",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RaisedIncident"}}},
    }
}


@sensing.post("/v1/sensor-events")
@needs(Role.SUPERVISOR, clients=True)
@refuses(errors.CentreNotYours, errors.CameraUnknown)
@refuses(errors.SensorTopicUnknown, errors.SensorEventFromFuture, errors.SensorEventTooOld)
@sensing.input(NewSensorEvents)
@sensing.output(SensorOutcomes)
def told(json_data: NewSensorEvents, caller: Caller) -> Response:
    """Tell what the analytics of one's own centre see: one message, or up to 200, each taken or refused by itself."""

    def act(session: Session) -> Answer:
        given = deps()
        outcomes = events.accept(session, caller, given.sensor_events_kept, json_data.batch(), now=given.now())
        if json_data.single and (refusal := outcomes[0].refusal):
            raise refusal
        return SensorOutcomes.of(outcomes), 200

    return change(caller, act)


@sensing.get("/v1/sensor-events")
@needs(Role.OFFICER, Role.SUPERVISOR, clients=True)
@refuses(errors.CentreNotYours, errors.CursorInvalid)
@sensing.input(SensorQuery, location="query")
@sensing.output(ShownSensorEvents)
def listed(query_data: SensorQuery, caller: Caller) -> ShownSensorEvents:
    """List what the analytics of one's own centre have seen lately."""
    with deps().read() as session:
        centre_id = events.centre_of(session, caller)
        found = select(SensorEvent).where(SensorEvent.centre_id == centre_id, events.is_kept(deps().now()))
        if query_data.camera_id is not None:
            found = found.where(SensorEvent.camera_id == query_data.camera_id)
        if query_data.kind is not None:
            found = found.where(SensorEvent.kind == query_data.kind)
        if query_data.about is not None:
            found = found.where(events.is_of_camera() if query_data.about == "camera" else ~events.is_of_camera())
        rows, cursor = page(session, found, SensorEvent.number, query_data, last_first=query_data.newest_first)
        return ShownSensorEvents(items=[ShownSensorEvent.of(row) for row in rows], next_cursor=cursor)


@sensing.post("/v1/sensor-events/<id:sensor_event_id>/incident")
@needs(Role.OFFICER, Role.SUPERVISOR)
@refuses(errors.CentreNotYours, errors.SensorEventUnknown, errors.RoomUnknown)
@sensing.input(NewSensorIncident)
@sensing.output(RaisedIncident, 201)
@sensing.doc(responses=ALREADY)
def raised(sensor_event_id: str, json_data: NewSensorIncident, caller: Caller) -> Response:
    """Report to a room what one has looked at; an event is one incident at most."""

    def act(session: Session) -> Answer:
        now = deps().now()
        event = raising.of_centre(session, events.centre_of(session, caller), sensor_event_id, now=now)
        new = raising.by_person(session, caller, event, json_data.wish(), now=now)
        if new:
            events.tell(session, event, now=now)
        return RaisedIncident(event_id=event.id, incident_id=event.incident_id or ""), 201 if new else 200

    return change(caller, act)


@sensing.get("/v1/centres/<id:centre_id>/sensor-rules")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CentreUnknown)
@sensing.output(ShownRules)
def rules_shown(centre_id: str, caller: Caller) -> ShownRules:
    """Read which kinds of event become incidents by themselves."""
    with deps().read() as session:
        rules.centre(session, caller, centre_id)
        return ShownRules.of(centre_id, rules.of_centre(session, centre_id))


@sensing.put("/v1/centres/<id:centre_id>/sensor-rules")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CentreUnknown, errors.RoomUnknown)
@sensing.input(SensorRules)
@sensing.output(ShownRules)
def rules_settled(centre_id: str, json_data: SensorRules, caller: Caller) -> Response:
    """Say which kinds of event become incidents by themselves from now on, in which room."""

    def act(session: Session) -> Answer:
        rows = rules.settle(session, caller, centre_id, json_data.wishes(), now=deps().now())
        return ShownRules.of(centre_id, rows), 200

    return change(caller, act)
