"""Pure: frames in; parts, segments and the window of them out. No clock, no I/O.

Frames come from a *feeder*: one encoder, and what is copied beside it. A feeder that is to take over sends frames
beside the old one, and does so where a segment begins, so players notice nothing. What a feeder does not have is shown
by the next rung that it has.

Invariants: a part exists for every rung of its feeder or for none, so all rungs have the same parts, numbers and times,
and one number says how far the stream is. Frames are counted: cuts do not depend on when anything arrived. An epoch is
dated once; all its dates follow by media time. Sequence numbers never go back, not even when everything is restarted;
names hold the epoch, so a name never means other bytes.
"""

import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2s

from transcoder import fmp4
from transcoder.feeder import CadenceBroken, Feeder, Frame
from transcoder.ladder import TIMESCALE, Ladder

WINDOW_SEGMENTS = (
    5  # complete ones in a playlist; more while they are short: RFC 8216bis §6.2.2 wants 3 target durations
)
KEPT_TARGETS = 7  # target durations that a segment can still be fetched after it left: §6.2.2, its own and the window's
NAME = re.compile(r"(?P<epoch>[0-9a-f]{8})-(?P<msn>0|[1-9][0-9]{0,17})(?:\.(?P<part>0|[1-9][0-9]{0,3}))?\.m4s")


@dataclass(frozen=True, slots=True)
class Part:
    """A few frames of every rung of its feeder."""

    is_independent: bool
    content: dict[str, bytes]  # by rung: moof and mdat


@dataclass(slots=True)
class Epoch:
    """A stretch of media time without a break."""

    name: str
    starts_at: datetime
    segments: int = 0  # begun so far
    parts: int = 0


@dataclass(slots=True)
class Segment:
    """Media sequence number ``msn``; open until it has all its parts or its epoch has ended."""

    msn: int
    epoch: Epoch
    starts_at: datetime
    position: int  # parts of the stream before it
    is_discontinuous: bool
    init: dict[str, str]  # by rung that it has: name of the init segment
    parts: list[Part] = field(default_factory=list)
    is_complete: bool = False

    @property
    def name(self) -> str:
        """Of the file with all its parts."""
        return f"{self.epoch.name}-{self.msn}.m4s"

    def part_name(self, index: int) -> str:
        """Of one part, whether it exists or not."""
        return f"{self.epoch.name}-{self.msn}.{index}.m4s"


