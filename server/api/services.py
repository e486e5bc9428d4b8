"""The administrators' face for what holds for a linked service: which cameras, and for how long after closing."""

from typing import Annotated, Any, Self

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller, Viewer
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Shown, Whole
from server.audit.log import Tag, record
from server.incidents import grace, selection
from server.incidents.services import of_room
from server.models import RESERVED_FOR, Role, Selection, Service, ServicePolicy

services = APIBlueprint("services", __name__)


class NewCameraChoice(Body):
    """The nearest ``count``, none farther off than ``radius_m``; or all ``within`` it, fifty at most, best first."""

    selection: Annotated[Selection, Field(strict=False)]
    radius_m: Annotated[float, Field(ge=selection.RADIUS_M[0], le=selection.RADIUS_M[1])]
    count: Annotated[Whole, Field(ge=1, le=selection.NEAREST_MOST)] | None = None

    @model_validator(mode="after")
    def _count_of_the_nearest(self) -> Self:
        if (self.selection is Selection.NEAREST) != (self.count is not None):
            raise ValueError("count goes with nearest, and only with it")
        return self


class NewServicePolicy(Body):
    """What is left out stays as it is."""

    grace_s: Annotated[
        Whole | None, Field(ge=0, le=grace.LONGEST_S, description="a view may go on so long after closing; 0: not")
    ] = None
    cameras: NewCameraChoice | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.grace_s is None and self.cameras is None:
            raise ValueError("send grace_s, cameras or both")
        return self


class ShownCameraChoice(Shown):
    """How a set is chosen."""

    selection: str
    radius_m: float
    count: int | None


class ShownService(Shown):
    """The policy of a service."""

    service: str
    grace_s: int
    cameras: ShownCameraChoice

    @classmethod
    def of(cls, session: Session, service: Service) -> Self:
        """The policy that holds now."""
        cameras = ShownCameraChoice.model_validate(selection.of(session, service))
        return cls(service=service.value, grace_s=grace.of(session, service), cameras=cameras)


class ShownServices(Shown):
    """All of them."""

    items: list[ShownService]


@services.get("/v1/services")
@needs()
@services.output(ShownServices)
def listed(caller: Caller) -> ShownServices:  # noqa: ARG001 — every known view takes its caller
    """List the services, how their cameras are chosen and how long a view may go on after closing."""
    with deps().read() as session:
        return ShownServices(items=[ShownService.of(session, one) for one in Service])


@services.put("/v1/services/<id:service>/policy")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.NotFound)
@services.input(NewServicePolicy)
@services.output(ShownService)
def settled(service: str, json_data: NewServicePolicy, caller: Caller) -> Response:
    """Say from now on which cameras an incident has, and how long a view may go on after closing.

    A room's administrator chooses the cameras of the room's services; the grace is the province's.
    """

    def act(session: Session) -> Answer:
        if service not in set(Service):
            raise errors.NotFound("there is no such service; GET /v1/services lists them")
        one = Service(service)
        _must_settle(caller.viewer, one, json_data)
        row = session.get(ServicePolicy, one, with_for_update=True) or ServicePolicy(service=one, grace_s=0)
        said = _said(json_data)
        for name, value in said.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        record(session, Tag.POLICY_CHANGED, caller.actor, now=deps().now(), service=service, **said)
        return ShownService.of(session, one), 200

    return change(caller, act)


def _said(policy: NewServicePolicy) -> dict[str, Any]:
    graced = {} if policy.grace_s is None else {"grace_s": policy.grace_s}
    return graced | (policy.cameras.model_dump() if policy.cameras else {})


def _must_settle(viewer: Viewer, service: Service, policy: NewServicePolicy) -> None:
    if policy.grace_s and service in RESERVED_FOR:
        raise errors.InvalidRequest("nobody watches on once such an incident ends; send 0", field="grace_s")
    if viewer.runs_province:
        return
    if service not in of_room(viewer.agency_kind) or policy.grace_s is not None:
        detail = "an administrator of the province is needed for that, or for the cameras one of the service's room"
        raise errors.RoleMissing(detail, roles=[Role.ADMIN.value])
