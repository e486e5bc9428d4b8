"""Keeps the memory true: whatever has changed is read again, and how old all of it is can be asked at any time.

The age counts from the beginning of the last look that succeeded, by a clock that does not jump. After a failure
everything is read anew, because nobody knows what was missed.
"""

import threading
from collections.abc import Callable

from sqlalchemy import Engine

from server import db, logs
from server.access import facts, origins
from server.clock import Clock, Steady
from server.gate import changes
from server.gate.changes import TROUBLE, Changes
from server.gate.memory import Memory

AT_ONCE = 500  # sessions by one SELECT
HOSTS_S = 2.0  # leases hold for 10 s and are renewed every 3 s
REPAIR_S = 1.0
REPAIRS = 30  # after so many everything was read again, though nothing said that it had changed
RETRY_S = 0.5
STOP_S = 1.0
FORGOTTEN_S = 60.0  # changes are kept for ten minutes: who slept longer than this follows nothing, and reads all anew
LOG = logs.get("gate")


class Feed:
    """The memory, and the thread that feeds it: the only one to call ``look``, ``look_at_hosts`` and ``repair``."""

    def __init__(self, engine: Engine, now: Clock, steady: Steady) -> None:
        self.memory = Memory()
        self.begun = self.ended = 0  # looks: the next one to begin will see all that is committed by then
        self._engine, self._now, self._steady = engine, now, steady
        self._read = db.read(engine)
        self._changes: Changes | None = None
        self._known_at = float("-inf")
        self._to_repair: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gate-feed", daemon=True)

    def age_s(self) -> float:
        """How long ago the memory was known to be what the database says; infinite before the first look."""
        return self._steady() - self._known_at

    def look(self) -> None:
        """Read what has changed. Raises one of TROUBLE, and then the next look begins anew."""
        began_at = self._steady()
        if self.age_s() > FORGOTTEN_S:
            self.close()
        self.begun += 1
        try:
            if self._changes is None:
                self._begin()
            else:
                self._follow(self._changes)
        except TROUBLE:
            self.close()
            raise
        self._known_at, self.ended = began_at, self.begun

    def look_at_hosts(self) -> None:
        """Read which host serves what. Raises as ``look``."""
        with self._read() as session:
            self.memory.origins = origins.read(session, now=self._now())

    def repair(self) -> None:
        """Read a part of the sessions again; part by part it is all of them. Raises as ``look``."""
        self._to_repair = self._to_repair or self.memory.ids()
        count = max(1, len(self.memory) // REPAIRS)
        self._again(self._to_repair[:count])
        del self._to_repair[:count]

    def start(self) -> None:
        """Look for the first time, and go on from a thread of its own."""
        self._try(self.look)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, unless the database keeps it waiting."""
        self._stop.set()
        self._thread.join(STOP_S)

    def close(self) -> None:
        """Follow nothing any more: the next look begins anew."""
        if self._changes is not None:
            self._changes.close()
        self._changes = None

    def _begin(self) -> None:
        """Everything. First the place from which changes are followed, then what is true: nothing falls between."""
        followed = changes.follow(self._engine)
        self._changes = followed
        fresh = Memory()
        with self._read() as session:
            fresh.add(facts.of_everybody(session, now=self._now()))
            fresh.origins = origins.read(session, now=self._now())
        fresh.served = self.memory.served.intersection(fresh.ids())
        self.memory = fresh
        self._to_repair = []

    def _follow(self, followed: Changes) -> None:
        changed = followed.read()
        if not changed:
            return
        self._again(sorted(self.memory.concerned(changed)))
        if any(kind == "origin" for kind, _ in changed):
            self.look_at_hosts()

    def _again(self, ids: list[str]) -> None:
        for first in range(0, len(ids), AT_ONCE):
            part = ids[first : first + AT_ONCE]
            with self._read() as session:
                self.memory.replace(part, facts.of_sessions(session, part, now=self._now()))

    def _run(self) -> None:
        hosts_at = repaired_at = self._steady()
        while not self._stop.is_set():
            if not self._try(self._wait_and_look):
                self._stop.wait(RETRY_S)
            elif self._steady() > hosts_at + HOSTS_S:
                hosts_at = self._steady()
                self._try(self.look_at_hosts)
            elif self._steady() > repaired_at + REPAIR_S:
                repaired_at = self._steady()
                self._try(self.repair)
        self.close()

    def _wait_and_look(self) -> None:
        if self._changes is not None:
            self._changes.wait()
        self.look()

    def _try(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except TROUBLE as error:
            LOG.warning("database unavailable", kind=type(error).__name__)
        except Exception:  # the thread must not end: what is known would never be true again
            LOG.exception("feed failed")
        else:
            return True
        self.close()
        return False
