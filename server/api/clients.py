"""The administrators' face for machines: a client that reports for its room, and its secret."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from server import errors
from server.access import organisation
from server.access.viewer import Caller
from server.api import shown_once
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Id, Shown
from server.audit.log import Tag, record
from server.models import Client, Role, Service

clients = APIBlueprint("clients", __name__)


class NewClient(Body):
    """A machine of an agency, and which incidents it may raise."""

    id: Id
    agency_id: Id
    services: Annotated[list[Annotated[Service, Field(strict=False)]], Field(max_length=len(Service))]


class ShownClient(Shown):
    """The client with its new secret, which nobody can read again."""

    id: str
    agency_id: str
    services: list[str]
    client_secret: str


@clients.post("/v1/clients")
@needs(Role.ADMIN)
@refuses(errors.AgencyUnknown, errors.ClientExists)
@clients.input(NewClient)
@clients.output(ShownClient, 201)
def registered(json_data: NewClient, caller: Caller) -> Response:
    """Register a room's machine, with its first secret."""
    seed, secret_hash = shown_once.made()

    def act(session: Session) -> Answer:
        agency = organisation.administered(session, caller.viewer, json_data.agency_id)
        services = sorted({service.value for service in json_data.services})
        new = Client(id=json_data.id, agency_id=agency.id, services=services, secret_hash=secret_hash, enabled=True)
        return _with(seed, organisation.add_client(session, new, caller.actor, now=deps().now())), 201

    return change(caller, act, reveal=shown_once.instead("client_secret"))


@clients.post("/v1/clients/<id:client_id>/secret")
@needs(Role.ADMIN)
@refuses(errors.ClientUnknown)
@clients.output(ShownClient)
def replaced(client_id: str, caller: Caller) -> Response:
    """Give a machine another secret; the old one is good for nothing any more, tokens end within five minutes."""
    seed, secret_hash = shown_once.made()

    def act(session: Session) -> Answer:
        client = session.get(Client, client_id)
        if client is None:
            raise errors.ClientUnknown("there is no such client", client_id=client_id)
        client.secret_hash = secret_hash
        record(session, Tag.CLIENT_SECRET_REPLACED, caller.actor, now=deps().now(), client=client_id)
        return _with(seed, client), 200

    return change(caller, act, reveal=shown_once.instead("client_secret"))


def _with(seed: str, row: Client) -> ShownClient:
    return ShownClient(id=row.id, agency_id=row.agency_id, services=row.services, client_secret=seed)
