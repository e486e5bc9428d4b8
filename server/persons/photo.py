"""What a photo is by its first bytes, whatever it is called. Pure: nothing is decoded here.

Sources: ISO/IEC 10918-1 Annex B (JPEG markers), W3C PNG §5.2 and §11.2.2 (signature, IHDR).
"""

import struct

from server.errors import AlertPhotoInvalid

MOST_BYTES = 200_000
MOST_PX = 4096  # of a side: what is larger is for no tablet
PNG = b"\x89PNG\r\n\x1a\n"
JPEG, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF0..SOF15; the others are tables
SCAN = 0xDA


def media_type(data: bytes) -> str:
    """``image/jpeg`` or ``image/png``. Raises AlertPhotoInvalid."""
    if not 0 < len(data) <= MOST_BYTES:
        raise AlertPhotoInvalid(f"send 1 to {MOST_BYTES} bytes")
    if data.startswith(PNG):
        size, kind = _png_size(data), "image/png"
    elif data.startswith(JPEG) and data.rstrip(b"\0").endswith(JPEG_END):
        size, kind = _jpeg_size(data), "image/jpeg"
    else:
        raise AlertPhotoInvalid("send a whole JPEG or PNG")
    if size is None or not all(0 < side <= MOST_PX for side in size):
        raise AlertPhotoInvalid(f"each side is 1 to {MOST_PX} pixels")
    return kind


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 45 or data[8:16] != b"\0\0\0\rIHDR" or b"IEND" not in data[-16:]:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk from marker to marker to the frame header, which stands before the first scan."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if marker in FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker == SCAN or length < 2:
            return None
        at += 2 + length
    return None
