"""The administrators' face for what holds for a linked service: how long its viewers may go on after closing."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Shown, Whole
from server.audit.log import Tag, record
from server.incidents import grace
from server.models import Role, Service, ServicePolicy

services = APIBlueprint("services", __name__)


class Closing(Body):
    """For how long who watches an incident when it closes may go on; 0: not at all."""

    grace_s: Annotated[Whole, Field(ge=0, le=grace.LONGEST_S)]


class ShownService(Shown):
    """The policy of a service."""

    service: str
    grace_s: int


class ShownServices(Shown):
    """All of them."""

    items: list[ShownService]


@services.get("/v1/services")
@needs()
@services.output(ShownServices)
def listed(caller: Caller) -> ShownServices:  # noqa: ARG001 — every known view takes its caller
    """List the services and how long a view may go on after closing."""
    with deps().read() as session:
        items = [ShownService(service=one.value, grace_s=grace.of(session, one)) for one in Service]
        return ShownServices(items=items)


@services.put("/v1/services/<id:service>/policy")
@needs(Role.ADMIN)
@refuses(errors.NotFound)
@services.input(Closing)
@services.output(ShownService)
def settled(service: str, json_data: Closing, caller: Caller) -> Response:
    """Say for how long a view may go on after closing, from now on. What closed before keeps what it was given."""

    def act(session: Session) -> Answer:
        if service not in set(Service):
            raise errors.NotFound("there is no such service; GET /v1/services lists them")
        session.merge(ServicePolicy(service=Service(service), grace_s=json_data.grace_s))
        told = {"service": service, "grace_s": json_data.grace_s}
        record(session, Tag.POLICY_CHANGED, caller.actor, now=deps().now(), **told)
        return ShownService(**told), 200

    return change(caller, act)
