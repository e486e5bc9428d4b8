"""Views of which others than those they are for learn only that they are lawful: those of reserved incidents.

A centre must know that its camera is looked at, and can end it; that a wearer of an ankle monitor is the reason, it
must not. Of such a view it is shown neither incident nor purpose, nor who watches: the agency alone would tell.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access.viewer import Viewer
from server.models import RESERVED_FOR, Client, Incident, Officer, PlaybackSession


def of(session: Session, viewer: Viewer, sessions: Collection[PlaybackSession]) -> set[str]:
    """The ids of those that are neither for the viewer's kind of room nor its own people's."""
    others = [service for service, kind in RESERVED_FOR.items() if kind != viewer.agency_kind]
    mine = [select(kind.id).where(kind.agency_id == viewer.agency_id) for kind in (Officer, Client)]
    found = (
        select(PlaybackSession.id)
        .join(Incident, Incident.id == PlaybackSession.incident_id)
        .where(PlaybackSession.id.in_([one.id for one in sessions]), Incident.service.in_(others))
        .where(*(PlaybackSession.viewer_id.not_in(people) for people in mine))
    )
    return set(session.scalars(found))
