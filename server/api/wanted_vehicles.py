"""The rooms' face for 수배차량: what is looked for, and looking plates up. Both state why, and are recorded."""

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses, unrepeated
from server.api.deps import deps
from server.api.lookup_body import LookupAnswer, NewLookup, ShownLookup, ShownLookups
from server.api.paging import PageQuery, page
from server.api.plate_body import NewWanted, ShownWanted, ShownWantedList, WantedRenewal
from server.audit.log import Tag, record
from server.models import PlateLookup, Role, WantedVehicle
from server.plates import lookup, reads, watch

wanted_vehicles = APIBlueprint("wanted", __name__)


@wanted_vehicles.post("/v1/wanted-vehicles")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.ServiceNotAllowed, errors.PlateInvalid, errors.WantedTimeInvalid, errors.WantedVehicleAlready)
@wanted_vehicles.input(NewWanted)
@wanted_vehicles.output(ShownWanted, 201)
def enter(json_data: NewWanted, caller: Caller) -> Response:
    """Look for a vehicle; reads of the last minutes count as well."""

    def act(session: Session) -> Answer:
        now = deps().now()
        vehicle = watch.add(session, caller, json_data.wish(), now=now)
        reads.of_the_past(session, caller, vehicle, now=now)
        return ShownWanted.of(vehicle, now), 201

    return change(caller, act)


@wanted_vehicles.get("/v1/wanted-vehicles")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.ServiceNotAllowed, errors.CursorInvalid)
@wanted_vehicles.input(PageQuery, location="query")
@wanted_vehicles.output(ShownWantedList)
def listed(query_data: PageQuery, caller: Caller) -> ShownWantedList:
    """List what the caller's room looks for now."""
    now = deps().now()
    with deps().transaction() as session:
        watch.must_look_for_vehicles(caller.viewer)
        found = watch.wanted_by(caller.viewer.agency_id, now)
        rows, cursor = page(session, found, WantedVehicle.id, query_data)
        record(session, Tag.VEHICLES_LISTED, caller.actor, now=now, agency=caller.viewer.agency_id)
        return ShownWantedList(items=[ShownWanted.of(row, now) for row in rows], next_cursor=cursor)


@wanted_vehicles.patch("/v1/wanted-vehicles/<id:wanted_vehicle_id>")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.WantedVehicleUnknown, errors.WantedVehicleOver, errors.WantedTimeInvalid)
@wanted_vehicles.input(WantedRenewal)
@wanted_vehicles.output(ShownWanted)
def renew(wanted_vehicle_id: str, json_data: WantedRenewal, caller: Caller) -> Response:
    """Go on looking for it, and say why."""

    def act(session: Session) -> Answer:
        now = deps().now()
        vehicle = watch.of_room(session, caller.viewer, wanted_vehicle_id, hold=True)
        watch.renew(session, caller, vehicle, json_data.renewal(), now=now)
        return ShownWanted.of(vehicle, now), 200

    return change(caller, act)


@wanted_vehicles.delete("/v1/wanted-vehicles/<id:wanted_vehicle_id>")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.WantedVehicleUnknown)
@wanted_vehicles.output({}, 204)
def end(wanted_vehicle_id: str, caller: Caller) -> Response:
    """Stop looking for it."""

    def act(session: Session) -> Answer:
        vehicle = watch.of_room(session, caller.viewer, wanted_vehicle_id, hold=True)
        watch.end(session, caller, vehicle, now=deps().now())
        return None, 204

    return change(caller, act)


@wanted_vehicles.post("/v1/plate-lookups")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@unrepeated
@refuses(errors.ServiceNotAllowed, errors.PlateInvalid, errors.LookupTooBroad)
@wanted_vehicles.input(NewLookup)
@wanted_vehicles.output(LookupAnswer)
def look_up(json_data: NewLookup, caller: Caller) -> LookupAnswer:
    """Look a plate up, or a part of it. Asking again is another look-up and recorded, whatever its Idempotency-Key."""
    now = deps().now()
    with deps().transaction() as session:  # not change: what was found would be kept, to be read again unrecorded
        return LookupAnswer.of(lookup.ask(session, caller, json_data.question(), now=now), now)


@wanted_vehicles.get("/v1/plate-lookups")
@needs(Role.AUDITOR)
@refuses(errors.CursorInvalid)
@wanted_vehicles.input(PageQuery, location="query")
@wanted_vehicles.output(ShownLookups)
def lookups(query_data: PageQuery, caller: Caller) -> ShownLookups:
    """Read who looked which plates up, and why."""
    with deps().transaction() as session:
        rows, cursor = page(session, lookup.visible(caller.viewer.scope), PlateLookup.number, query_data)
        record(session, Tag.AUDIT_READ, caller.actor, now=deps().now(), ledger="plate_lookups")
        return ShownLookups(items=[ShownLookup.of(row) for row in rows], next_cursor=cursor)
