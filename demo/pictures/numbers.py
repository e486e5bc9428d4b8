"""The true numbers of a clip, counted in its bytes, as a camera's registry entry wants them. Nothing is decoded."""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from demo.cameras import film, h264, parameters

B_SLICES = (1, 6)  # slice_type (H.264 table 7-6)
START_CODE_BYTES = 4


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Of one looped clip. The fields are named as those of a camera's profile."""

    codec: str  # h264 | h265
    width_px: int
    height_px: int
    fps: float
    bitrate_bps: int  # its peak: that of the largest second
    gop_frames: int  # the longest way from one key frame to the next
    b_frames: bool | None  # none: not looked for, in H.265
    codecs: str  # RFC 6381: avc1.4D401F, hvc1.1.6.L93.90


def of(clip: Path, *, fps: float) -> Numbers:
    """Numbers of the clip when it is played at ``fps``.

    Raises:
        ClipUnusable: see ``film.load``; or its parameter set is cut off.
    """
    made = film.load(clip)
    is_h264 = clip.suffix != film.H265_SUFFIX
    try:
        said = parameters.h264(made.sps) if is_h264 else parameters.h265(made.sps)
    except IndexError as error:
        raise h264.ClipUnusable(f"{clip}: its parameter set is cut off; encode it again") from error
    return Numbers(
        codec="h264" if is_h264 else "h265",
        width_px=said.width_px,
        height_px=said.height_px,
        fps=fps,
        bitrate_bps=_peak_bps([_size_bytes(unit) for unit in made.units], round(fps), fps),
        gop_frames=max(
            after - before for before, after in zip(made.keys, [*made.keys[1:], len(made.units)], strict=True)
        ),
        b_frames=any(_is_b(nal) for unit in made.units for nal in unit) if is_h264 else None,
        codecs=said.codecs,
    )


def _size_bytes(unit: film.Unit) -> int:
    return sum(START_CODE_BYTES + len(nal) for nal in unit)


def _peak_bps(sizes: list[int], window: int, fps: float) -> int:
    """Of the largest ``window`` pictures in a row, over the loop point too."""
    sums = list(accumulate(sizes * (2 + window // len(sizes)), initial=0))
    most = max(sums[at + window] - sums[at] for at in range(len(sizes)))
    return round(most * 8 * fps / window)


def _is_b(nal: memoryview | bytes) -> bool:
    if h264.kind(nal) not in h264.PICTURES:
        return False
    bits = parameters.Bits(nal[:16], head_bytes=1)
    bits.ue()
    return bits.ue() in B_SLICES
