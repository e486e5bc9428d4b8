"""Which addresses there are: put in and removed by administrators, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.access import organisation
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import WebhooksTooMany, WebhookUnknown
from server.models import DeliveryStatus, Webhook, WebhookDelivery, WebhookEvent
from server.models.base import new_id
from server.webhooks import address

MOST = 20  # of an agency


@dataclass(frozen=True, slots=True)
class Wish:
    """A webhook as it is asked for."""

    agency_id: str
    url: str
    events: Sequence[WebhookEvent]
    sealed_secret: bytes


def register(session: Session, caller: Caller, networks: Sequence[str], wish: Wish, *, now: datetime) -> Webhook:
    """Have the address hear of the agency's incidents from now on.

    Raises AgencyUnknown, WebhookAddressInvalid, WebhooksTooMany.
    """
    agency = organisation.administered(session, caller.viewer, wish.agency_id)
    address.checked(wish.url, networks)
    of_agency = Webhook.agency_id == agency.id, Webhook.ended_at.is_(None)
    if (session.scalar(select(func.count()).select_from(Webhook).where(*of_agency)) or 0) >= MOST:
        raise WebhooksTooMany(f"an agency has at most {MOST}")
    hook = Webhook(
        id=new_id(),
        agency_id=agency.id,
        url=wish.url,
        events=sorted({event.value for event in wish.events}),
        sealed_secret=wish.sealed_secret,
        made_by=caller.viewer.subject,
        made_at=now,
    )
    session.add(hook)
    session.flush()
    known = {"webhook": hook.id, "agency": agency.id, "events": hook.events}
    log.record(session, log.Tag.WEBHOOK_REGISTERED, caller.actor, now=now, **known)
    return hook


def remove(session: Session, caller: Caller, hook: Webhook, *, now: datetime) -> None:
    """Nothing is sent there any more, nor what is waiting. Repeating it changes nothing."""
    if hook.ended_at is None:
        hook.ended_at = now
        left = update(WebhookDelivery).where(
            WebhookDelivery.webhook_id == hook.id, WebhookDelivery.status == DeliveryStatus.WAITING
        )
        session.execute(left.values(status=DeliveryStatus.DEAD, done_at=now, failure="webhook_removed"))
        log.record(session, log.Tag.WEBHOOK_REMOVED, caller.actor, now=now, webhook=hook.id, agency=hook.agency_id)


def administered(session: Session, viewer: Viewer, webhook_id: str, *, hold: bool = False) -> Webhook:
    """A webhook of an agency that the viewer administers. Raises WebhookUnknown."""
    hook = session.get(Webhook, webhook_id, with_for_update=hold or None)
    if hook is None or not viewer.administers(hook.agency_id):
        raise WebhookUnknown("there is no such webhook", webhook_id=webhook_id)
    return hook