class Packager:
    """The stream of one camera."""

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder
        self.segments: deque[Segment] = deque()  # oldest first; the last may be open, and then has a part
        self.listed_msn = 0  # the first one in the playlists
        self.discontinuities = 0  # those that have left the playlists
        self.parts = 0  # made so far
        self.bytes: Counter[str] = Counter()  # of them, by rung
        self.feeding: str | None = None  # the feeder in use
        self._epoch: Epoch | None = None
        self._feeders: dict[str, Feeder] = {}
        self._inits: dict[str, dict[str, bytes]] = {}  # by rung and name

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
    def epoch_parts(self) -> int:
        """Parts of this epoch so far."""
        return self._epoch.parts if self._epoch else 0

    @property
    def newest_at(self) -> datetime | None:
        """When the newest picture was taken; none before the first."""
        if not self.segments:
            return None
        last = self.segments[-1]
        return last.starts_at + timedelta(seconds=len(last.parts) * self.ladder.part_s - 1 / self.ladder.fps)

    @property
    def next_name(self) -> str | None:
        """Name of the part that comes next; none between two epochs, when nobody can know."""
        if self._epoch is None:
            return None
        if not self.segments or self.segments[-1].is_complete:
            msn = self.segments[-1].msn + 1 if self.segments else 0
            return f"{self._epoch.name}-{msn}.0.m4s"
        return self.segments[-1].part_name(len(self.segments[-1].parts))

    @property
    def hint(self) -> str | None:
        """The same for playlists; none before a segment that may have other rungs, whose init segments are not listed.

        Shaka Player 5.2 keeps what was hinted, and the init segment it was hinted under, though another is listed then.
        """
        is_between = bool(self.segments) and self.segments[-1].is_complete
        return None if is_between and self._may_show_others else self.next_name

    def begin(self, epoch: str, *, starts_at: datetime) -> None:
        """A new stretch of time whose first part begins at ``starts_at``. Whoever fed the one before is forgotten."""
        self.end()
        self._epoch = Epoch(epoch, starts_at)

    def end(self) -> bool:
        """No more frames come: an open segment is complete as it is. False when that is so already."""
        was_fed = self._epoch is not None
        self._epoch, self.feeding = None, None
        self._feeders.clear()
        if self.segments:
            self.segments[-1].is_complete = True
        return was_fed

    def join(self, feeder: str, part_frames: Mapping[str, int], *, copied: frozenset[str] = frozenset()) -> None:
        """Expect ``feeder``, with that many frames a part in each rung. It takes over as soon as it can.

        A rung of ``copied`` is left out of segments that do not begin with a key frame of it. Any other feeder that
        has not taken over yet is forgotten.
        """
        self._feeders = {name: one for name, one in self._feeders.items() if name == self.feeding}
        self._feeders[feeder] = Feeder(dict(part_frames), copied, frames={rung: deque() for rung in part_frames})
        if self._epoch is not None and self.feeding is None:
            self.feeding = feeder

    def leave(self, feeder: str) -> None:
        """A feeder that has not taken over will not."""
        if feeder != self.feeding:
            self._feeders.pop(feeder, None)

    def configure(self, feeder: str, rung: str, avcc: bytes, *, size_px: tuple[int, int]) -> None:
        """The decoder configuration of a rung (width, height), before its first frame; again only if it is the same."""
        joined = self._feeders.get(feeder)
        if joined is None:
            return
        name = blake2s(avcc, digest_size=4).hexdigest()
        if joined.init.setdefault(rung, name) != name:
            raise CadenceBroken(f"{rung} changes its configuration")
        width_px, height_px = size_px
        content = fmp4.init_segment(avcc, width_px=width_px, height_px=height_px, timescale=TIMESCALE)
        self._inits.setdefault(rung, {}).setdefault(name, content)

    def add(self, feeder: str, rung: str, frame: Frame) -> bool:
        """Take the next frame of a rung. True when parts were completed: playlists are new, and the bytes are there."""
        joined = self._feeders.get(feeder)
        if joined is None or rung not in joined.frames:
            return False
        joined.add(rung, frame)
        made = False
        while self._cut():
            made = True
        return made

    def init(self, rung: str, name: str) -> bytes | None:
        """An init segment that a segment of the stream needs or will need."""
        return self._inits.get(rung, {}).get(name)

    def content(self, rung: str, name: str) -> bytes | None:
        """The bytes of a complete segment or of a part, as long as they are kept."""
        match = NAME.fullmatch(name)
        if not match or not self.segments:
            return None
        index = int(match["msn"]) - self.segments[0].msn
        if not 0 <= index < len(self.segments) or self.segments[index].epoch.name != match["epoch"]:
            return None
        segment = self.segments[index]
        if rung not in segment.init:
            return None
        if match["part"] is None:
            return b"".join(part.content[rung] for part in segment.parts) if segment.is_complete else None
        part = int(match["part"])
        return segment.parts[part].content[rung] if part < len(segment.parts) else None

    def shown(self, segment: Segment, rung: str) -> str:
        """The rung whose bytes a segment shows in ``rung``: itself, or the nearest below it, or the lowest it has."""
        names = [one.name for one in self.ladder.rungs]
        here = names.index(rung)
        return next((name for name in reversed(names[: here + 1]) if name in segment.init), None) or next(
            name for name in names[here:] if name in segment.init
        )

    @property
    def _may_show_others(self) -> bool:
        """Whether the next segment may have other rungs than the last."""
        if self.feeding is None or not self.segments:
            return False
        return len(self._feeders) > 1 or self._feeders[self.feeding].init != self.segments[-1].init

    def _cut(self) -> bool:
        """Make a part if every rung has its frames."""
        epoch = self._epoch
        if epoch is None or self.feeding is None:
            return False
        begins = not self.segments or self.segments[-1].is_complete
        if begins:
            self._hand_over(epoch.parts)
        feeder = self._feeders[self.feeding]
        rungs = feeder.beginning(epoch.parts) if begins else list(self.segments[-1].init)
        taken = {rung: feeder.taken(rung, epoch.parts) for rung in rungs}
        if not taken or not all(taken.values()):
            return False
        is_independent = all(frames[0].is_key for frames in taken.values())
        if begins and not is_independent:
            raise CadenceBroken(f"part {epoch.parts} does not begin with an IDR in every rung")
        if begins:
            self._open(epoch, {rung: feeder.init[rung] for rung in rungs})
        segment = self.segments[-1]
        content = {rung: self._content(frames, epoch.parts) for rung, frames in taken.items()}
        segment.parts.append(Part(is_independent, content))
        segment.is_complete = len(segment.parts) == self.ladder.parts_of(epoch.segments - 1)
        epoch.parts += 1
        self.parts += 1
        self.bytes.update({rung: len(part) for rung, part in content.items()})
        self._trim()
        return True

    def _hand_over(self, part: int) -> None:
        """Another feeder takes over if it has come as far as the one in use."""
        for name, feeder in self._feeders.items():
            if name == self.feeding:
                continue
            if feeder.is_ready(part):
                self.feeding, self._feeders = name, {name: feeder}
                return

    def _content(self, frames: list[Frame], part: int) -> bytes:
        begin, end = self.ladder.ticks(part), self.ladder.ticks(part + 1)
        ticks = [begin + round((end - begin) * n / len(frames)) for n in range(len(frames) + 1)]
        samples = [fmp4.Sample(is_sync=frame.is_key, payload=frame.payload) for frame in frames]
        return fmp4.part(samples, sequence=part + 1, ticks=ticks)

    def _open(self, epoch: Epoch, init: dict[str, str]) -> None:
        last = self.segments[-1] if self.segments else None
        segment = Segment(
            msn=last.msn + 1 if last else 0,
            epoch=epoch,
            starts_at=epoch.starts_at + timedelta(seconds=epoch.parts * self.ladder.part_s),
            position=last.position + len(last.parts) if last else 0,
            is_discontinuous=last is not None and last.epoch is not epoch,
            init=init,
        )
        epoch.segments += 1
        self.segments.append(segment)

    def _trim(self) -> None:
        """Unlist what is old enough, and forget what has been unlisted long enough."""
        target = self.ladder.segment_parts
        end = self.segments[-1].position + len(self.segments[-1].parts)
        while True:
            listed = self.listed
            complete = sum(segment.is_complete for segment in listed)
            if complete <= WINDOW_SEGMENTS or end - listed[1].position < 3 * target:
                break
            self.discontinuities += listed[0].is_discontinuous
            self.listed_msn = listed[1].msn
        first = next(segment for segment in self.segments if segment.msn == self.listed_msn)
        while first.position - (self.segments[0].position + len(self.segments[0].parts)) > KEPT_TARGETS * target:
            self.segments.popleft()
        self._forget_inits()

    def _forget_inits(self) -> None:
        kept = {(rung, name) for segment in self.segments for rung, name in segment.init.items()}
        kept |= {(rung, name) for feeder in self._feeders.values() for rung, name in feeder.init.items()}
        for rung, named in self._inits.items():
            self._inits[rung] = {name: content for name, content in named.items() if (rung, name) in kept}
