"""What the gate learns on the way, written behind by one thread: who still watches, and who was refused.

On failure it is lost, as the next requests say it again.
"""

import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.access import facts, playback
from server.access.facts import Watching
from server.audit import log
from server.clock import Clock
from server.db import Transaction

FLUSH_S = 5.0  # streams.WATCHED allows for one lost flush
LAST_FLUSH_S = 1.0  # a database that is locked must not keep the process from ending
SAY_AGAIN = timedelta(seconds=60)  # a player that keeps asking is recorded once a minute
STRANGERS_MAX = 100  # looked up at a time: guessed sids must cost little
LOG = logs.get("gate")


class Notes:
    """Told by the event loop, written by ``flush``."""

    def __init__(self, read: Transaction, transaction: Transaction, now: Clock) -> None:
        self._read, self._transaction, self._now = read, transaction, now
        self._lock = threading.Lock()
        self._watching: set[str] = set()
        self._refused: dict[tuple[str, str], log.Actor] = {}
        self._strangers: set[str] = set()
        self._said: dict[tuple[str, str], datetime] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gate-flush", daemon=True)

    def watches(self, watching: Watching) -> None:
        """A session that may have what it asks for, though perhaps no host has it."""
        with self._lock:
            self._watching.add(watching.session_id)

    def refused(self, watching: Watching, code: str) -> None:
        """A session that may not."""
        now = self._now()
        with self._lock:
            if self._said.get((watching.session_id, code), now - SAY_AGAIN) <= now - SAY_AGAIN:
                self._said[watching.session_id, code] = now
                self._refused[watching.session_id, code] = log.Actor(watching.viewer.kind, watching.viewer.id)

    def stranger(self, sid_hash: str) -> None:
        """A sid that is of no session in use: of none at all, or of one that has long been over."""
        with self._lock:
            if len(self._strangers) < STRANGERS_MAX:
                self._strangers.add(sid_hash)

    def flush(self) -> None:
        """Write what was learned since the last time."""
        now = self._now()
        with self._lock:
            watching, self._watching = self._watching, set()
            strangers, self._strangers = self._strangers, set()
        self._look_up(strangers)
        with self._lock:
            refused, self._refused = self._refused, {}
            self._said = {key: at for key, at in self._said.items() if at > now - SAY_AGAIN}
        if not watching and not refused:
            return
        with self._transaction() as session:
            playback.seen(session, watching, now=now)
            for (session_id, code), actor in refused.items():
                log.record(session, log.Tag.MEDIA_REFUSED, actor, now=now, session=session_id, code=code)

    def start(self) -> None:
        """Flush every few seconds from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Flush once more, if the database answers soon."""
        self._stop.set()
        self._thread.join(LAST_FLUSH_S)

    def _look_up(self, strangers: set[str]) -> None:
        if strangers:
            with self._read() as session:
                known = facts.of_sids(session, strangers)
            for watching in known:
                self.refused(watching, "session_ended")

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_S):
            self._try_flush()
        self._try_flush()

    def _try_flush(self) -> None:
        try:
            self.flush()
        except SQLAlchemyError as error:
            LOG.warning("flush failed", kind=type(error).__name__)
