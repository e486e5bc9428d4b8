"""An H.265 clip (Annex B byte stream) and its RTP payloads, for a camera whose codec changes.

Invariants: as for H.264: the first access unit is a key frame with its parameter sets; every unit holds one picture.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from demo.cameras import h264

VPS, SPS, PPS, DELIMITER, PREFIX_SEI = 32, 33, 34, 35, 39
LAST_PICTURE = 31
KEY = range(16, 22)
BEFORE_A_PICTURE = (VPS, SPS, PPS, DELIMITER, PREFIX_SEI)
FU = 49


@dataclass(frozen=True)
class Track:
    """The access units of one clip in order, and the parameter sets a client needs beforehand."""

    units: tuple[tuple[memoryview, ...], ...]
    vps: bytes
    sps: bytes
    pps: bytes


def kind(nal: memoryview | bytes) -> int:
    """nal_unit_type, 0..63 (H.265 §7.3.1.2)."""
    return nal[0] >> 1 & 0x3F


def is_key(nal: memoryview | bytes) -> bool:
    """Whether a decoder can begin with this slice."""
    return kind(nal) in KEY


def track(stream: bytes) -> Track:
    """Track of an Annex B stream.

    Raises:
        ValueError: it does not begin with VPS, SPS, PPS and a key frame.
    """
    whole = memoryview(stream)
    units: list[list[memoryview]] = [[]]
    has_picture = False
    for begin, end in h264.nals(stream):
        nal = whole[begin:end]
        is_picture = kind(nal) <= LAST_PICTURE
        if has_picture and ((is_picture and nal[2] & 0x80) or kind(nal) in BEFORE_A_PICTURE):
            units.append([])
            has_picture = False
        units[-1].append(nal)
        has_picture = has_picture or is_picture
    first = {kind(nal): bytes(nal) for nal in units[0]}
    if not {VPS, SPS, PPS} <= first.keys() or first.keys().isdisjoint(KEY):
        raise ValueError("it does not begin with VPS, SPS, PPS and a key frame")
    return Track(tuple(map(tuple, units)), first[VPS], first[SPS], first[PPS])


def payloads(unit: Iterable[memoryview | bytes], *, most_bytes: int) -> list[bytes]:
    """RTP payloads of one access unit: small NAL units whole, larger ones cut into fragments (RFC 7798 §4.4.3)."""
    packets: list[bytes] = []
    for nal in unit:
        if len(nal) <= most_bytes:
            packets.append(bytes(nal))
            continue
        head = bytes((nal[0] & 0x81 | FU << 1, nal[1]))
        starts = range(2, len(nal), most_bytes - 3)
        for start in starts:
            flags = (start == 2) << 7 | (start == starts[-1]) << 6
            packets.append(head + bytes((flags | kind(nal),)) + nal[start : start + most_bytes - 3])
    return packets


def parameters(sets: Track) -> str:
    """What the SDP's fmtp says of the parameter sets (RFC 7798 §7.1)."""
    named = (("vps", sets.vps), ("sps", sets.sps), ("pps", sets.pps))
    return ";".join(f"sprop-{name}={base64.b64encode(nal).decode()}" for name, nal in named)
