"""The stream of one camera as its viewers' requests see it: what there is, and waking those who wait for more.

Invariants: parts are in memory before a playlist names them. Each playlist is rendered and compressed once, however
many wait for it. Used on the event loop only.
"""

import asyncio
import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from transcoder import playlist
from transcoder.packager import Packager
from transcoder.plan import Offer
from transcoder.watching import Watching


class StreamEnded(Exception):
    """The camera is no longer wanted here, or the process is stopping."""


@dataclass(frozen=True, slots=True)
class Still:
    """One picture as a JPEG file."""

    taken_at: datetime
    jpeg: bytes


class Stream:
    """Lives as long as the camera is wanted, over as many runs of ffmpeg as that takes."""

    def __init__(self, packager: Packager, offer: Offer) -> None:
        self.packager = packager
        self.offer = offer
        self.still: Still | None = None
        self.watching = Watching(since=time.monotonic())
        self.viewers = 0  # those whose reload is held
        self.refusal: str | None = None  # a stable code while there is no hope of pictures soon
        self._changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rendered: dict[tuple[str, bool], bytes] = {}
        self._ended = False

    def publish(self) -> None:
        """The packager has changed: wake everyone who waits. Nothing happens after the end."""
        if self._ended:
            return
        self._rendered.clear()
        changed, self._changed = self._changed, asyncio.get_running_loop().create_future()
        changed.set_result(None)

    def end(self) -> None:
        """Let go of everyone who waits. Repeating it does nothing."""
        if not self._ended:
            self._ended = True
            self._changed.set_result(None)

    def show(self, still: Still) -> None:
        """A newer still."""
        self.still = still
        self.publish()

    @contextmanager
    def viewer(self) -> Iterator[None]:
        """Count one more while the body runs."""
        self.viewers += 1
        try:
            yield
        finally:
            self.viewers -= 1

    async def until(self, condition: Callable[[], bool], *, timeout_s: float) -> bool:
        """Wait for ``condition``, looked at after each publish. False on timeout; raises StreamEnded."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not self._ended and not condition():
            left_s = deadline - asyncio.get_running_loop().time()
            if left_s <= 0:
                return False
            await asyncio.wait((self._changed,), timeout=left_s)
        if self._ended:
            raise StreamEnded
        return True

    def playlist(self, rung_name: str, *, compressed: bool) -> bytes:
        """The rung's media playlist as it is now, UTF-8, gzip'd on wish."""
        if (rung_name, compressed) not in self._rendered:
            self._rendered[rung_name, compressed] = (
                gzip.compress(self.playlist(rung_name, compressed=False), compresslevel=5, mtime=0)
                if compressed
                else playlist.media(self.packager, rung_name, self.offer.rungs).encode()
            )
        return self._rendered[rung_name, compressed]
