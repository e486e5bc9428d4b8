"""What pages and control rooms' systems must hear of, written in the transaction that makes it true.

The events pool reads what pages hear of; ``server.webhooks`` sends what systems have asked for.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from server.models import (
    RESERVED_FOR,
    Dispatch,
    Incident,
    IncidentStatus,
    OutboxEvent,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
)

AGENCY = "agency:"
HOOKS = "webhooks"
EVENTS: Any = OutboxEvent.__table__
TOLD = insert(EVENTS)
HOOKS_OF = select(Webhook).where(Webhook.agency_id == bindparam("agency_id"), Webhook.ended_at.is_(None))


def append(session: Session, audience: str, kind: str, data: dict[str, Any], *, now: datetime) -> None:
    """Tell ``unit:<id>``, ``officer:<id>``, ``client:<id>`` or ``agency:<id>``; ``data`` holds ids and codes only."""
    append_all(session, [(audience, kind, data)], now=now)


def append_all(session: Session, told: Sequence[tuple[str, str, dict[str, Any]]], *, now: datetime) -> None:
    """Tell several things at once, each an audience, a kind and its data."""
    if not told:
        return
    rows = [{"at": now, "audience": audience, "kind": kind, "data": data} for audience, kind, data in told]
    session.execute(TOLD, rows)
    for audience, kind, data in told:
        event = _event(kind, data)
        if event is not None and audience.startswith(AGENCY):
            queue(session, audience.removeprefix(AGENCY), event, data, now=now)


def queue(session: Session, agency_id: str, event: WebhookEvent, data: dict[str, Any], *, now: datetime) -> None:
    """Have the agency's systems that asked for it hear of an incident; ``data`` as of the event for pages."""
    with session.no_autoflush:
        wanted = [hook for hook in _hooks(session, agency_id) if event in hook.events]
        if not wanted:
            return
        body = _body(session, event, data, now)
    for hook in wanted:
        sent = {"event": event, "incident_id": data["incident_id"], "body": body, "at": now, "next_at": now}
        session.add(WebhookDelivery(webhook=hook, **sent))


def _hooks(session: Session, agency_id: str) -> list[Webhook]:
    """The agency's, asked for once in a transaction: an act tells a room of several things."""
    known: dict[str, list[Webhook]] = {}
    transaction, before = session.info.get(HOOKS, (None, known))
    if transaction is session.get_transaction():
        known = before
    else:
        session.info[HOOKS] = session.get_transaction(), known
    if agency_id not in known:
        known[agency_id] = list(session.scalars(HOOKS_OF, {"agency_id": agency_id}))
    return known[agency_id]


def _event(kind: str, data: dict[str, Any]) -> WebhookEvent | None:
    """What an event for a room's pages is to its systems. Pure."""
    if kind == "dispatch":
        return WebhookEvent.DISPATCH
    if kind == "cameras":
        return WebhookEvent.CHANGED
    if kind == "incident" and data.get("new"):
        return None  # told as REPORTED, whoever found it
    if kind == "incident":
        return WebhookEvent.CLOSED if data.get("status") == IncidentStatus.CLOSED else WebhookEvent.CHANGED
    return None


def _body(session: Session, event: WebhookEvent, data: dict[str, Any], now: datetime) -> str:
    """The message: ids, codes and, but for reserved services, the place; nothing of persons."""
    incident = session.get_one(Incident, data["incident_id"])
    said: dict[str, Any] = {
        "incident_id": incident.id,
        "service": incident.service.value,
        "external_id": incident.external_id,
        "type": incident.type,
        "priority": incident.priority,
        "status": incident.status.value,
    }
    if incident.service not in RESERVED_FOR:  # a message is kept for a week, where a wearer went is not
        said["location"] = {"lat": incident.lat, "lon": incident.lon}
    if event is WebhookEvent.CLOSED:
        said["status"] = IncidentStatus.CLOSED.value
    if event is WebhookEvent.DISPATCH:
        dispatch = session.get_one(Dispatch, data["dispatch_id"])
        said["dispatch"] = {"id": dispatch.id, "unit": dispatch.unit_id, "status": dispatch.status.value}
    when = now.isoformat().replace("+00:00", "Z")
    return json.dumps({"type": event.value, "timestamp": when, "data": said}, ensure_ascii=False)
