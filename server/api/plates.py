"""The readers' face, and what their hits look like to the room: the read, the track, the units that could come."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.paging import PageQuery, page
from server.api.plate_body import (
    NewReads,
    OfferedUnit,
    OfferedUnits,
    ReadOutcome,
    ReadOutcomes,
    ShownHit,
    ShownTrack,
    Verdict,
)
from server.incidents import find, nearest
from server.incidents.services import POLICIES
from server.models import PlateHit, Role, Verification
from server.plates import hits, watch
from server.plates import reads as core
from server.plates.reads import Outcome

plates = APIBlueprint("plates", __name__)
ROOM = (Role.DISPATCHER, Role.SUPERVISOR)
JPEG: dict[str, Any] = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
CROP: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "The picture of the plate", "content": JPEG}
}


@plates.post("/v1/plate-reads")
@needs(Role.OFFICER, Role.SUPERVISOR, clients=True)
@refuses(errors.CentreNotYours, errors.CameraUnknown)
@refuses(errors.PlateInvalid, errors.PlateCropInvalid, errors.PlateReadFromFuture, errors.PlateReadTooOld)
@plates.input(NewReads)
@plates.output(ReadOutcomes)
def reads(json_data: NewReads, caller: Caller) -> Response:
    """Tell what the readers of one's own centre saw: one read, or up to 200, each taken or refused by itself.

    A body has 64 KiB: reads with a picture come a few at a time.
    """
    given = deps()
    batch = json_data.batch(given.keys.seal)  # before the write lock is taken

    def act(session: Session) -> Answer:
        outcomes = core.accept(session, caller, given.readers, batch, now=given.now())
        if json_data.single and (refusal := outcomes[0].refusal):
            raise refusal
        return _told(outcomes), 200

    return change(caller, act)


def _told(outcomes: list[Outcome]) -> ReadOutcomes:
    results = [
        ReadOutcome(
            status=one.status,
            code=one.refusal.code if one.refusal else None,
            detail=str(one.refusal) if one.refusal else None,
            field=one.refusal.extension.get("field") if one.refusal else None,
        )
        for one in outcomes
    ]
    counts = {status: sum(one.status == status for one in outcomes) for status in ("accepted", "repeated", "refused")}
    return ReadOutcomes(**counts, results=results)


@plates.get("/v1/plate-hits/<id:plate_hit_id>")
@needs(*ROOM, clients=True)
@refuses(errors.PlateHitUnknown)
@plates.output(ShownHit)
def hit(plate_hit_id: str, caller: Caller) -> ShownHit:
    """Show a hit: what was read where, and that a person has to look."""
    with deps().read() as session:
        return ShownHit.of(hits.of_room(session, caller.viewer, plate_hit_id))


@plates.get("/v1/plate-hits/<id:plate_hit_id>/crop")
@needs(*ROOM)
@refuses(errors.PlateHitUnknown)
@plates.doc(responses=CROP)
def crop(plate_hit_id: str, caller: Caller) -> Response:
    """See the picture of the plate of a hit. Each look is recorded."""
    given = deps()
    with given.transaction() as session:
        found = hits.of_room(session, caller.viewer, plate_hit_id)
        data = hits.crop(session, caller, given.keys, found, now=given.now())
    return Response(data, mimetype="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})


@plates.patch("/v1/plate-hits/<id:plate_hit_id>")
@needs(*ROOM)
@refuses(errors.PlateHitUnknown)
@plates.input(Verdict)
@plates.output(ShownHit)
def verify(plate_hit_id: str, json_data: Verdict, caller: Caller) -> Response:
    """Say what is to be seen in the picture of the plate."""

    def act(session: Session) -> Answer:
        found = hits.of_room(session, caller.viewer, plate_hit_id, hold=True)
        seen = Verification.CONFIRMED if json_data.confirmed else Verification.WRONG
        hits.verify(session, caller, found, seen, now=deps().now())
        return ShownHit.of(found), 200

    return change(caller, act)


@plates.get("/v1/wanted-vehicles/<id:wanted_vehicle_id>/track")
@needs(*ROOM, clients=True)
@refuses(errors.WantedVehicleUnknown, errors.CursorInvalid)
@plates.input(PageQuery, location="query")
@plates.output(ShownTrack)
def track(wanted_vehicle_id: str, query_data: PageQuery, caller: Caller) -> ShownTrack:
    """Follow a vehicle from read to read."""
    with deps().read() as session:
        vehicle = watch.of_room(session, caller.viewer, wanted_vehicle_id)
        found = select(PlateHit).where(PlateHit.wanted_vehicle_id == vehicle.id)
        rows, cursor = page(session, found, PlateHit.number, query_data)
        return ShownTrack(items=[ShownHit.of(row) for row in rows], next_cursor=cursor)


@plates.get("/v1/incidents/<id:incident_id>/units")
@needs(*ROOM, clients=True)
@refuses(errors.IncidentUnknown, errors.IncidentClosed)
@plates.output(OfferedUnits)
def offered(incident_id: str, caller: Caller) -> OfferedUnits:
    """List the nearest units that could be sent to an open incident of the room, and where those are that were."""
    now = deps().now()
    with deps().read() as session:
        incident = find.still_open(session, caller.viewer, incident_id, now=now)
        place = (incident.lat, incident.lon)
        offers = nearest.units(session, place, POLICIES[incident.service].units, now=now)
        coming = nearest.underway(session, incident, now=now)
        return OfferedUnits(
            units=[OfferedUnit.of(one) for one in offers], underway=[OfferedUnit.of(one) for one in coming]
        )
