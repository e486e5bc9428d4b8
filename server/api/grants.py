"""The supervisors' face: giving access for some hours, seeing what was given, taking it back."""

from datetime import datetime
from typing import Annotated, Literal, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from server import errors
from server.access import grants as ending
from server.access import names, playback
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import LINE, Body, Id, Ring, Shown, ShownTime, Time
from server.api.paging import Page, PageQuery, page
from server.audit.log import Tag, record
from server.grants import find
from server.grants.accept import accept, accepted
from server.grants.give import CONDITIONS, Offer, give
from server.grants.renew import renew
from server.models import Agency, Grant, GrantTo, LegalBasis, Officer, Role, Unit

grants = APIBlueprint("grants", __name__)


class Recipient(Body):
    """Who gets it: exactly one of them."""

    unit: Id | None = None
    officer: Id | None = None
    agency: Id | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("send one of unit, officer and agency")
        return self

    def named(self) -> tuple[GrantTo, str]:
        """Its kind and its id."""
        ((kind, id_),) = self.model_dump(exclude_none=True).items()
        return GrantTo(kind), id_


class NewGrant(Body):
    """What is given. Cameras by name or those of an area; with neither, the incident's set as it is at each moment."""

    model_config = ConfigDict(validate_by_name=False)

    to: Recipient
    incident_id: Annotated[Id | None, Field(description="its closing ends the grant")] = None
    camera_ids: Annotated[list[Id], Field(max_length=100, default_factory=list)]
    area: Ring | None = None
    starts_at: Annotated[Time | None, Field(alias="from", description="now, if it is not said")] = None
    until: Annotated[Time, Field(description="at most 12 hours after from")]
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    legal_basis: Annotated[LegalBasis, Field(strict=False)]
    conditions: Annotated[str, Field(min_length=1, max_length=500, pattern=LINE)] = CONDITIONS

    @model_validator(mode="after")
    def _some_cameras(self) -> Self:
        if self.camera_ids and self.area:
            raise ValueError("send either camera_ids or area")
        if not (self.camera_ids or self.area or self.incident_id):
            raise ValueError("send camera_ids, area or incident_id")
        return self

    def offer(self, now: datetime) -> Offer:
        """The offer as the core takes it."""
        to_kind, to_id = self.to.named()
        return Offer(
            to_kind=to_kind,
            to_id=to_id,
            incident_id=self.incident_id,
            camera_ids=self.camera_ids,
            area=self.area,
            starts_at=self.starts_at or now,
            until=self.until,
            reason=self.reason,
            legal_basis=self.legal_basis,
            conditions=self.conditions,
        )


class Renewal(Body):
    """Until when it lasts now."""

    until: Annotated[Time, Field(description="at most 12 hours from now")]


class GrantedCamera(Shown):
    """A camera, as the map and the list show it."""

    id: str
    name: str
    lat: float
    lon: float
    health: str


class ShownGrant(Shown):
    """A grant. ``cameras`` is empty when it covers the incident's set."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    id: str
    status: Literal["pending", "active", "ended"]
    to_kind: str
    to_id: str
    covers: str
    incident_id: str | None
    cameras: list[GrantedCamera]
    starts_at: Annotated[ShownTime, Field(alias="from")]
    until: ShownTime
    reason: str
    legal_basis: str
    conditions: str
    accepted: Annotated[bool, Field(description="by the caller")]
    given_by: str
    agency_id: str
    created_at: ShownTime
    emergency: bool
    needs_approval: bool
    confirm_by: ShownTime | None
    approved_at: ShownTime | None
    approved_by: str | None
    explanation_due: Annotated[bool, Field(description="an open item of who broke the glass")]
    explanation: str | None
    explained_at: ShownTime | None
    ended_at: ShownTime | None
    end_reason: str | None
    to_name: Annotated[str | None, Field(description="in lists")] = None
    given_by_name: Annotated[str | None, Field(description="in lists")] = None

    @classmethod
    def of(cls, row: Grant, now: datetime, *, accepted: bool = False) -> Self:
        """The row as it is shown at that moment."""
        own = {
            name: getattr(row, name)
            for name in cls.model_fields
            if name not in {"status", "cameras", "accepted", "explanation_due", "to_name", "given_by_name"}
        }
        cameras = [GrantedCamera.model_validate(one.camera) for one in row.cameras]
        due = row.emergency and row.explained_at is None
        return cls(**own, status=_status(row, now), cameras=cameras, accepted=accepted, explanation_due=due)


class ShownGrants(Page):
    """Grants in the order of their ids."""

    items: list[ShownGrant]


@grants.post("/v1/grants")
@needs(Role.SUPERVISOR)
@refuses(*errors.GrantInvalid.__subclasses__())
@refuses(errors.IncidentUnknown, errors.IncidentClosed, errors.IncidentNotOwned, errors.IncidentReserved)
@grants.input(NewGrant)
@grants.output(ShownGrant, 201)
def given(json_data: NewGrant, caller: Caller) -> Response:
    """Let a unit, an officer or an agency watch cameras for some hours."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownGrant.of(give(session, caller, json_data.offer(now), now=now), now), 201

    return change(caller, act)


