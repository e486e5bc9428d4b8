"""The location centre's face: violations, where their wearers are while they are open, and their end."""

import json
from typing import Annotated, Any, Literal, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, ValidationError
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.ankle import positions as following
from server.ankle import violations as core
from server.ankle.fixes import Fix
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Lat, Location, Lon, Shown, ShownTime, Time, mend
from server.api.incident_body import RankedCamera, ShownDispatch, ShownLocation
from server.models import Incident, Role, Violation, ViolationKind

ankle_monitor = APIBlueprint("ankle", __name__)
BATCH = 60  # a minute of positions
REPEATED: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "The same violation was reported before",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ShownViolation"}}},
    }
}


class NewViolation(Body):
    """What the location centre found, of a wearer that it alone can name."""

    external_id: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    wearer_ref: Annotated[
        str,
        Field(
            max_length=40,
            pattern=r"^[A-Za-z_-]{0,20}[0-9][A-Za-z0-9_-]{0,19}$",
            description="a pseudonym of letters and at least one digit; never a name or a resident number",
        ),
    ]
    kind: Annotated[ViolationKind, Field(strict=False)]
    location: Location
    at: Time
    units: Annotated[list[Id], Field(max_length=20, default_factory=list, description="probation and police units")]

    def found(self) -> core.Found:
        """The violation as the core takes it."""
        own = {name: getattr(self, name) for name in ("external_id", "wearer_ref", "kind", "at", "units")}
        return core.Found(**own, **self.location.model_dump())


class NewFix(Body):
    """Where the wearer was at a time, by the device's clock."""

    lat: Lat
    lon: Lon
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    at: Time


class NewPositions(Body):
    """Positions in the order of their times. Each is taken or refused by itself."""

    positions: Annotated[
        list[dict[str, Any]],
        Field(min_length=1, max_length=BATCH, json_schema_extra={"items": NewFix.model_json_schema()}),
    ]

    def sent(self) -> list[Fix | errors.Refusal]:
        """The positions as the core takes them, and what is wrong with those that are none."""
        return [_fix(one) for one in self.positions]


def _fix(value: dict[str, Any]) -> Fix | errors.Refusal:
    try:
        return Fix(**NewFix.model_validate(value).model_dump())
    except ValidationError as error:
        return mend(error)


class End(Body):
    """That it is over, and why."""

    status: Literal["ended"]
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]


class PositionOutcome(Shown):
    """What became of one position."""

    status: str
    code: str | None = None
    detail: str | None = None
    field: str | None = None

    @classmethod
    def of(cls, outcome: following.Outcome) -> Self:
        """The outcome as it is shown."""
        refusal = outcome.refusal
        if refusal is None:
            return cls(status=outcome.status)
        field = refusal.extension.get("field")
        return cls(status=outcome.status, code=refusal.code, detail=str(refusal), field=field)


class PositionOutcomes(Shown):
    """What became of each position, in the order in which they were sent, and the cameras that show the wearer now."""

    accepted: int
    refused: int
    results: list[PositionOutcome]
    cameras: list[str]


class ShownViolation(Shown):
    """A violation as it stands: the first camera shows the wearer, the next ones will."""

    id: str
    external_id: str
    kind: ViolationKind
    status: str
    wearer_ref: str | None
    location: ShownLocation
    reported_at: ShownTime
    ended_at: ShownTime | None
    cameras: list[RankedCamera]
    dispatches: list[ShownDispatch]

    @classmethod
    def of(cls, incident: Incident, violation: Violation) -> Self:
        """The rows as they are shown."""
        return cls(
            id=incident.id,
            external_id=incident.external_id,
            kind=violation.kind,
            status="open" if incident.closed_at is None else "ended",
            wearer_ref=violation.wearer_ref,
            location=ShownLocation.model_validate(incident),
            reported_at=incident.reported_at,
            ended_at=incident.closed_at,
            cameras=[RankedCamera.of(camera) for camera in incident.cameras],
            dispatches=[ShownDispatch.of(dispatch) for dispatch in incident.dispatches],
        )


