"""Pure: frames in; parts, segments and the window of them out. No clock, no I/O.

Invariants: a part exists for every rung or for none, so all rungs have the same parts, numbers and times, and one
number says how far the stream is. Frames are counted: cuts do not depend on when anything arrived. A run is dated by
the arrival of its first frames, before any playlist names a date; all later dates follow by media time. Sequence
numbers never go back, not even when ffmpeg is restarted; names hold the run's epoch, so a name never means other bytes.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from transcoder import fmp4
from transcoder.flv import Configuration, Frame
from transcoder.ladder import TIMESCALE, Ladder

WINDOW_SEGMENTS = (
    5  # complete ones in a playlist; more while they are short: RFC 8216bis §6.2.2 wants 3 target durations
)
KEPT_TARGETS = 7  # target durations that a segment can still be fetched after it left: §6.2.2, its own and the window's
NAME = re.compile(r"(?P<epoch>[0-9a-f]{8})-(?P<msn>0|[1-9][0-9]{0,17})(?:\.(?P<part>0|[1-9][0-9]{0,3}))?\.m4s")


class CadenceBroken(Exception):
    """A rung does not follow the ladder: a frame is missing, or an IDR is not where a segment begins."""


@dataclass(frozen=True, slots=True)
class Part:
    """A few frames of every rung."""

    frames: int
    is_independent: bool
    content: dict[str, bytes]  # by rung: moof and mdat


@dataclass(slots=True)
class Run:
    """What is known of the ffmpeg that feeds the packager now."""

    epoch: str
    starts_at: datetime | None = None
    init: dict[str, bytes] = field(default_factory=dict)
    samples: dict[str, list[fmp4.Sample]] = field(default_factory=dict)  # by rung: those not yet in a part
    received: dict[str, int] = field(default_factory=dict)  # by rung: frames so far
    segments: int = 0  # begun in this run
    frames: int = 0  # in parts

    def date(self, starts_at: datetime) -> None:
        """Date the run by its least delayed frame: the first ones waited for ffmpeg to get going."""
        self.starts_at = min(self.starts_at or starts_at, starts_at)


@dataclass(slots=True)
class Segment:
    """Media sequence number ``msn``; open until it has all its parts or its run has ended."""

    msn: int
    run: Run
    offset_s: float  # from the begin of its run
    position: int  # frames of the stream before it
    is_discontinuous: bool
    parts: list[Part] = field(default_factory=list)
    is_complete: bool = False

    @property
    def epoch(self) -> str:
        """Of its run."""
        return self.run.epoch

    @property
    def starts_at(self) -> datetime:
        """When its first frame came from the camera."""
        assert self.run.starts_at is not None  # a part has frames
        return self.run.starts_at + timedelta(seconds=self.offset_s)

    @property
    def frames(self) -> int:
        """How long it is so far."""
        return sum(part.frames for part in self.parts)

    @property
    def name(self) -> str:
        """Of the file with all its parts."""
        return f"{self.epoch}-{self.msn}.m4s"

    def part_name(self, index: int) -> str:
        """Of one part, whether it exists or not."""
        return f"{self.epoch}-{self.msn}.{index}.m4s"


class Packager:
    """The stream of one camera."""

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder
        self.segments: deque[Segment] = deque()  # oldest first; the last may be open, and then has a part
        self.listed_msn = 0  # the first one in the playlists
        self.discontinuities = 0  # those that have left the playlists
        self._run: Run | None = None
        self._inits: dict[str, dict[str, bytes]] = {}

    @property
    def listed(self) -> list[Segment]:
        """What the playlists show."""
        return [segment for segment in self.segments if segment.msn >= self.listed_msn]

    @property
    def is_playable(self) -> bool:
        """Whether a player given this window can start: before, no media playlist may be served."""
        parts = sum(len(segment.parts) for segment in self.segments)
        return parts >= self.ladder.parts_before_playable and self.segments[0].is_complete

    @property
    def hint(self) -> str | None:
        """Name of the part that comes next; none between two runs, when nobody can know."""
        if self._run is None:
            return None
        if not self.segments or self.segments[-1].is_complete:
            msn = self.segments[-1].msn + 1 if self.segments else 0
            return f"{self._run.epoch}-{msn}.0.m4s"
        return self.segments[-1].part_name(len(self.segments[-1].parts))

    def begin(self, epoch: str) -> None:
        """A new ffmpeg. ``epoch``: 8 hexadecimal digits, never used before for this camera."""
        self.end()
        self._run = Run(
            epoch, samples={r.name: [] for r in self.ladder.rungs}, received={r.name: 0 for r in self.ladder.rungs}
        )

    def end(self) -> None:
        """That ffmpeg is gone. What it left half done is completed as it is; frames short of a part are lost."""
        self._run = None
        if self.segments:
            self.segments[-1].is_complete = True

    def configure(self, rung_name: str, configuration: Configuration) -> None:
        """The decoder configuration of a rung: once, before its first frame."""
        run, rung = self._run, self.ladder.rung(rung_name)
        if run is None or rung is None or rung_name in run.init:
            raise CadenceBroken(f"{rung_name} is configured where it cannot be")
        run.init[rung_name] = fmp4.init_segment(
            configuration.avcc, width_px=rung.width_px, height_px=rung.height_px, timescale=TIMESCALE
        )

    def add(self, rung_name: str, frame: Frame, *, arrived_at: datetime) -> bool:
        """Take the next frame of a rung. True when it completed a part: playlists are new, and its bytes are there."""
        run = self._run
        if run is None or rung_name not in run.init:
            raise CadenceBroken(f"{rung_name} sends pictures before it is configured")
        if round(frame.at_ms * self.ladder.fps / 1000) != run.received[rung_name]:
            raise CadenceBroken(f"{rung_name} leaves the grid at frame {run.received[rung_name]}")
        if run.frames == 0 or not self.is_playable:
            run.date(arrived_at - timedelta(seconds=run.received[rung_name] / self.ladder.fps))
        run.received[rung_name] += 1
        run.samples[rung_name].append(fmp4.Sample(is_sync=frame.is_key, payload=frame.payload))
        return self._cut(run)

    def init(self, rung_name: str, epoch: str) -> bytes | None:
        """The init segment of a rung in a run of which there are segments."""
        return self._inits.get(epoch, {}).get(rung_name)

    def content(self, rung_name: str, name: str) -> bytes | None:
        """The bytes of a complete segment or of a part, as long as they are kept."""
        match = NAME.fullmatch(name)
        if not match or not self.segments or self.ladder.rung(rung_name) is None:
            return None
        index = int(match["msn"]) - self.segments[0].msn
        if not 0 <= index < len(self.segments) or self.segments[index].epoch != match["epoch"]:
            return None
        segment = self.segments[index]
        if match["part"] is None:
            return b"".join(part.content[rung_name] for part in segment.parts) if segment.is_complete else None
        part = int(match["part"])
        return segment.parts[part].content[rung_name] if part < len(segment.parts) else None

    def _cut(self, run: Run) -> bool:
        """Make a part if every rung has its frames."""
        begins = not self.segments or self.segments[-1].is_complete
        ordinal = run.segments if begins else run.segments - 1
        left = self.ladder.frames_of(ordinal) - (0 if begins else self.segments[-1].frames)
        size = min(self.ladder.part_frames, left)
        if any(len(samples) < size for samples in run.samples.values()):
            return False
        taken = {name: samples[:size] for name, samples in run.samples.items()}
        is_independent = all(samples[0].is_sync for samples in taken.values())
        if begins and not is_independent:
            raise CadenceBroken(f"segment {ordinal} does not begin with an IDR in every rung")
        if begins:
            self._open(run)
        self.segments[-1].parts.append(self._part(run, taken, is_independent=is_independent))
        self.segments[-1].is_complete = size == left
        run.frames += size
        for samples in run.samples.values():
            del samples[:size]
        self._trim()
        return True

    def _part(self, run: Run, taken: dict[str, list[fmp4.Sample]], *, is_independent: bool) -> Part:
        size = len(next(iter(taken.values())))
        ticks = [self.ladder.ticks(run.frames + n) for n in range(size + 1)]
        content = {
            name: fmp4.part(samples, sequence=run.frames // self.ladder.part_frames + 1, ticks=ticks)
            for name, samples in taken.items()
        }
        return Part(frames=size, is_independent=is_independent, content=content)

    def _open(self, run: Run) -> None:
        last = self.segments[-1] if self.segments else None
        segment = Segment(
            msn=last.msn + 1 if last else 0,
            run=run,
            offset_s=run.frames / self.ladder.fps,
            position=last.position + last.frames if last else 0,
            is_discontinuous=last is not None and last.epoch != run.epoch,
        )
        run.segments += 1
        self.segments.append(segment)
        self._inits[run.epoch] = run.init

    def _trim(self) -> None:
        """Unlist what is old enough, and forget what has been unlisted long enough."""
        target = self.ladder.target_duration_s * self.ladder.fps
        end = self.segments[-1].position + self.segments[-1].frames
        while True:
            listed = self.listed
            complete = sum(segment.is_complete for segment in listed)
            if complete <= WINDOW_SEGMENTS or end - listed[1].position < 3 * target:
                break
            self.discontinuities += listed[0].is_discontinuous
            self.listed_msn = listed[1].msn
        first = next(segment for segment in self.segments if segment.msn == self.listed_msn)
        while first.position - (self.segments[0].position + self.segments[0].frames) > KEPT_TARGETS * target:
            self.segments.popleft()
        kept = {segment.epoch for segment in self.segments}
        self._inits = {epoch: init for epoch, init in self._inits.items() if epoch in kept}
