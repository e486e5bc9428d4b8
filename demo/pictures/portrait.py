"""The photo of nobody: a drawn child with a yellow umbrella, as the demo's alert about a person brings it. Pure."""

import math
import struct
import zlib

WIDTH, HEIGHT = 240, 320  # px
GROUND = (176, 196, 204)
ELLIPSES = (  # middle, half width, half height, in px; red, green, blue; the nearest last
    ((120, 110), 112, 92, (250, 200, 40)),  # the umbrella
    ((120, 214), 116, 90, GROUND),
    ((64, 180), 3, 110, (110, 80, 60)),
    ((108, 290), 15, 26, (236, 130, 160)),  # boots
    ((142, 290), 15, 26, (236, 130, 160)),
    ((124, 238), 38, 52, (70, 110, 170)),
    ((92, 226), 34, 9, (70, 110, 170)),
    ((64, 224), 9, 9, (240, 205, 180)),
    ((124, 156), 34, 38, (50, 40, 38)),
    ((124, 166), 28, 30, (240, 205, 180)),
    ((114, 164), 3, 4, (40, 30, 30)),
    ((135, 164), 3, 4, (40, 30, 30)),
    ((124, 181), 8, 3, (190, 90, 90)),
)


def png() -> bytes:
    """A PNG of 8-bit RGB (W3C PNG §11.2.2)."""
    rows = [bytearray(bytes(GROUND) * WIDTH) for _ in range(HEIGHT)]
    for (middle_x, middle_y), half_width, half_height, colour in ELLIPSES:
        for y in range(max(0, middle_y - half_height), min(HEIGHT, middle_y + half_height + 1)):
            half = round(half_width * math.sqrt(1 - ((y - middle_y) / half_height) ** 2))
            left, right = max(0, middle_x - half), min(WIDTH, middle_x + half + 1)
            rows[y][3 * left : 3 * right] = bytes(colour) * (right - left)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
