"""Pure: the rungs a stream is offered in and the cadence they share.

Everything a playlist declares is fixed here before ffmpeg starts, and the encoder is bound to it. Parts and segments
are counted, never timed, so every rung has the same cuts and PART-TARGET cannot change.
"""

from dataclasses import dataclass
from itertools import accumulate

# Ticks per second in init and media segments. Chromium cuts times to whole microseconds: with 90000 three frames of
# 1/15 s end at 0.199999 s, before the playlist's next part begins, and hls.js 1.7 loads the first one again and again.
TIMESCALE = 10_000
CONTAINER_BPS = 8000  # headers of moof and mdat: 128 bytes a part of 3 frames are 5120, 120 one of 2 frames 7200
OPENING_FILL = 0.5  # share of the rate buffer that the first picture may use


@dataclass(frozen=True, slots=True)
class Rung:
    """One size of the picture. ``cap_bps`` bounds every second of it, container included."""

    height_px: int
    width_px: int
    cap_bps: int
    level: str  # H.264 level, the lowest that holds width, height and fps (ITU-T H.264 table A-1)

    @property
    def name(self) -> str:
        """As in the media path: ``360p``."""
        return f"{self.height_px}p"

    @property
    def rate_bps(self) -> int:
        """The encoder's ceiling over time."""
        return (self.cap_bps - CONTAINER_BPS) * 4 // 5

    @property
    def buffer_bits(self) -> int:
        """What the encoder may send ahead of that ceiling: half a second of it.

        A segment of 2 s then holds at most (2 + 1/2)/2 = 5/4 of ``rate_bps``, which is ``cap_bps``.
        """
        return self.rate_bps // 2

    @property
    def codecs(self) -> str:
        """RFC 6381 name: H.264 main profile (77, constraint_set1) at ``level``. Held to by the encoder's settings."""
        return f"avc1.4D40{round(float(self.level) * 10):02X}"


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs, lowest first, and their cadence.

    The first segments have the ``opening_parts``: mostly one each, so that a cold viewer can start after two parts
    instead of after a whole segment, and together whole target durations, so that later segments begin where the key
    frames of a copied camera are. All later ones are a target duration long.
    """

    rungs: tuple[Rung, ...]
    fps: int = 15
    part_frames: int = 3
    opening_parts: tuple[int, ...] = (1, 1, 1, 1, 1, 1, 4)
    parts_before_playable: int = 2  # one complete segment and one more part: fewer, and hls.js reports an empty level
    target_duration_s: int = 2

    @property
    def segment_parts(self) -> int:
        """Parts of a usual segment."""
        return self.target_duration_s * self.fps // self.part_frames

    @property
    def part_s(self) -> float:
        """PART-TARGET: every part is exactly this long."""
        return self.part_frames / self.fps

    def ticks(self, part: int) -> int:
        """When a part begins, in units of TIMESCALE since the first one."""
        return round(part * self.part_frames * TIMESCALE / self.fps)

    def parts_of(self, ordinal: int) -> int:
        """The parts of the segment that is the ``ordinal``-th (from 0) of its epoch."""
        return self.opening_parts[ordinal] if ordinal < len(self.opening_parts) else self.segment_parts

    def boundary_after(self, part: int) -> int:
        """The first part at or after ``part`` with which a segment begins."""
        opening = (*accumulate(self.opening_parts, initial=0),)
        if part <= opening[-1]:
            return next(begin for begin in opening if begin >= part)
        return opening[-1] + -(-(part - opening[-1]) // self.segment_parts) * self.segment_parts

    def rung(self, name: str) -> Rung | None:
        """The rung of this name, if it is offered."""
        return next((rung for rung in self.rungs if rung.name == name), None)


DEFAULT = Ladder(
    rungs=(
        Rung(height_px=240, width_px=426, cap_bps=180_000, level="2.1"),
        Rung(height_px=360, width_px=640, cap_bps=450_000, level="3.0"),
        Rung(height_px=540, width_px=960, cap_bps=900_000, level="3.1"),
    )
)
