"""Pure: reads and writes FLV streams with one video track, cut anywhere: what comes from and goes to our ffmpegs.

FLV, because its muxer sends a frame as soon as it has it. The MP4 muxer holds each frame until the next one tells
its duration: one frame later, 67 ms at 15 fps (measured, FFmpeg 9.0.2).

Source: Adobe Flash Video File Format Specification 10.1, annex E; Enhanced RTMP v1 for what is not H.264.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import pack

HEADER = b"FLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00"  # video only; the size of the tag before the first, which is 0
TAG_BYTES = 11
TRAILER_BYTES = 4  # the size of the tag, again, after it
MOST_TAG_BYTES = 8_000_000  # an IDR of a 4K camera has 1 MB

VIDEO, SCRIPT = 9, 18
H264 = 7
KEY = 1
ENHANCED = 0x80  # of the first byte: the codec's name follows
BEGIN, PICTURE, END = 0, 1, 2  # a packet's type
PICTURE_IN_ORDER, COLOURS = 3, 4  # enhanced only; the colours stand in the decoder's configuration too


class FLVBroken(Exception):
    """The bytes are not an FLV stream with one video track and nothing else."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the track: the decoder's configuration, or one coded picture."""

    at_ms: int  # decode time
    is_configuration: bool
    is_key: bool
    body: bytes  # as in the stream, with its own header

    @property
    def is_h264(self) -> bool:
        """Whether ``payload`` is as ISO/IEC 14496-15 has it for avc1."""
        return not self.body[0] & ENHANCED

    @property
    def payload(self) -> bytes:
        """Of H.264: ``avcC`` (§5.3.3.1), or length-prefixed NAL units."""
        return self.body[5:]

    def written(self, at_ms: int) -> bytes:
        """The tag in another stream, at ``at_ms`` (0..2^31 - 1)."""
        size = len(self.body)
        stamp = pack(">I", at_ms)
        head = bytes((VIDEO,)) + pack(">I", size)[1:] + stamp[1:] + stamp[:1] + bytes(3)
        return b"".join((head, self.body, pack(">I", TAG_BYTES + size)))


class Reader:
    """Takes bytes, gives what they complete. After FLVBroken it must not be fed again."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._started = False

    def feed(self, data: bytes) -> Iterator[Tag]:
        """Yield what ``data`` completes, in order. Raises FLVBroken; an audio tag is one of its reasons."""
        self._rest += data
        at = 0
        if not self._started:
            if len(self._rest) < len(HEADER):
                return
            if self._rest[:3] != HEADER[:3]:
                raise FLVBroken("no FLV header")
            self._started, at = True, len(HEADER)
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


def _tag(tag: bytes) -> Tag | None:
    kind, body = tag[0], tag[TAG_BYTES:]
    if kind == SCRIPT:
        return None
    if kind != VIDEO:
        raise FLVBroken(f"a tag of type {kind}: only video may be here")
    if len(body) < 5:  # the bytes of AVCVIDEOPACKET, or of the codec's name, before its data
        raise FLVBroken("a video tag without a header")
    if body[0] & ENHANCED:
        packet, is_key = body[0] & 0x0F, body[0] >> 4 & 7 == KEY
        if packet == COLOURS:
            return None
    elif body[0] & 0x0F == H264:
        packet, is_key = body[1], body[0] >> 4 == KEY
    else:
        raise FLVBroken("a video codec without a name")
    if packet == END:
        return None
    if packet not in {BEGIN, PICTURE, PICTURE_IN_ORDER}:
        raise FLVBroken(f"a packet of type {packet}")
    at_ms = int.from_bytes(tag[4:7]) | tag[7] << 24
    return Tag(at_ms=at_ms, is_configuration=packet == BEGIN, is_key=is_key, body=body)
