"""What is on its way: which message goes next, and what became of a try.

Messages of one incident to one address go in their order, each when the one before has arrived or is dead. An address
that does not answer is left alone for a while that grows; one that refuses a message gets the others meanwhile.
"""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.models import DeliveryStatus, Webhook, WebhookDelivery

LEASE = timedelta(seconds=60)  # longer than a try; a process that died in one is followed by another after that
GIVE_UP = timedelta(hours=24)
KEPT = timedelta(days=7)
FIRST_S, LONGEST_S = 2.0, 300.0
DROPPED = 20_000
GONE = 410  # the receiver wants nothing more of it

Jitter = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that a sender has taken to try."""

    number: int
    id: str
    url: str
    sealed_secret: bytes
    body: bytes


def waiting(session: Session, busy: Collection[str], *, now: datetime, most: int) -> list[str]:
    """The ids of at most ``most`` webhooks that have something to send now, those that waited longest first."""
    found = (
        select(Webhook.id)
        .join(WebhookDelivery, WebhookDelivery.webhook_id == Webhook.id)
        .where(*_due(now), Webhook.id.not_in(busy))
        .group_by(Webhook.id)
        .order_by(func.min(WebhookDelivery.next_at))
        .limit(most)
    )
    return list(session.scalars(found))


def take(session: Session, webhook_id: str, *, now: datetime) -> Parcel | None:
    """The next message to that webhook, taken for a try."""
    earlier = aliased(WebhookDelivery)
    before = exists().where(
        earlier.webhook_id == WebhookDelivery.webhook_id,
        earlier.incident_id == WebhookDelivery.incident_id,
        earlier.status == DeliveryStatus.WAITING,
        earlier.number < WebhookDelivery.number,
    )
    found = (
        select(WebhookDelivery)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.webhook_id == webhook_id, *_due(now), ~before)
        .order_by(WebhookDelivery.number)
        .limit(1)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    )
    row = session.scalar(found)
    if row is None:
        return None
    row.tries, row.next_at = row.tries + 1, now + LEASE
    hook = row.webhook
    return Parcel(row.number, row.id, hook.url, hook.sealed_secret, row.body.encode())


def settle(session: Session, number: int, answer: int | str, *, now: datetime, jitter: Jitter = random.uniform) -> bool:
    """Note what became of a try, an HTTP status or why there was none; whether the address takes more at once."""
    row = session.get(WebhookDelivery, number, with_for_update={"of": WebhookDelivery})
    if row is None or row.status != DeliveryStatus.WAITING:
        return False
    hook = session.get_one(Webhook, row.webhook_id, with_for_update=True)
    row.answered, row.failure = (answer, None) if isinstance(answer, int) else (None, answer)
    if isinstance(answer, int) and 200 <= answer < 300:
        row.status, row.done_at = DeliveryStatus.DELIVERED, now
        hook.failures, hook.resume_at = 0, None
        return True
    row.failure = row.failure or "refused"
    row.next_at = now + pause(row.tries, jitter)
    if answer == GONE or now - row.at >= GIVE_UP:
        row.status, row.done_at = DeliveryStatus.DEAD, now
    answers = isinstance(answer, int) and 300 <= answer < 500 and answer != 429
    if not answers:
        hook.failures += 1
        hook.resume_at = now + pause(hook.failures, jitter)
    return answers


def pause(tries: int, jitter: Jitter) -> timedelta:
    """How long to wait after so many failures: any time up to a bound that doubles (full jitter)."""
    return timedelta(seconds=jitter(0.0, min(LONGEST_S, FIRST_S * 2 ** min(tries, 16))))


def drop(session: Session, *, now: datetime) -> None:
    """Delete what arrived or was given up a week ago."""
    done = WebhookDelivery.status != DeliveryStatus.WAITING
    old = select(WebhookDelivery.number).where(WebhookDelivery.at < now - KEPT, done).limit(DROPPED)
    gone = delete(WebhookDelivery).where(WebhookDelivery.number.in_(old))
    session.execute(gone.execution_options(synchronize_session=False))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        WebhookDelivery.status == DeliveryStatus.WAITING,
        WebhookDelivery.next_at <= now,
        Webhook.ended_at.is_(None),
        or_(Webhook.resume_at.is_(None), Webhook.resume_at <= now),
    )
