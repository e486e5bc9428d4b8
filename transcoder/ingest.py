"""One run of the ffmpeg that talks to a camera: its packets, dated, and the last group of them.

Invariants: it decodes nothing; a run that is being ended gives nothing more; a run whose output makes no sense is
marked, never guessed at. Packets are dated by our monotonic clock, or counted, so no clock of the camera or of the
host can make time run otherwise.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from transcoder import command, flv
from transcoder.command import Source
from transcoder.feeder import CadenceBroken
from transcoder.gop import Gop, Packet
from transcoder.policy import Do, Seen
from transcoder.process import Process
from transcoder.relay import Relay
from transcoder.usage import Limit, Meter

OUTPUT = "camera"
LIMIT = Limit(cpu_cores=0.1, rss_bytes=200_000_000)  # usual: 0.01 and 36 MB
BACKLOG_S = 0.1  # after the first picture: what waited comes at once
MOST_WAITED_S = 2.0  # 1.4 measured (FFmpeg 5.1, a camera that begins with its key frame)
MOST_A_SECOND = 1000  # usual: up to 60, and those of 6 s at once when a link that stood still goes on
RATE_S = 4.0  # the longest usual GOP: less would take a key frame for the rate
MOST_OFF_S = 1.0  # between a picture's date and its arrival: more is another rate, or frames that were lost


class Ingest:
    """Started on the event loop; ended by ``take`` and ``poll``."""

    def __init__(
        self, ffmpeg_path: str, source: Source, give: Callable[[Packet], None], *, fps: float | None, now: float
    ) -> None:
        """Start it.

        Args:
            ffmpeg_path: the program to run.
            source: where the camera is.
            give: called with each packet.
            fps: pictures are counted at this rate; none: they are dated when they arrive.
            now: monotonic seconds.

        Raises:
            OSError: no process or socket is left.
        """
        self.source = source
        self.seen = Seen(started_at=now)
        self.gop = Gop()
        self.trouble: str | None = None  # what made the output broken, for the log
        self.first_at: float | None = None
        self.pictures = 0
        self.kbps: int | None = None  # over the last RATE_S that are complete
        self._rated_at, self._rated_bytes = now, 0
        self._give = give
        self._fps = fps
        self._reader = flv.Reader()
        self._begin: float | None = None  # the date of the first picture, when they are counted
        self._second_at, self._in_second = now, 0  # pictures in a second
        self.relay = Relay(source)
        try:
            self.process = Process(
                lambda fd, ends: command.ingest(ffmpeg_path, script_fd=fd, output_fd=ends[OUTPUT]),
                given=command.script(self.relay.source),
                outputs=[OUTPUT],
                receive=self._receive,
            )
        except OSError:
            self.relay.close()
            raise
        self.meter = Meter(self.process.pid, LIMIT)

    def take(self, step: Do, *, now: float) -> None:
        """One step of ending it."""
        self.process.take(step)
        self.seen = replace(self.seen, stopping=step, stopping_at=now)

    def give_up(self, code: str, trouble: str) -> None:
        """It is of no use any more: a stable code, and words for the log."""
        self.trouble = self.trouble or trouble
        self.seen = replace(self.seen, broken=self.seen.broken or code)

    def poll(self) -> int | None:
        """Exit code once it has ended."""
        self.seen = replace(self.seen, is_flowing=self.relay.flowing_since is not None)
        code = self.process.poll()
        if code is not None:
            self.relay.close()
        return code

    def _receive(self, _output: str, data: bytes) -> None:
        if self.seen.stopping is not Do.NOTHING or self.seen.broken:
            return
        now = time.monotonic()
        try:
            for tag in self._reader.feed(data):
                packet = Packet(now if tag.is_configuration else self._dated(tag.at_ms / 1000, now), tag)
                self.gop.add(packet)
                self._rate(len(tag.body), now)
                self._give(packet)
                if not tag.is_configuration:
                    self.first_at = self.first_at or now
                    self.seen = replace(self.seen, given_at=now)
        except flv.FLVBroken as error:
            self.give_up("output_broken", str(error))
        except CadenceBroken as error:
            self.give_up("camera_cadence", str(error))

    def _dated(self, at_s: float, now: float) -> float:
        """When the picture came: now, but for those that waited for ffmpeg to get going.

        Only they are told apart by ``at_s``. It runs by the host's clock: set back an hour, it stands still for one.
        """
        self.pictures += 1
        self._hold_pace(now)
        if self._fps is not None:
            return self._counted(self._fps, now)
        if self.first_at is not None and now - self.first_at > BACKLOG_S:
            return now
        return min(now, max((self.relay.flowing_since or now) + at_s, now - MOST_WAITED_S))

    def _rate(self, count: int, now: float) -> None:
        self._rated_bytes += count
        if now - self._rated_at >= RATE_S:
            self.kbps = round(self._rated_bytes * 8 / 1000 / (now - self._rated_at))
            self._rated_at, self._rated_bytes = now, 0

    def _hold_pace(self, now: float) -> None:
        if now - self._second_at >= 1.0:
            self._second_at, self._in_second = now, 0
        self._in_second += 1
        if self._in_second > MOST_A_SECOND:
            raise CadenceBroken(f"more than {MOST_A_SECOND} pictures in a second")

    def _counted(self, fps: float, now: float) -> float:
        self._begin = now if self._begin is None else self._begin
        at = self._begin + (self.pictures - 1) / fps
        if abs(at - now) > MOST_OFF_S:
            raise CadenceBroken(f"{fps:g} pictures a second were promised")
        return at
