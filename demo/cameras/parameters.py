"""What a sequence parameter set says of its pictures: their size, and the RFC 6381 name of the codec. Pure.

Only what is needed to come to the size is read; a set that ends too early raises IndexError.
"""

from dataclasses import dataclass

CHROMA_OF_ITS_OWN = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
GREY = 0
FULL_CHROMA = 3


@dataclass(frozen=True)
class Described:
    """Size as it is shown, after cropping, and the codec as a playlist names it."""

    width_px: int
    height_px: int
    codecs: str


@dataclass(frozen=True)
class H264Sequence(Described):
    """And what the header of a slice depends on."""

    frame_number_bits: int
    order_type: int
    order_bits: int  # of order_type 0
    is_progressive: bool
    macroblocks: int  # of a frame


@dataclass(frozen=True)
class H264Picture:
    """What the header of a slice depends on, in a picture parameter set of one slice group."""

    id: int
    is_arithmetic: bool  # CABAC
    has_field_order: bool
    is_weighted: bool
    initial_qp: int
    has_deblocking: bool  # in the slice header
    has_redundancy: bool


class Bits:
    """Reads the RBSP of a NAL unit bit by bit, emulation prevention left out (H.264 §7.3.1, §9.1)."""

    def __init__(self, nal: bytes | memoryview, *, head_bytes: int) -> None:
        self._bytes = bytes(nal)[head_bytes:].replace(b"\x00\x00\x03", b"\x00\x00")
        self._at = 0

    def take(self, count: int) -> int:
        """An unsigned number of ``count`` bits."""
        value = 0
        for _ in range(count):
            value = value << 1 | self._bytes[self._at >> 3] >> (7 - self._at % 8) & 1
            self._at += 1
        return value

    def ue(self) -> int:
        """An unsigned Exp-Golomb number."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb number."""
        number = self.ue()
        return (number + 1) // 2 if number % 2 else -(number // 2)


def h264(sps: bytes) -> H264Sequence:
    """Of an H.264 set (§7.3.2.1.1); RFC 6381 §3.3."""
    bits = Bits(sps, head_bytes=4)
    bits.ue()
    chroma = 1
    if sps[1] in CHROMA_OF_ITS_OWN:
        chroma = bits.ue()
        bits.take(chroma == FULL_CHROMA)
        bits.ue()
        bits.ue()
        bits.take(1)
        if bits.take(1):
            _scaling_lists(bits, 12 if chroma == FULL_CHROMA else 8)
    frame_number_bits = bits.ue() + 4
    order_type, order_bits = _picture_order(bits)
    bits.ue()
    bits.take(1)
    columns, map_units = bits.ue() + 1, bits.ue() + 1
    fields = 2 - bits.take(1)
    bits.take(fields - 1)
    bits.take(1)
    left, right, top, bottom = (bits.ue() for _ in range(4)) if bits.take(1) else (0, 0, 0, 0)
    step_x, step_y = (1 if chroma in (GREY, FULL_CHROMA) else 2), (2 if chroma == 1 else 1) * fields
    width, height = columns * 16 - step_x * (left + right), map_units * 16 * fields - step_y * (top + bottom)
    return H264Sequence(
        width,
        height,
        f"avc1.{sps[1:4].hex().upper()}",
        frame_number_bits=frame_number_bits,
        order_type=order_type,
        order_bits=order_bits,
        is_progressive=fields == 1,
        macroblocks=columns * map_units * fields,
    )


def h264_picture(pps: bytes) -> H264Picture:
    """Of an H.264 picture set of one slice group (§7.3.2.2)."""
    bits = Bits(pps, head_bytes=1)
    number = bits.ue()
    bits.ue()
    is_arithmetic, has_field_order = bits.take(1), bits.take(1)
    for _ in range(3):
        bits.ue()
    is_weighted = bits.take(1)
    bits.take(2)
    initial_qp = 26 + bits.se()
    bits.se()
    bits.se()
    has_deblocking = bits.take(1)
    bits.take(1)
    return H264Picture(
        number,
        bool(is_arithmetic),
        bool(has_field_order),
        bool(is_weighted),
        initial_qp,
        bool(has_deblocking),
        bool(bits.take(1)),
    )


def _scaling_lists(bits: Bits, count: int) -> None:
    for index in range(count):
        if not bits.take(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last


def _picture_order(bits: Bits) -> tuple[int, int]:
    """pic_order_cnt_type, and how many bits a slice gives to it."""
    kind = bits.ue()
    if kind == 0:
        return kind, bits.ue() + 4
    if kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()
    return kind, 0


def h265(sps: bytes) -> Described:
    """Of an H.265 set without sub-layers of their own (§7.3.2.2); ISO/IEC 14496-15 annex E for the name."""
    bits = Bits(sps, head_bytes=2)
    bits.take(4)
    layers = bits.take(3)
    bits.take(1)
    space, tier, profile = bits.take(2), bits.take(1), bits.take(5)
    compatible = int(f"{bits.take(32):032b}"[::-1], 2)
    constraints = bits.take(48).to_bytes(6).rstrip(b"\x00")
    level = bits.take(8)
    if layers:
        bits.take(16)
    bits.ue()
    chroma = bits.ue()
    bits.take(chroma == FULL_CHROMA)
    width, height = bits.ue(), bits.ue()
    left, right, top, bottom = (bits.ue() for _ in range(4)) if bits.take(1) else (0, 0, 0, 0)
    step_x, step_y = 2 if chroma in (1, 2) else 1, 2 if chroma == 1 else 1
    name = f"hvc1.{'ABC'[space - 1] if space else ''}{profile}.{compatible:X}.{'LH'[tier]}{level}"
    codecs = ".".join([name, *(f"{byte:X}" for byte in constraints)])
    return Described(width - step_x * (left + right), height - step_y * (top + bottom), codecs)
