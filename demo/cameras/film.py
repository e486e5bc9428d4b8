"""A clip that a camera can play, whatever its codec: its pictures, how they are packed, how they are described."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from demo.cameras import h264, hevc, rtp, stillness

H265_SUFFIX = ".h265"

Unit = Sequence[memoryview | bytes]


@dataclass(frozen=True)
class Film:
    """``units`` are access units in order, at least one; ``sdp`` is asked for with the frames per second.

    ``keys`` are the indexes of the key frames, ascending; the first is 0.
    """

    units: Sequence[Unit]
    keys: Sequence[int]
    sps: bytes
    payloads: Callable[[Unit], list[bytes]]
    sdp: Callable[[float], bytes]
    unchanged: Callable[[int], Unit] | None = None  # nothing new in the n-th picture after a key frame; H.264 only

    def key_since(self, count: int) -> int:
        """Count of the key frame at or before ``count``, when counting goes on from loop to loop."""
        index = count % len(self.units)
        return count - index + self.keys[bisect_right(self.keys, index) - 1]

    def unit(self, count: int) -> Unit:
        """The access unit of that count."""
        return self.units[count % len(self.units)]

    def still(self, key: int, number: int) -> Unit:
        """The ``number``-th access unit of a stream that shows nothing but the key frame of count ``key``."""
        return self.unchanged(number) if number and self.unchanged else self.unit(key)


def load(clip: Path) -> Film:
    """The film at ``clip``: H.265 if its name ends so, else H.264.

    Raises:
        ClipUnusable: see ``h264.load``.
    """
    if clip.suffix != H265_SUFFIX:
        track = h264.load(clip)
        return Film(
            track.units,
            _keys(track.units, h264.is_key),
            track.sps,
            rtp.payloads,
            lambda fps: rtp.sdp(track, fps=fps),
            partial(stillness.unchanged, track.sps, track.pps),
        )
    try:
        other = hevc.track(clip.read_bytes())
    except (OSError, ValueError) as error:
        raise h264.ClipUnusable(f"{clip}: {error}; encode it as H.265 Annex B") from error
    described = partial(rtp.description, "H265", hevc.parameters(other))
    return Film(
        other.units,
        _keys(other.units, hevc.is_key),
        other.sps,
        partial(hevc.payloads, most_bytes=rtp.PAYLOAD_MAX_BYTES),
        lambda fps: described(fps=fps),
    )


def _keys(units: Sequence[Sequence[memoryview]], is_key: Callable[[memoryview], bool]) -> tuple[int, ...]:
    return tuple(index for index, unit in enumerate(units) if any(map(is_key, unit)))
