"""Reading the outbox in the order things become visible, not in the order of ids.

On PostgreSQL a transaction may commit after a later one with a higher id. So every poll reads a trailing window again
and gives what it has not given before; a row that commits later than the window allows is not seen, and no statement
of ours may take so long.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.models import OutboxEvent

LATE = timedelta(seconds=15)
REPLAYED_MAX = 1000


class OutboxReader:
    """Gives each row once. ``poll`` is called from one place only."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        """Begin now: what is there already is not given."""
        rows = session.execute(select(OutboxEvent.id).where(OutboxEvent.at > now - LATE)).scalars()
        self._given = dict.fromkeys(rows, now)
        last = session.scalar(select(OutboxEvent.id).order_by(OutboxEvent.id.desc()).limit(1)) or 0
        self._floor = min(self._given, default=last + 1) - 1

    def poll(self, session: Session, *, now: datetime) -> list[OutboxEvent]:
        """The rows that appeared since the last time."""
        rows = session.scalars(select(OutboxEvent).where(OutboxEvent.id > self._floor).order_by(OutboxEvent.id))
        new = [row for row in rows if row.id not in self._given]
        self._given.update((row.id, now) for row in new)
        settled = [id_ for id_, at in self._given.items() if at <= now - LATE]
        for id_ in settled:
            del self._given[id_]
        self._floor = max([self._floor, *settled])
        return new


def since(session: Session, last_event_id: int, audiences: list[str]) -> list[OutboxEvent]:
    """What a page missed: everything of its audiences after the event it saw last, oldest first.

    Events shortly before it are given again, because they may have become visible after it: at least once, not once.
    """
    seen_at = session.scalar(select(OutboxEvent.at).where(OutboxEvent.id == last_event_id))
    missed = OutboxEvent.id > last_event_id
    if seen_at is not None:
        missed = or_(missed, (OutboxEvent.at > seen_at - LATE) & (OutboxEvent.id != last_event_id))
    found = select(OutboxEvent).where(missed, OutboxEvent.audience.in_(audiences)).order_by(OutboxEvent.id)
    return list(session.scalars(found.limit(REPLAYED_MAX)))
