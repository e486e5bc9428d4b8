"""Pure: reads what ffmpeg writes on a pipe, an FLV stream with one H.264 track, cut anywhere.

FLV, because its muxer sends a frame as soon as it is encoded. The MP4 muxer holds each frame until the next one tells
its duration: one frame later, 67 ms at 15 fps (measured, FFmpeg 9.0.2).

Source: Adobe Flash Video File Format Specification 10.1, annex E.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HEADER_BYTES = 9 + 4  # the file header and the size of the tag before the first, which is 0
TAG_BYTES = 11
TRAILER_BYTES = 4  # the size of the tag, again, after it
MOST_TAG_BYTES = 4_000_000  # a frame of 900 kbit/s has 10 kB, an IDR 60 kB

AUDIO, VIDEO, SCRIPT = 8, 9, 18
H264 = 7
KEY = 1
CONFIGURATION, PICTURE, END = 0, 1, 2


class FLVBroken(Exception):
    """The bytes are not an FLV stream with one H.264 track and nothing else."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The decoder's configuration record (``avcC``), ISO/IEC 14496-15 §5.3.3.1."""

    avcc: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One coded picture: length-prefixed NAL units."""

    at_ms: int  # decode time since the start, rounded
    is_key: bool
    payload: bytes


class Reader:
    """Takes bytes, gives what they complete. After FLVBroken it must not be fed again."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._started = False

    def feed(self, data: bytes) -> Iterator[Configuration | Frame]:
        """Yield what ``data`` completes, in order. Raises FLVBroken; an audio tag is one of its reasons."""
        self._rest += data
        at = 0
        if not self._started:
            if len(self._rest) < HEADER_BYTES:
                return
            if self._rest[:3] != b"FLV":
                raise FLVBroken("no FLV header")
            self._started, at = True, HEADER_BYTES
        while len(self._rest) - at >= TAG_BYTES:
            size = int.from_bytes(self._rest[at + 1 : at + 4])
            if size > MOST_TAG_BYTES:
                raise FLVBroken(f"a tag of {size} bytes")
            end = at + TAG_BYTES + size
            if len(self._rest) < end + TRAILER_BYTES:
                break
            read = _tag(bytes(self._rest[at:end]))
            if read:
                yield read
            at = end + TRAILER_BYTES
        del self._rest[:at]


def _tag(tag: bytes) -> Configuration | Frame | None:
    kind, body = tag[0], tag[TAG_BYTES:]
    if kind == SCRIPT:
        return None
    if kind != VIDEO:
        raise FLVBroken(f"a tag of type {kind}: only video may be here")
    if len(body) < 5 or body[0] & 0x0F != H264:  # the five bytes of AVCVIDEOPACKET before its data
        raise FLVBroken("video that is not H.264")
    match body[1]:
        case 0:
            return Configuration(avcc=body[5:])
        case 1:
            at_ms = int.from_bytes(tag[4:7]) | tag[7] << 24
            return Frame(at_ms=at_ms, is_key=body[0] >> 4 == KEY, payload=body[5:])
        case 2:
            return None
        case other:
            raise FLVBroken(f"an AVC packet of type {other}")
