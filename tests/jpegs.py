"""JPEGs for tests, marker by marker; nobody decodes them."""

import base64
import struct

PART = b"\xff\xda\x00\x08\1\1\0\0\x3f\0" + b"\x12\xff\x00\x34\xff\xd0\x56"  # a scan, with a stuffed byte and a restart


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


EXIF = segment(0xE1, b"Exif\0\0II*\0 GPS 34.79 126.38")
COMMENT = segment(0xFE, b"GPS operator: hong")


def drawn(width=8, height=8, *, marker=0xC0, told=(), late=(), more=b""):
    """A whole one; ``told`` stands before the picture, ``late`` between its tables and its scan."""
    frame = segment(marker, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    tables = segment(0xDB, b"\0" + bytes(64))
    return b"\xff\xd8" + b"".join(told) + tables + frame + b"".join(late) + PART + more + b"\xff\xd9"


def text(data):
    return base64.b64encode(data).decode()
