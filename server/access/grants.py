"""How a grant ends: with everything that is watched on it, in one transaction."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server import outbox
from server.access import playback
from server.models import Grant, GrantTo, PlaybackSession

GIVEN = "given"


def end(session: Session, which: ColumnElement[bool], reason: str, *, now: datetime) -> list[tuple[str, list[str]]]:
    """End the grants that fit ``which`` and have not ended, and their sessions, and tell both sides.

    Returns the ids of each grant and of its sessions. Repeating it ends nothing more.
    """
    open_ones = select(Grant).where(Grant.ended_at.is_(None), which).order_by(Grant.id).with_for_update()
    ended = []
    for grant in session.scalars(open_ones.execution_options(populate_existing=True)).all():
        grant.ended_at, grant.end_reason = now, reason
        session.flush()
        ended.append((grant.id, playback.end(session, PlaybackSession.grant_id == grant.id, reason, now=now)))
        tell(session, grant, reason, now=now)
    return ended


def tell(session: Session, grant: Grant, status: str, *, now: datetime) -> None:
    """Have the recipient and the giver's agency read the grant again."""
    data = {"grant_id": grant.id, "incident_id": grant.incident_id, "status": status}
    kind = "members" if grant.to_kind == GrantTo.AGENCY else grant.to_kind.value
    for audience in (f"{kind}:{grant.to_id}", f"agency:{grant.agency_id}"):
        outbox.append(session, audience, "grant", data, now=now)
