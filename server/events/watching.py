"""Pages hear how the streams fare that their viewers watch: three short reads for all pages together.

Nothing of it is stored: what a page was told is known as long as the page is open, and a page that comes back is told
how it is then.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from server import streams
from server.events import wire
from server.events.subscriber import Subscriber


def tell(session: Session, subscribers: Iterable[Subscriber], *, now: datetime) -> None:
    """Tell each page what has changed on the cameras it has sessions for, and of a new session how its camera fares."""
    pages = tuple(subscribers)
    if not pages:
        return
    sessions: dict[str, dict[str, str]] = defaultdict(dict)  # of a viewer: session id, camera id
    subjects = {page.viewer.subject for page in pages}
    for session_id, subject, camera_id in streams.watched(session, now=now):
        if subject in subjects:
            sessions[subject][session_id] = camera_id
    cameras = {camera_id for mine in sessions.values() for camera_id in mine.values()}
    states, at = streams.states(session, cameras, now=now) if cameras else ({}, now)
    items = {camera_id: wire.stream(camera_id, told, at) for camera_id, told in states.items()}
    for page in pages:
        mine = sessions[page.viewer.subject]
        new = page.unheard({session_id: states[camera_id].news for session_id, camera_id in mine.items()})
        for camera_id in sorted({mine[session_id] for session_id in new}):
            page.offer(items[camera_id])
