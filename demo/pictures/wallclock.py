"""The machine-readable clock in the picture: the index of the frame within its loop, as black and white blocks.

Two rows of twelve blocks in the lower left corner. The upper row is the index in Gray code, eleven bits from the left,
lowest first, then a parity bit; the lower row is its complement. A bit is read by comparing the two blocks of a
column, so brightness and contrast do not matter; a column of two like blocks, as in a torn or blurred picture, is
refused.

Pure. The same layout is read in the browser by ``demo/pictures/wallclock.js``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

BITS = 11
FRAMES_MAX = 1 << BITS
COLUMNS = BITS + 1  # parity
ROWS = 2
LEFT, BOTTOM = 0.02, 0.03  # share of the picture's width, height left free
BLOCK_WIDTH, BLOCK_HEIGHT = 0.0225, 0.04  # 9.6 px on a picture of 426x240, 28.8 px on 1280x720
MARGIN = 0.006  # black frame around the blocks, so that a bright scene does not bleed in
CONTRAST_MIN = 60  # of 255, between the blocks of a column
SAMPLES = (0.35, 0.5, 0.65)  # where in a block it is looked at, away from the ringing at its edges
AHEAD_MS = 1000.0  # a picture seems to come from the future by less than this when two clocks differ


@dataclass(frozen=True)
class Block:
    """One block in shares of the picture, 0..1 from the upper left corner."""

    column: int
    row: int  # 0: the bit, 1: its complement
    x: float
    y: float


def blocks() -> Iterator[Block]:
    """All blocks, column by column."""
    top = 1 - BOTTOM - ROWS * BLOCK_HEIGHT
    for column in range(COLUMNS):
        for row in range(ROWS):
            yield Block(column, row, LEFT + column * BLOCK_WIDTH, top + row * BLOCK_HEIGHT)


def bits(index: int) -> tuple[int, ...]:
    """The upper row for a frame index, 0..FRAMES_MAX - 1. The parity of a Gray code is the lowest bit of its index."""
    gray = index ^ (index >> 1)
    return (*(gray >> bit & 1 for bit in range(BITS)), index & 1)


def drawbox_filters(width: int, height: int) -> str:
    """Filter chain that has ffmpeg burn each frame's number, the first that passes being 0, into a picture.

    ``width`` and ``height`` are of the picture, in px.
    """
    frame = _box(
        LEFT - MARGIN * height / width,
        1 - BOTTOM - ROWS * BLOCK_HEIGHT - MARGIN,
        COLUMNS * BLOCK_WIDTH + 2 * MARGIN * height / width,
        ROWS * BLOCK_HEIGHT + 2 * MARGIN,
        (width, height),
    )
    filters = [f"drawbox={frame}:color=black:t=fill"]
    for block in blocks():
        box = _box(block.x, block.y, BLOCK_WIDTH, BLOCK_HEIGHT, (width, height))
        bit = "mod(n,2)" if block.column == BITS else _gray_bit(block.column)
        shown = bit if block.row == 0 else f"not({bit})"
        filters.append(f"drawbox={box}:color=white:t=fill:enable='{shown}'")
    return ",".join(filters)


def _gray_bit(bit: int) -> str:
    return f"mod(floor(n/{1 << bit})+floor(n/{2 << bit}),2)"


def _box(x: float, y: float, width: float, height: float, picture: tuple[int, int]) -> str:
    """Edges are rounded, not sizes: neighbours then touch, and the layout stays true at any scale."""
    left, right = round(x * picture[0]), round((x + width) * picture[0])
    top, bottom = round(y * picture[1]), round((y + height) * picture[1])
    return f"x={left}:y={top}:w={right - left}:h={bottom - top}"


def read(luma_at: Callable[[float, float], float]) -> int | None:
    """Frame index shown in a picture, or None when it cannot be told for certain.

    Args:
        luma_at: brightness 0..255 at a place given in shares of the picture's width and height.
    """
    levels = {(block.column, block.row): _level(block, luma_at) for block in blocks()}
    columns = [(levels[column, 0], levels[column, 1]) for column in range(COLUMNS)]
    if any(abs(bit - complement) < CONTRAST_MIN for bit, complement in columns):
        return None
    *shown, parity = [int(bit > complement) for bit, complement in columns]
    index = 0
    for bit in reversed(shown):
        index = index << 1 | (bit ^ (index & 1))
    return index if parity == index & 1 else None


def _level(block: Block, luma_at: Callable[[float, float], float]) -> float:
    levels = [luma_at(block.x + dx * BLOCK_WIDTH, block.y + dy * BLOCK_HEIGHT) for dx in SAMPLES for dy in SAMPLES]
    return sum(levels) / len(levels)


def age_ms(index: int, now: float, *, fps: float, frames: int) -> float:
    """Time since the camera sent frame ``index`` of a loop of ``frames``, at ``now`` in epoch seconds.

    Ages are told apart up to the length of the loop less AHEAD_MS; slightly negative when this clock is behind.
    """
    loop_ms = frames * 1000 / fps
    age = (now * 1000 - index * 1000 / fps) % loop_ms
    return age - loop_ms if age > loop_ms - AHEAD_MS else age
