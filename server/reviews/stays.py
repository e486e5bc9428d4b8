"""Where the units on a dispatch stand, and since when: no more of their way is kept, and nothing after the dispatch."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.cameras.rank import distance_m
from server.models import Dispatch, UnitPosition, UnitStay

STANDS_M = 150.0  # closer than that it has not moved: receivers drift


def follow(session: Session, *, now: datetime) -> None:
    """Bring the stays to the newest positions; those of units without a dispatch go."""
    sent = select(Dispatch.unit_id).where(Dispatch.ended_at.is_(None))
    gone = delete(UnitStay).where(UnitStay.unit_id.not_in(sent))
    session.execute(gone.execution_options(synchronize_session=False))
    known = {stay.unit_id: stay for stay in session.scalars(select(UnitStay))}
    for position in session.scalars(select(UnitPosition).where(UnitPosition.unit_id.in_(sent))):
        stay = known.get(position.unit_id)
        at = min(position.at, now)  # the unit's clock may be ahead
        if stay is None:
            session.add(UnitStay(unit_id=position.unit_id, lat=position.lat, lon=position.lon, since=at, seen_at=at))
        elif distance_m((stay.lat, stay.lon), (position.lat, position.lon)) > STANDS_M:
            stay.lat, stay.lon, stay.since, stay.seen_at = position.lat, position.lon, at, at
        else:
            stay.seen_at = max(stay.seen_at, at)
