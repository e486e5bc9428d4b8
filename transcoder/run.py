"""One run of ffmpeg for one camera: its bytes become parts of the stream, and what is seen of it is kept.

Invariants: a run that is being ended adds nothing more; a run whose output makes no sense is marked, never guessed at.
"""

import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from transcoder import command, flv, packager
from transcoder.command import Source
from transcoder.ladder import Ladder
from transcoder.policy import Do, Seen
from transcoder.process import Process
from transcoder.relay import Relay
from transcoder.stream import Stream

SIGNALS = {Do.TERMINATE: signal.SIGTERM, Do.KILL: signal.SIGKILL}


class Run:
    """Started on the event loop; ended by ``take`` and ``poll``."""

    def __init__(self, ffmpeg_path: str, source: Source, stream: Stream, *, epoch: str, now: float) -> None:
        self.epoch = epoch
        self.source = source
        self.stream = stream
        self.seen = Seen(started_at=now)
        self.first_part_at: float | None = None
        self.trouble: str | None = None  # what made the output broken, for the log
        ladder = stream.packager.ladder
        self._readers = {rung.name: flv.Reader() for rung in ladder.rungs}
        stream.packager.begin(epoch)
        self.relay = Relay(source)
        try:
            self.process = Process(
                lambda script_fd, ends: _argv(ffmpeg_path, ladder, script_fd, ends),
                script=command.script(self.relay.source),
                outputs=[rung.name for rung in ladder.rungs],
                receive=self._receive,
            )
        except OSError:
            self.relay.close()
            raise

    def take(self, step: Do, *, now: float) -> None:
        """One step of ending it."""
        if step is Do.STOP:
            self.process.ask_to_quit()
        else:
            self.process.send(SIGNALS[step])
        self.seen = replace(self.seen, stopping=step, stopping_at=now)

    def poll(self) -> int | None:
        """Exit code once it has ended; the stream is then without a run."""
        self.seen = replace(self.seen, is_flowing=self.relay.flowing_since is not None)
        code = self.process.poll()
        if code is not None:
            self.relay.close()
            self.stream.packager.end()
        return code

    def _receive(self, rung_name: str, data: bytes) -> None:
        if self.seen.stopping is not Do.NOTHING or self.seen.is_broken:
            return
        try:
            if self._add(rung_name, data):
                now = time.monotonic()
                self.first_part_at = self.first_part_at or now
                self.seen = replace(self.seen, part_at=now)
                self.stream.publish()
        except (flv.FLVBroken, packager.CadenceBroken) as error:
            self.trouble = str(error)
            self.seen = replace(self.seen, is_broken=True)

    def _add(self, rung_name: str, data: bytes) -> bool:
        is_new = False
        for item in self._readers[rung_name].feed(data):
            if isinstance(item, flv.Configuration):
                self.stream.packager.configure(rung_name, item)
            else:
                is_new |= self.stream.packager.add(rung_name, item, arrived_at=self._arrived_at(item))
        return is_new

    def _arrived_at(self, frame: flv.Frame) -> datetime:
        """When the camera's picture came. Not now: ffmpeg fills the time before the first key frame, at once."""
        return (self.relay.flowing_since or datetime.now(UTC)) + timedelta(milliseconds=frame.at_ms)


def _argv(ffmpeg_path: str, ladder: Ladder, script_fd: int, ends: Mapping[str, int]) -> Sequence[str]:
    return command.argv(ffmpeg_path, ladder, script_fd=script_fd, rung_fds=ends)