@grants.get("/v1/grants")
@needs(clients=True)
@refuses(errors.CursorInvalid)
@grants.input(PageQuery, location="query")
@grants.output(ShownGrants)
def listed(query_data: PageQuery, caller: Caller) -> ShownGrants:
    """List the grants to the caller; a supervisor's list also has what the agency gave and got."""
    now = deps().now()
    with deps().read() as session:
        rows, cursor = page(session, find.concerning(caller.viewer), Grant.id, query_data)
        mine = accepted(session, caller.viewer, [row.id for row in rows])
        items = [ShownGrant.of(row, now, accepted=row.id in mine) for row in rows]
        return ShownGrants(items=_named(session, items), next_cursor=cursor)


@grants.post("/v1/grants/<id:grant_id>/acceptance")
@needs(clients=True)
@refuses(errors.GrantUnknown, errors.GrantEnded)
@grants.output(ShownGrant)
def acceptance(grant_id: str, caller: Caller) -> Response:
    """Accept the conditions of a grant to the caller, who may watch by it from then on."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownGrant.of(accept(session, caller, grant_id, now=now), now, accepted=True), 200

    return change(caller, act)


@grants.post("/v1/grants/<id:grant_id>/renewal")
@needs(Role.SUPERVISOR)
@refuses(errors.GrantUnknown, errors.GrantEnded, errors.GrantNeedsAnother)
@refuses(errors.GrantTimesInvalid, errors.GrantCameraUnknown)
@grants.input(Renewal)
@grants.output(ShownGrant)
def renewed(grant_id: str, json_data: Renewal, caller: Caller) -> Response:
    """Let a grant of the supervisor's agency last until another time, for as long as 12 hours from now."""

    def act(session: Session) -> Answer:
        now = deps().now()
        return ShownGrant.of(renew(session, caller, grant_id, json_data.until, now=now), now), 200

    return change(caller, act)


@grants.delete("/v1/grants/<id:grant_id>")
@needs(Role.SUPERVISOR)
@refuses(errors.GrantUnknown)
@grants.doc(responses={204: "Ended, with everything that was watched on it"})
def revoked(grant_id: str, caller: Caller) -> Response:
    """Take a grant back that the supervisor's agency gave. Repeating it changes nothing."""

    def act(session: Session) -> Answer:
        find.endable(session, caller.viewer, grant_id)
        for ended_id, sessions in ending.end(session, Grant.id == grant_id, playback.GRANT_REVOKED, now=deps().now()):
            subject = {"grant": ended_id, "sessions_ended": sessions}
            record(session, Tag.GRANT_REVOKED, caller.actor, now=deps().now(), **subject)
        return None, 204

    return change(caller, act)


def _named(session: Session, shown: list[ShownGrant]) -> list[ShownGrant]:
    givers = names.of(session, Officer, (one.given_by for one in shown))
    kinds = {GrantTo.OFFICER: Officer, GrantTo.UNIT: Unit, GrantTo.AGENCY: Agency}
    called = {
        (to_kind, id_): name
        for to_kind, kind in kinds.items()
        for id_, name in names.of(session, kind, (one.to_id for one in shown if one.to_kind == to_kind)).items()
    }
    return [
        one.model_copy(
            update={"to_name": called.get((GrantTo(one.to_kind), one.to_id)), "given_by_name": givers.get(one.given_by)}
        )
        for one in shown
    ]


def _status(row: Grant, now: datetime) -> Literal["pending", "active", "ended"]:
    if row.ended_at is not None or now >= row.until:
        return "ended"
    return "active" if now >= row.starts_at else "pending"
