"""When each part of a stream was there, seen by somebody who holds its playlist as a player does."""

import contextlib
import http.client
import itertools
import threading
import time
from collections.abc import Iterator, Sequence

from tests.bench.viewers import quantile
from tests.transcoder.running import position

AGAIN_S = 0.2
HELD_S = 15.0


class Watcher(threading.Thread):
    """Asks for ``rungs`` in turn, so that each of them is watched. ``arrivals`` are in monotonic seconds."""

    def __init__(self, port: int, camera_id: str, rungs: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.camera_id = camera_id
        self.arrivals: list[float] = []
        self.refused = 0
        self._port, self._rungs = port, itertools.cycle(rungs)
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()
        self.join(HELD_S)

    def gaps_s(self, since: float, until: float) -> list[float]:
        """Times between new parts; a stream that stands still has one that lasts until now."""
        seen = [at for at in [*self.arrivals] if since <= at <= until]
        return [after - before for before, after in itertools.pairwise([since, *seen, until])]

    def gap_s(self, since: float, until: float, share: float) -> float:
        """The quantile of them."""
        return quantile(self.gaps_s(since, until), share)

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=HELD_S)
        query, seen = "", None
        while not self._over.is_set():
            try:
                connection.request("GET", f"/live/{self.camera_id}/{next(self._rungs)}/index.m3u8{query}")
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                connection.close()
                self._over.wait(AGAIN_S)
                continue
            if answer.status != http.HTTPStatus.OK:
                self.refused += 1
                query = ""
                self._over.wait(AGAIN_S)
                continue
            msn, part, _ = position(text)
            if (msn, part) != seen:
                self.arrivals.append(time.monotonic())
            seen, query = (msn, part), f"?_HLS_msn={msn}&_HLS_part={part + 1}"
        connection.close()


@contextlib.contextmanager
def watching(port: int, camera_id: str, rungs: Sequence[str]) -> Iterator[Watcher]:
    """A watcher while the block runs."""
    watcher = Watcher(port, camera_id, rungs)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop()
