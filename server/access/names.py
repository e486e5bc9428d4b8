"""What people call the rows that an answer names by id, so that a page need not show ids."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.models import Agency, Camera, Officer, Unit

NAMES: dict[type, tuple[InstrumentedAttribute[str], InstrumentedAttribute[Any]]] = {
    Agency: (Agency.id, Agency.name),
    Camera: (Camera.id, Camera.name),
    Officer: (Officer.id, Officer.name),
    Unit: (Unit.id, Unit.call_sign),
}


def of(session: Session, kind: type, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of the rows of a kind (Agency, Camera, Officer or Unit) by id; what does not exist is left out."""
    id_, name = NAMES[kind]
    wanted = sorted({one for one in ids if one is not None})
    return dict(session.execute(select(id_, name).where(id_.in_(wanted))).all())
