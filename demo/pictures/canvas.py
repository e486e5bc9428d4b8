"""A picture in memory that takes flat polygons: I420 planes, the form an encoder reads.

Pure. Polygons are convex; what lies outside the picture is left out.
"""

import functools
import math
from collections.abc import Sequence

WIDTH, HEIGHT = 960, 540  # px; both even. Scaled up by ffmpeg, which also softens the edges
LUMA = WIDTH * HEIGHT
CHROMA_WIDTH = WIDTH // 2
CHROMA = LUMA // 4

Colour = tuple[int, int, int]  # red, green, blue, 0..255
Place = tuple[float, float]  # px, from the upper left corner


@functools.lru_cache(maxsize=4096)
def _lines(colour: Colour) -> tuple[bytes, bytes, bytes]:
    """A full row of each plane in one colour (ITU-R BT.709, limited range)."""
    red, green, blue = (channel / 255 for channel in colour)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    y = round(16 + 219 * luma)
    u = round(128 + 224 * (blue - luma) / 1.8556)
    v = round(128 + 224 * (red - luma) / 1.5748)
    return bytes((y,)) * WIDTH, bytes((u,)) * CHROMA_WIDTH, bytes((v,)) * CHROMA_WIDTH


class Canvas:
    """``data`` is one I420 frame."""

    def __init__(self, data: bytes | bytearray | None = None) -> None:
        self.data = bytearray(data or bytes(LUMA) + bytes((128,)) * (2 * CHROMA))

    def polygon(self, corners: Sequence[Place], colour: Colour) -> None:
        """Fill a convex polygon; fewer than three corners draw nothing."""
        if not corners:
            return
        heights = [y for _, y in corners]
        top, bottom = max(0, math.ceil(min(heights))), min(HEIGHT - 1, math.floor(max(heights)))
        if top > bottom:
            return
        lefts, rights = _edges(corners, top, bottom)
        luma, *chroma = _lines(colour)
        data = self.data
        for row, left, right in zip(range(top, bottom + 1), lefts, rights, strict=True):
            begin = int(left + 0.5) if left > 0 else 0  # min and max would cost a third more here
            end = int(right + 0.5) if right < WIDTH else WIDTH
            if begin >= end:
                continue
            start = row * WIDTH
            data[start + begin : start + end] = luma[begin:end]
            if row & 1 == 0:
                start = LUMA + (row >> 1) * CHROMA_WIDTH
                begin, end = begin >> 1, (end + 1) >> 1
                for line in chroma:
                    data[start + begin : start + end] = line[begin:end]
                    start += CHROMA


def _edges(corners: Sequence[Place], top: int, bottom: int) -> tuple[list[float], list[float]]:
    """Where each row of a convex polygon begins and ends: one side of it goes down, the other up."""
    down, up = [0.0] * (bottom - top + 1), [0.0] * (bottom - top + 1)
    area = 0.0
    x0, y0 = corners[-1]
    for x1, y1 in corners:
        area += x0 * y1 - x1 * y0
        first, last = max(top, math.ceil(min(y0, y1))), min(bottom, math.floor(max(y0, y1)))
        if y0 != y1 and first <= last:
            slope = (x1 - x0) / (y1 - y0)
            begin = x0 + (first - y0) * slope
            side = down if y1 > y0 else up
            side[first - top : last - top + 1] = [begin + slope * row for row in range(last - first + 1)]
        x0, y0 = x1, y1
    return (up, down) if area > 0 else (down, up)
