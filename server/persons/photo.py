"""What a photo is by its first bytes, whatever it is called. Pure: nothing is decoded here.

Sources: `server.jpeg`; W3C PNG §5.2 and §11.2.2 (signature, IHDR).
"""

import struct

from server import jpeg
from server.errors import AlertPhotoInvalid

MOST_BYTES = 200_000
MOST_PX = 4096  # of a side: what is larger is for no tablet
PNG = b"\x89PNG\r\n\x1a\n"
JPEG, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"


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
    found = jpeg.plain(data)
    return (found.width_px, found.height_px) if found else None
