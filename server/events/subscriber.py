"""One open page, and the bounded queue of what it has still to hear."""

from gevent.queue import Full, Queue

from server import logs
from server.access.viewer import Viewer
from server.events.wire import Item
from server.stream_state import News

QUEUE_MAX = 256
LOG = logs.get("events")


class Subscriber:
    """One open page."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.queue: Queue[Item | None] = Queue(maxsize=QUEUE_MAX)
        self.closed = False
        self._told: dict[str, News] = {}

    def offer(self, item: Item) -> None:
        """Queue an event, or close the page when it does not keep up."""
        try:
            self.queue.put_nowait(item)
        except Full:
            self.close("slow")

    def unheard(self, news: dict[str, News]) -> list[str]:
        """The sessions of which this page has not been told what there is to say; from now on it has."""
        new = [session_id for session_id, one in news.items() if self._told.get(session_id) != one]
        self._told = news
        return new

    def close(self, reason: str) -> None:
        """End the page's stream after what is queued."""
        if not self.closed:
            self.closed = True
            LOG.info("stream closed", caller=self.viewer.subject, reason=reason)
            if not self.queue.full():
                self.queue.put_nowait(None)
