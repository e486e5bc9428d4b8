"""The administrators' face for webhooks: addresses of an agency's systems, and what became of what was sent there."""

import json
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import errors
from server.access import passwords
from server.access.viewer import Caller
from server.api.call import Answer, change, needs, refuses
from server.api.deps import deps
from server.api.fields import Body, Id, Shown, ShownTime
from server.api.paging import Page, PageQuery, page
from server.models import DeliveryStatus, Role, Webhook, WebhookDelivery, WebhookEvent
from server.webhooks import registry, sign

webhooks = APIBlueprint("webhooks", __name__)


class NewWebhook(Body):
    """An address, and what it wants to hear of."""

    agency_id: Id
    url: Annotated[str, Field(min_length=1, max_length=500)]
    events: Annotated[list[Annotated[WebhookEvent, Field(strict=False)]], Field(min_length=1, max_length=10)]


class ShownWebhook(Shown):
    """A webhook; ``failures`` in a row, and until when it is left alone for them."""

    id: str
    agency_id: str
    url: str
    events: list[str]
    made_at: ShownTime
    failures: int
    resume_at: ShownTime | None


class RegisteredWebhook(ShownWebhook):
    """The webhook with its secret, which nobody can read again."""

    secret: str


class ShownWebhooks(Page):
    """Webhooks in the order of their ids."""

    items: list[ShownWebhook]


class DeliveryQuery(PageQuery):
    """How much of the list, from where, of which status."""

    status: DeliveryStatus | None = None


class ShownDelivery(Shown):
    """A message on its way. ``failure`` is why the newest try failed."""

    id: str
    event: str
    incident_id: str
    at: ShownTime
    status: str
    tries: int
    next_at: ShownTime
    answered: int | None
    failure: str | None
    done_at: ShownTime | None


class ShownDeliveries(Page):
    """Messages, the oldest first."""

    items: list[ShownDelivery]


@webhooks.post("/v1/webhooks")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.AgencyUnknown, errors.WebhookAddressInvalid, errors.WebhooksTooMany)
@webhooks.input(NewWebhook)
@webhooks.output(RegisteredWebhook, 201)
def registered(json_data: NewWebhook, caller: Caller) -> Response:
    """Register an address that hears of an agency's incidents. The secret is shown now and never again."""
    seed = passwords.seed()

    def act(session: Session) -> Answer:
        given = deps()
        sealed = given.vault.seal(_secret(seed))
        wish = registry.Wish(json_data.agency_id, json_data.url, json_data.events, sealed)
        hook = registry.register(session, caller, given.webhook_networks, wish, now=given.now())
        return RegisteredWebhook(**ShownWebhook.model_validate(hook).model_dump(), secret=seed), 201

    return change(caller, act, reveal=_revealed)


@webhooks.get("/v1/webhooks")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CursorInvalid)
@webhooks.input(PageQuery, location="query")
@webhooks.output(ShownWebhooks)
def listed(query_data: PageQuery, caller: Caller) -> ShownWebhooks:
    """List the agency's webhooks; to the province's administrators all of them."""
    found = select(Webhook).where(Webhook.ended_at.is_(None))
    if not caller.viewer.runs_province:
        found = found.where(Webhook.agency_id == caller.viewer.agency_id)
    with deps().read() as session:
        rows, cursor = page(session, found, Webhook.id, query_data)
        return ShownWebhooks(items=[ShownWebhook.model_validate(row) for row in rows], next_cursor=cursor)


@webhooks.delete("/v1/webhooks/<id:webhook_id>")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.WebhookUnknown)
@webhooks.output({}, 204)
def removed(webhook_id: str, caller: Caller) -> Response:
    """Send nothing to that address any more, nor what is waiting."""

    def act(session: Session) -> Answer:
        hook = registry.administered(session, caller.viewer, webhook_id, hold=True)
        registry.remove(session, caller, hook, now=deps().now())
        return None, 204

    return change(caller, act)


@webhooks.get("/v1/webhooks/<id:webhook_id>/deliveries")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.WebhookUnknown, errors.CursorInvalid)
@webhooks.input(DeliveryQuery, location="query")
@webhooks.output(ShownDeliveries)
def deliveries(webhook_id: str, query_data: DeliveryQuery, caller: Caller) -> ShownDeliveries:
    """List what was sent, what is waiting and what was given up in the last week."""
    with deps().read() as session:
        hook = registry.administered(session, caller.viewer, webhook_id)
        found = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id)
        if query_data.status is not None:
            found = found.where(WebhookDelivery.status == query_data.status)
        rows, cursor = page(session, found, WebhookDelivery.number, query_data)
        return ShownDeliveries(items=[ShownDelivery.model_validate(row) for row in rows], next_cursor=cursor)


def _secret(seed: str) -> str:
    return sign.secret_of(passwords.derived(deps().keys.digest, seed))


def _revealed(body: bytes) -> bytes:
    """The secret in the place of its seed, which is all that is kept for a repeat."""
    shown = json.loads(body)
    shown["secret"] = _secret(shown["secret"])
    return json.dumps(shown, ensure_ascii=False).encode()
