"""Pure: reads what ffmpeg writes on a pipe as SMJPEG: JPEG pictures, each with its time. No other muxer gives both.

Source: FFmpeg, libavformat/smjpegenc.c.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\x00\nSMJPEG"
HEADER_BYTES = len(MAGIC) + 8  # version and duration; then chunks, each with its kind
KIND_BYTES, FRAME_BYTES = 4, 12
MOST_PICTURE_BYTES = 1_000_000


class SMJPEGBroken(Exception):
    """The bytes are not an SMJPEG stream of pictures."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One JPEG file."""

    at_ms: int
    jpeg: bytes


class Reader:
    """Takes bytes, gives what they complete. After SMJPEGBroken it must not be fed again."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._started = False

    def feed(self, data: bytes) -> Iterator[Picture]:
        """Yield the pictures that ``data`` completes, in order. Raises SMJPEGBroken."""
        self._rest += data
        if not self._started:
            if len(self._rest) < HEADER_BYTES:
                return
            if self._rest[: len(MAGIC)] != MAGIC:
                raise SMJPEGBroken("no SMJPEG header")
            del self._rest[:HEADER_BYTES]
            self._started = True
        while (size := self._size()) and len(self._rest) >= size:
            if self._rest[:KIND_BYTES] == b"vidD":
                at_ms = int.from_bytes(self._rest[4:8])
                yield Picture(at_ms, bytes(self._rest[FRAME_BYTES:size]))
            del self._rest[:size]

    def _size(self) -> int:
        """Bytes of the chunk that begins the rest; 0 while that cannot be said."""
        kind = bytes(self._rest[:KIND_BYTES])
        if len(self._rest) < FRAME_BYTES:
            return KIND_BYTES if kind == b"HEND" else 0
        match kind:
            case b"HEND":
                return KIND_BYTES
            case b"vidD":
                size = FRAME_BYTES + int.from_bytes(self._rest[8:12])
            case b"_TXT" | b"_VID" | b"_SND":
                size = 8 + int.from_bytes(self._rest[4:8])
            case _:
                raise SMJPEGBroken(f"a chunk of kind {kind!r}")
        if size > MOST_PICTURE_BYTES:
            raise SMJPEGBroken(f"a chunk of {size} bytes")
        return size
