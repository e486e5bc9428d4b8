"""One reader of the outbox and of the streams for all pages of this process.

A page that does not keep up, whose account is disabled or whose login or unit changed is closed: it comes back, is
looked at again, and is told what it missed.
"""

from collections import defaultdict
from collections.abc import Iterable

import gevent
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server import logs
from server.access.viewer import GOES_ON, Viewer
from server.clock import Clock
from server.db import Transaction
from server.events import watching, wire
from server.events.outbox_reader import OutboxReader
from server.events.subscriber import Subscriber
from server.models import Client, Officer, OutboxEvent, Shift

POLL_S = 0.1
CHECK_EVERY = 10  # polls between two looks at the accounts: a disabled officer hears nothing after about a second
LOOK_EVERY = 4  # polls between two looks at the streams
FAILURES_MAX = 50  # polls in a row without the database, then no page is left believing that nothing happens
LOG = logs.get("events")


class Hub:
    """The subscribers by audience, fed by ``run``."""

    def __init__(self, read: Transaction, now: Clock) -> None:
        self._read, self._now = read, now
        self._by_audience: dict[str, set[Subscriber]] = defaultdict(set)
        self.subscribers: set[Subscriber] = set()

    def subscribe(self, viewer: Viewer) -> Subscriber:
        """A new page; from here on it misses nothing."""
        subscriber = Subscriber(viewer)
        self.subscribers.add(subscriber)
        for audience in viewer.audiences:
            self._by_audience[audience].add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """The page is gone."""
        self.subscribers.discard(subscriber)
        for audience in subscriber.viewer.audiences:
            self._by_audience[audience].discard(subscriber)
            if not self._by_audience[audience]:
                del self._by_audience[audience]

    def give(self, events: list[OutboxEvent]) -> None:
        """Hand each event to the pages of its audience."""
        for event in events:
            item = wire.event(event.kind, event.data, event.id)
            for subscriber in tuple(self._by_audience.get(event.audience, ())):
                subscriber.offer(item)

    def run(self) -> None:
        """Poll until the process ends."""
        reader: OutboxReader | None = None
        polls = failures = 0
        while True:
            try:
                with self._read() as session:
                    reader = reader or OutboxReader(session, now=self._now())
                    self.give(reader.poll(session, now=self._now()))
                    if polls % CHECK_EVERY == 0:
                        self.check(session)
                    if polls % LOOK_EVERY == 0:
                        watching.tell(session, self.subscribers, now=self._now())
                polls, failures = polls + 1, 0
            except SQLAlchemyError as error:
                failures += 1
                LOG.warning("database unavailable", kind=type(error).__name__, failures=failures)
                if failures == FAILURES_MAX:
                    self.close_all("database unavailable")
            gevent.sleep(POLL_S)

    def check(self, session: Session) -> None:
        """Close the pages whose account, login or unit is not what it was."""
        pages = tuple(self.subscribers)  # those that open while the database is asked are looked at next time
        known = _known(session, pages)
        for subscriber in pages:
            viewer = subscriber.viewer
            if known.get((viewer.kind, viewer.id, viewer.login_id)) != (viewer.unit_id, viewer.role):
                subscriber.close("account changed")

    def close_all(self, reason: str) -> None:
        """End every page's stream."""
        for subscriber in tuple(self.subscribers):
            subscriber.close(reason)


Account = tuple[str, str, str | None]


def _known(session: Session, subscribers: Iterable[Subscriber]) -> dict[Account, tuple[str | None, object]]:
    viewers = [subscriber.viewer for subscriber in subscribers]
    logins = {viewer.login_id for viewer in viewers if viewer.login_id}
    officers = {viewer.id for viewer in viewers if viewer.kind == "officer"}
    clients = {viewer.id for viewer in viewers if viewer.kind == "client"}
    going_on = set(session.scalars(select(Shift.id).where(Shift.id.in_(logins), GOES_ON, ~Shift.locked)))
    rows = session.execute(
        select(Officer.id, Officer.unit_id, Officer.role).where(Officer.id.in_(officers), Officer.enabled)
    )
    units = {row.id: (row.unit_id, row.role) for row in rows}
    found: dict[Account, tuple[str | None, object]] = {
        (viewer.kind, viewer.id, viewer.login_id): units[viewer.id]
        for viewer in viewers
        if viewer.id in units and viewer.kind == "officer" and viewer.login_id in going_on
    }
    enabled = session.scalars(select(Client.id).where(Client.id.in_(clients), Client.enabled))
    return found | {("client", client_id, None): (None, None) for client_id in enabled}
