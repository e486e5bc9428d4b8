"""One run of the ffmpeg that makes rungs and stills: fed with a camera's packets, its output goes to the packager.

Invariants: it has no network and knows no address; a run that is being ended adds nothing more; a run whose output
makes no sense is marked, never guessed at.
"""

import re
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial

from transcoder import command, flv, gop, smjpeg
from transcoder.command import FROZEN, LEAD_MS, STILL, Work
from transcoder.feeder import CadenceBroken, Frame
from transcoder.gop import Packet
from transcoder.policy import Do, Seen
from transcoder.process import Process
from transcoder.stream import Still, Stream
from transcoder.usage import Limit, Meter

MOST_RSS_BYTES = 512_000_000  # usual: 65 MB; a 4K camera with 16 reference pictures 250 MB
MOST_UNFED_BYTES = gop.MOST_BYTES + 8_000_000  # what it catches up with, and some seconds of a large camera
FREEZE = re.compile(rb"lavfi\.freezedetect\.(freeze_start|freeze_end)=")
KEPT_BYTES = 200  # of a line that is not whole


class Encoder:
    """Started on the event loop; ended by ``take`` and ``poll``."""

    def __init__(self, ffmpeg_path: str, name: str, work: Work, stream: Stream, *, now: float) -> None:
        """Start it.

        Args:
            ffmpeg_path: the program to run.
            name: of the feeder; the stream's packager must expect it if there are rungs to make.
            work: what to make.
            stream: where it goes.
            now: monotonic seconds.

        Raises:
            OSError: no process is left.
        """
        self.name = name
        self.work = work
        self.trouble: str | None = None
        self.first_at: float | None = None
        self.given_at: float | None = None
        self.is_frozen = False
        self._stream = stream
        self._seen = Seen(started_at=now)
        self._hungry_at: float | None = None  # since when it has been fed and has given nothing
        self._last_ms = 0  # of what it was fed
        self._made_ms = dict.fromkeys((rung.name for rung in work.rungs), 0)  # of what it gave
        self._freezes = b""
        self._readers = {rung.name: flv.Reader() for rung in work.rungs}
        self._stills = smjpeg.Reader()
        self.process = Process(
            lambda fd, ends: command.encoder(ffmpeg_path, work, feed_fd=fd, fds=ends),
            given=flv.HEADER,
            outputs=work.outputs,
            receive=self._receive,
            is_fed=True,
        )
        self.meter = Meter(self.process.pid, Limit(work.cpu_cores, MOST_RSS_BYTES))

    def seen(self, *, now: float) -> Seen:
        """What there is to judge it by: one that is fed nothing is not late."""
        return replace(self._seen, given_at=None if self.given_at is None else self._hungry_at or now)

    @property
    def behind_s(self) -> float:
        """How far its slowest rung is behind what it was fed; 0 before the first picture, and of stills."""
        made_ms = min(self._made_ms.values(), default=0)
        return (self._last_ms - made_ms) / 1000 if made_ms else 0.0

    def feed(self, packet: Packet) -> None:
        """The next packet of the camera. Nothing happens when it has been given up or is being ended."""
        if self._seen.broken or self._seen.stopping is not Do.NOTHING:
            return
        tag = packet.tag
        if self.work.rungs or tag.is_key or tag.is_configuration:
            if not tag.is_configuration:
                at_ms = LEAD_MS + round((packet.at - self.work.begins_at) * 1000)
                self._last_ms = max(at_ms, self._last_ms + 1)
            self.process.feed(tag.written(self._last_ms))
            self._hungry_at = self._hungry_at or time.monotonic()
        if self.process.unfed_bytes > MOST_UNFED_BYTES:
            self.give_up("encoder_behind", f"{self.process.unfed_bytes} bytes wait")

    def give_up(self, code: str, trouble: str) -> None:
        """It is of no use any more: a stable code, and words for the log."""
        self.trouble = self.trouble or trouble
        self._seen = replace(self._seen, broken=self._seen.broken or code)

    def take(self, step: Do, *, now: float) -> None:
        """One step of ending it."""
        self.process.take(step)
        self._seen = replace(self._seen, stopping=step, stopping_at=now)

    def poll(self) -> int | None:
        """Exit code once it has ended."""
        return self.process.poll()

    def _receive(self, output: str, data: bytes) -> None:
        if self._seen.stopping is not Do.NOTHING or self._seen.broken:
            return
        take = {STILL: self._still, FROZEN: self._freeze}.get(output, partial(self._rung, output))
        try:
            take(data)
        except (flv.FLVBroken, smjpeg.SMJPEGBroken, CadenceBroken) as error:
            self.give_up("output_broken", str(error))

    def _rung(self, name: str, data: bytes) -> None:
        made = False
        for tag in self._readers[name].feed(data):
            if tag.is_configuration:
                rung = self.work.ladder.rung(name)
                assert rung is not None  # a reader for each rung of the ladder that is made
                size_px = (rung.width_px, rung.height_px)
                self._stream.packager.configure(self.name, name, tag.payload, size_px=size_px)
                continue
            self._made_ms[name] = tag.at_ms
            number = round(tag.at_ms * self.work.fps / 1000) - self.work.lead_frames
            made |= self._stream.packager.add(self.name, name, Frame(number, tag.is_key, tag.payload))
        if made:
            self._gave()
            self._stream.publish()

    def _still(self, data: bytes) -> None:
        for picture in self._stills.feed(data):
            if not self.work.rungs:
                self._gave()  # with rungs, their parts tell more
            taken_at = self.work.starts_at + timedelta(milliseconds=picture.at_ms - LEAD_MS)
            self._stream.show(Still(taken_at, picture.jpeg))

    def _freeze(self, data: bytes) -> None:
        text = self._freezes + data
        for found in FREEZE.finditer(text):
            self.is_frozen = found[1] == b"freeze_start"
        self._freezes = text.rpartition(b"\n")[2][-KEPT_BYTES:]

    def _gave(self) -> None:
        self.given_at = time.monotonic()
        self.first_at = self.first_at or self.given_at
        self._hungry_at = None