@ankle_monitor.post("/v1/ankle-monitor/violations")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.ServiceNotAllowed, errors.IncidentConflict, errors.UnitUnknown, errors.IncidentReserved)
@refuses(errors.PositionOutsideKorea, errors.PositionFromFuture)
@ankle_monitor.input(NewViolation)
@ankle_monitor.output(ShownViolation, 201)
@ankle_monitor.doc(responses=REPEATED)
def report(json_data: NewViolation, caller: Caller) -> Response:
    """Report a violation: its cameras are chosen and its units sent. For the location centre's machine."""

    def act(session: Session) -> Answer:
        incident, is_new = core.report(session, caller, json_data.found(), now=deps().now())
        shown = ShownViolation.of(incident, session.get_one(Violation, incident.id))
        return shown.model_copy(update={"wearer_ref": None}), 201 if is_new else 200

    def reveal(body: bytes) -> bytes:
        """The pseudonym as it came with the call: the answer kept for a repeat outlives the violation."""
        return json.dumps(json.loads(body) | {"wearer_ref": json_data.wearer_ref}, ensure_ascii=False).encode()

    return change(caller, act, reveal=reveal)


@ankle_monitor.post("/v1/ankle-monitor/violations/<id:violation_id>/positions")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.ServiceNotAllowed, errors.IncidentUnknown, errors.IncidentClosed)
@refuses(errors.PositionOutsideKorea, errors.PositionFromFuture, errors.PositionTooOld)
@refuses(errors.PositionOutOfOrder, errors.PositionTooSoon)
@ankle_monitor.input(NewPositions)
@ankle_monitor.output(PositionOutcomes)
def positions(violation_id: str, json_data: NewPositions, caller: Caller) -> Response:
    """Have the cameras follow the wearer of an open violation. Only the newest position is kept, until it ends."""

    def act(session: Session) -> Answer:
        outcomes = following.take(session, caller, violation_id, json_data.sent(), now=deps().now())
        refused = sum(one.refusal is not None for one in outcomes)
        shown = [PositionOutcome.of(one) for one in outcomes]
        counts = {"accepted": len(outcomes) - refused, "refused": refused}
        return PositionOutcomes(**counts, results=shown, cameras=[]), 200

    def reveal(body: bytes) -> bytes:
        """The cameras as they are now: answers kept for a repeat would tell the wearer's way for a day."""
        with deps().read() as session:
            cameras = [one.camera_id for one in session.get_one(Incident, violation_id).cameras]
        return json.dumps(json.loads(body) | {"cameras": cameras}, ensure_ascii=False).encode()

    return change(caller, act, reveal=reveal)


@ankle_monitor.patch("/v1/ankle-monitor/violations/<id:violation_id>")
@needs(Role.DISPATCHER, clients=True)
@refuses(errors.IncidentUnknown)
@ankle_monitor.input(End)
@ankle_monitor.output(ShownViolation)
def end(violation_id: str, json_data: End, caller: Caller) -> Response:
    """End a violation: every access it gave ends, the position goes, and if somebody watched, a notice becomes due."""

    def act(session: Session) -> Answer:
        incident = core.end(session, caller, violation_id, json_data.reason, now=deps().now())
        return ShownViolation.of(incident, session.get_one(Violation, incident.id)), 200

    return change(caller, act)


@ankle_monitor.get("/v1/ankle-monitor/violations/<id:violation_id>")
@needs(Role.DISPATCHER, Role.SUPERVISOR, clients=True)
@refuses(errors.IncidentUnknown)
@ankle_monitor.output(ShownViolation)
def show(violation_id: str, caller: Caller) -> ShownViolation:
    """Read a violation of the room."""
    with deps().read() as session:
        return ShownViolation.of(*core.readable(session, caller.viewer, violation_id))
