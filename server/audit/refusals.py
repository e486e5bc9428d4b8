"""Refusals of known callers: the first of a kind is recorded at once, what follows within a minute as one row.

So a page that keeps asking, or an officer who tries one camera after the other, can neither flood the record nor stay
out of it. Each refusal is one transaction, and is written before it is answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit import log
from server.models import RefusalTally

WINDOW = timedelta(seconds=60)
SAMPLES = 20  # of what was asked for, in one row


@dataclass(frozen=True, slots=True)
class Refused:
    """Which refusal, of which call, about what; ``ids`` is what the refusal names."""

    code: str
    method: str
    route: str
    ids: dict[str, str]


def record(session: Session, by: log.Actor, refused: Refused, *, now: datetime) -> None:
    """Record it, or count it when the same caller was refused the same call with that code in the last minute."""
    key = {"actor_kind": by.kind, "actor_id": by.id, "code": refused.code, "call": f"{refused.method} {refused.route}"}
    tally = session.get(RefusalTally, tuple(key.values()), with_for_update=True)
    if tally is not None and now < tally.since + WINDOW:
        tally.times, tally.last_at, tally.remote_address = tally.times + 1, now, by.remote_address
        if refused.ids and refused.ids not in tally.ids and len(tally.ids) < SAMPLES:
            tally.ids = [*tally.ids, refused.ids]
        return
    if tally is not None:
        _say(session, tally, now=now)
        session.delete(tally)
        session.flush()
    session.add(RefusalTally(**key, since=now, last_at=now, times=0, ids=[]))
    said = {"code": refused.code, "method": refused.method, "route": refused.route}
    log.record(session, log.Tag.CALL_REFUSED, by, now=now, **said, **refused.ids)


def close(session: Session, *, now: datetime) -> None:
    """Record what was counted, and whose minute is over. Repeating it records nothing more."""
    over = select(RefusalTally).where(RefusalTally.since <= now - WINDOW).with_for_update()
    for tally in session.scalars(over):
        _say(session, tally, now=now)
        session.delete(tally)


def _say(session: Session, tally: RefusalTally, *, now: datetime) -> None:
    if not tally.times:
        return
    method, _, route = tally.call.partition(" ")
    by = log.Actor(tally.actor_kind, tally.actor_id, remote_address=tally.remote_address)
    span = {"since": tally.since.isoformat(), "until": tally.last_at.isoformat()}
    said = {"code": tally.code, "method": method, "route": route, "times": tally.times, "asked": tally.ids}
    log.record(session, log.Tag.CALL_REFUSED, by, now=now, **said, **span)
