"""A JPEG by its markers: whether it is whole, how large it is, and the same without what is told beside the picture.

Pure: nothing is decoded. Source: ISO/IEC 10918-1 Annex B.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BEGIN, END = b"\xff\xd8", b"\xff\xd9"
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF0..SOF15; the others are tables
HUFFMAN, ARITHMETIC, SCAN, QUANTA, LINES, RESTARTS = 0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD
PICTURE = FRAMES | {HUFFMAN, ARITHMETIC, SCAN, QUANTA, LINES, RESTARTS}
BARE = {0x00, 0x01, *range(0xD0, 0xD9)}  # no segment follows them, so they stand in none of ours
ADOBE, ADOBE_BYTES = b"\xff\xee\x00\x0eAdobe", 16  # says how colours are coded, and nothing else
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True, slots=True)
class Plain:
    """The picture alone: no comment, no EXIF, no second picture, nothing behind its end."""

    data: bytes
    width_px: int
    height_px: int


def plain(data: bytes) -> Plain | None:
    """The JPEG without what is told beside it; None where it is none, or not whole."""
    kept, size, scans = [BEGIN], None, 0
    for marker, segment in _segments(data):
        if marker in FRAMES:
            if size is not None or len(segment) < 9:
                return None
            size = int.from_bytes(segment[7:9]), int.from_bytes(segment[5:7])
        if marker == SCAN:
            scans += 1
        if marker in PICTURE or (segment.startswith(ADOBE) and len(segment) == ADOBE_BYTES):
            kept.append(segment)
        if segment == END and size is not None and scans:
            return Plain(b"".join([*kept, END]), *size)
    return None


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its segment, a scan with what is coded behind it, the end last; fewer where it breaks off."""
    at = len(BEGIN) if data.startswith(BEGIN) else len(data)
    while at + 2 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if data[at : at + 2] == END:
            yield marker, END
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker in BARE or end < at + 4 or end > len(data):
            return
        if marker == SCAN:
            found = AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
        yield marker, data[at:end]
        at = end
