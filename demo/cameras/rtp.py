"""H.264 in RTP (RFC 3550, RFC 6184), interleaved in TCP (RFC 2326 §10.12), and the SDP that announces it.

Pure: a packet is made from what is passed in; the caller owns the clock and the sequence number.
"""

import base64
import struct
from collections.abc import Iterable, Sequence

from demo.cameras import h264, rtsp

PAYLOAD_TYPE = 96
CLOCK_HZ = 90_000
PAYLOAD_MAX_BYTES = 1400  # what fits an Ethernet frame, as cameras send it even over TCP
FU_A = 28
NTP_EPOCH_S = 2_208_988_800  # 1900-01-01 to 1970-01-01
HEADER = struct.Struct(">cBHBBHII")
SEQUENCES, TIMESTAMPS = 1 << 16, 1 << 32


def payloads(unit: Iterable[memoryview | bytes]) -> list[bytes]:
    """RTP payloads of one access unit: small NAL units whole, larger ones cut into FU-A fragments.

    Source: RFC 6184 §5.6, §5.8.
    """
    packets: list[bytes] = []
    for nal in unit:
        if len(nal) <= PAYLOAD_MAX_BYTES:
            packets.append(bytes(nal))
        else:
            packets.extend(_fragments(nal))
    return packets


def _fragments(nal: memoryview | bytes) -> list[bytes]:
    indicator = nal[0] & 0xE0 | FU_A
    step = PAYLOAD_MAX_BYTES - 2
    starts = range(1, len(nal), step)
    packets = []
    for start in starts:
        flags = (start == 1) << 7 | (start == starts[-1]) << 6
        packets.append(bytes((indicator, flags | h264.kind(nal))) + nal[start : start + step])
    return packets


def timestamp(count: int, fps: float, offset: int) -> int:
    """RTP timestamp of the ``count``-th frame since the Unix epoch, so that a loop never breaks it."""
    return (int(count * CLOCK_HZ / fps) + offset) % TIMESTAMPS


def interleave(packets: Sequence[bytes], *, channel: int, sequence: int, at: int, ssrc: int) -> bytes:
    """One access unit ready to be written: every packet framed, the last one marked."""
    last = len(packets) - 1
    parts: list[bytes] = []
    for index, payload in enumerate(packets):
        marked = PAYLOAD_TYPE | (index == last) << 7
        number = (sequence + index) % SEQUENCES
        parts.append(HEADER.pack(b"$", channel, 12 + len(payload), 0x80, marked, number, at, ssrc))
        parts.append(payload)
    return b"".join(parts)


def sender_report(*, channel: int, ssrc: int, wall_s: float, at: int, sent: tuple[int, int]) -> bytes:
    """RTCP sender report on the channel above: wall clock ``wall_s`` is RTP timestamp ``at`` (RFC 3550 §6.4.1).

    ``wall_s`` is in seconds since the Unix epoch, ``sent`` the packets and payload octets so far.
    """
    packets, octets = sent
    ntp = int((wall_s + NTP_EPOCH_S) * TIMESTAMPS) % (1 << 64)
    body = struct.pack(">BBHIQIII", 0x80, 200, 6, ssrc, ntp, at, packets % TIMESTAMPS, octets % TIMESTAMPS)
    return struct.pack(">cBH", b"$", channel + 1, len(body)) + body


def sdp(track: h264.Track, *, fps: float) -> bytes:
    """Description of a live camera with one H.264 track (RFC 6184 §8.1)."""
    sets = ",".join(base64.b64encode(nal).decode() for nal in (track.sps, track.pps))
    level = track.sps[1:4].hex()
    return description("H264", f"packetization-mode=1;profile-level-id={level};sprop-parameter-sets={sets}", fps=fps)


def description(encoding: str, parameters: str, *, fps: float) -> bytes:
    """Description of a live camera with one track of that encoding (RFC 4566)."""
    lines = (
        "v=0",
        "o=- 0 1 IN IP4 127.0.0.1",
        "s=camera",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {encoding}/{CLOCK_HZ}",
        f"a=fmtp:{PAYLOAD_TYPE} {parameters}",
        f"a=framerate:{fps:g}",
        f"a=control:{rtsp.TRACK}",
        "",
    )
    return "\r\n".join(lines).encode()
