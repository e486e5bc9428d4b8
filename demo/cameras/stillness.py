"""Pictures that show nothing new: H.264 P pictures of skipped macroblocks, as an encoder sends them whose sensor hangs.

Pure. They are made for the clip's own parameter sets, so that a client sees no change but that nothing moves.

Source: H.264 §7.3.3 (slice header), §9.3 (CABAC), tables 9-13 and 9-44.
"""

import functools
from collections.abc import Sequence

from demo.cameras import parameters

NAL = 0x61  # a slice that is no key frame and is referred to
P_ONLY = 5  # slice_type: all slices of the picture are P
SLICE_QP = 51  # begins the arithmetic coder where "skipped" is what it expects, in STATE
STATE = 42
LPS_RANGES = (  # rangeTabLPS of the states from STATE on
    *((16, 20, 23, 27), (15, 19, 22, 25), (14, 18, 21, 24), (14, 17, 20, 23), (13, 16, 19, 22), (12, 15, 18, 21)),
    *((12, 14, 17, 20), (11, 14, 16, 19), (11, 13, 15, 18), (10, 12, 15, 17), (10, 12, 14, 16), (9, 11, 13, 15)),
    *((9, 11, 12, 14), (8, 10, 12, 14), (8, 9, 11, 13), (7, 9, 11, 12), (7, 9, 10, 12), (7, 8, 10, 11)),
    *((6, 8, 9, 11), (6, 7, 9, 10), (6, 7, 8, 9)),
)


def unchanged(sps: bytes, pps: bytes, number: int) -> Sequence[bytes]:
    """The access unit of the ``number``-th picture, from 1, after a key frame: the same picture again."""
    sequence, picture = parameters.h264(sps), parameters.h264_picture(pps)
    bits = _Written()
    bits.ue(0)
    bits.ue(P_ONLY)
    bits.ue(picture.id)
    bits.put(number % (1 << sequence.frame_number_bits), sequence.frame_number_bits)
    if not sequence.is_progressive:
        bits.put(0, 1)
    if sequence.order_type == 0:
        bits.put(2 * number % (1 << sequence.order_bits), sequence.order_bits)
        if picture.has_field_order:
            bits.se(0)
    if picture.has_redundancy:
        bits.ue(0)
    bits.put(1, 1)  # one reference picture, the last one, in the usual order
    bits.ue(0)
    bits.put(0, 1)
    if picture.is_weighted:
        bits.ue(0)
        bits.ue(0)
        bits.put(0, 2)
    bits.put(0, 1)  # the oldest reference picture is forgotten
    if picture.is_arithmetic:
        bits.ue(0)
    bits.se(SLICE_QP - picture.initial_qp)
    if picture.has_deblocking:
        bits.ue(1)
    if picture.is_arithmetic:
        bits.align()
        bits.append(_skipped(sequence.macroblocks))
    else:
        bits.ue(sequence.macroblocks)
        bits.put(1, 1)
    return [bytes([NAL]) + bits.escaped()]


class _Written:
    """Bits one after another."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._count = 0

    def put(self, value: int, count: int) -> None:
        self.append(f"{value:0{count}b}")

    def append(self, bits: str) -> None:
        self._text.append(bits)
        self._count += len(bits)

    def ue(self, value: int) -> None:
        length = (value + 1).bit_length()
        self.put(value + 1, 2 * length - 1)

    def se(self, value: int) -> None:
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def align(self) -> None:
        while self._count % 8:
            self.put(1, 1)

    def escaped(self) -> bytes:
        """Whole bytes, filled with zeros, with emulation prevention (§7.4.1)."""
        text = "".join(self._text)
        text += "0" * (-len(text) % 8)
        escaped = bytearray()
        for byte in int(text, 2).to_bytes(len(text) // 8):
            if escaped.endswith(b"\x00\x00") and byte <= 3:
                escaped.append(3)
            escaped.append(byte)
        return bytes(escaped)


@functools.cache
def _skipped(macroblocks: int) -> str:
    """Bits of that many mb_skip_flags 1, always the more probable symbol, each with end_of_slice_flag (§9.3.4.2).

    The last one is the stop bit of the slice.
    """
    low, span, state, outstanding = 0, 510, 0, 0
    bits: list[str] = []

    def emit(bit: int) -> None:
        nonlocal outstanding
        bits.append(f"{bit}" + f"{1 - bit}" * outstanding)
        outstanding = 0

    def renormalise() -> None:
        nonlocal low, span, outstanding
        while span < 256:
            if low < 256:
                emit(0)
            elif low >= 512:
                low -= 512
                emit(1)
            else:
                low -= 256
                outstanding += 1
            span, low = span << 1, low << 1

    for left in range(macroblocks - 1, -1, -1):
        span -= LPS_RANGES[state][span >> 6 & 3]
        state = min(state + 1, len(LPS_RANGES) - 1)
        renormalise()
        span -= 2
        if left == 0:
            low += span
            span = 2
        renormalise()
    emit(low >> 9 & 1)
    return "".join(bits)[1:] + f"{low >> 7 & 3 | 1:02b}"  # the first bit is never sent
