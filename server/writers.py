"""Those who want to write to SQLite wait in a queue, and only its first asks for the write lock, again and again.

SQLite itself has all who wait look again after ever longer naps, up to 100 ms: in a storm of reports some waited for
more than a second while others went again and again. PostgreSQL keeps its own queue.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAP_S = 0.0005


class Writers:
    """The queue of a process's threads, whose first stands in that of the processes: a lock on the file ``path``.

    The kernel takes the lock from a process that ends. It is not on the database's own file: closing that, anywhere in
    a process, drops the locks that SQLite has on it (POSIX record locks).
    """

    def __init__(self, path: Path, *, within_s: float) -> None:
        self._path = path
        self._within_s = within_s
        self._ours = threading.Lock()

    def take(self, got: Callable[[], bool]) -> bool:
        """Wait to be the first, then ask until ``got`` says yes; False when it did not within ``within_s``.

        Raises:
            TimeoutError: others of the process were before us for ``within_s``.
        """
        with self._first():
            until_s = time.monotonic() + self._within_s
            while not got():
                if time.monotonic() > until_s:
                    return False
                time.sleep(NAP_S)
        return True

    @contextmanager
    def _first(self) -> Iterator[None]:
        if not self._ours.acquire(timeout=self._within_s):
            raise TimeoutError(f"nobody of this process could write for {self._within_s:g} s")
        try:
            lock = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            finally:
                os.close(lock)
        finally:
            self._ours.release()
