"""The picture of a plate as a reader sends it: small, a JPEG, and nothing told beside the picture. Pure."""

import base64
import binascii

from server import jpeg
from server.errors import PlateCropInvalid

MOST_BYTES = 24_576  # a plate of 400 px; in an answer no more than nginx keeps in memory
MOST_CHARACTERS = -(-MOST_BYTES // 3) * 4
MOST_PX = 1024  # of a side: the plate, not the street


def read(text: str) -> bytes:
    """The JPEG of base64 text, without a comment, EXIF or whatever else stands beside the picture.

    Raises PlateCropInvalid.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PlateCropInvalid("send the JPEG as base64 (RFC 4648 section 4)", field="crop") from error
    if not 0 < len(data) <= MOST_BYTES:
        raise PlateCropInvalid(f"send 1 to {MOST_BYTES} bytes: the plate and little around it", field="crop")
    found = jpeg.plain(data)
    if found is None:
        raise PlateCropInvalid("send a whole JPEG", field="crop")
    if not all(0 < side <= MOST_PX for side in (found.width_px, found.height_px)):
        raise PlateCropInvalid(f"each side is 1 to {MOST_PX} pixels", field="crop")
    return found.data
