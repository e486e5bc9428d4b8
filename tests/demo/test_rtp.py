import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.cameras import h264, rtp
from tests.demo.rtsp_client import depacketise

nal_units = st.builds(
    lambda head, size, fill: bytes([head]) + bytes([fill]) * size,
    st.sampled_from([0x67, 0x68, 0x65, 0x41, 0x01, 0x06]),
    st.one_of(st.integers(0, 60), st.integers(1395, 1405), st.integers(2790, 2810), st.integers(0, 20000)),
    st.integers(0, 255),
)


@given(st.lists(nal_units, min_size=1, max_size=6))
def test_what_is_packetised_comes_back_as_it_was(unit):
    payloads = rtp.payloads(unit)
    assert depacketise(payloads) == unit
    assert max(map(len, payloads)) <= rtp.PAYLOAD_MAX_BYTES


@pytest.mark.parametrize(("size", "packets"), [(1, 1), (1400, 1), (1401, 2), (1399 + 1398, 2), (1400 + 1398, 3)])
def test_a_nal_unit_is_cut_only_when_it_must_be(size, packets):
    assert len(rtp.payloads([b"\x65" + b"\x00" * (size - 1)])) == packets


def test_packets_are_framed_numbered_and_the_last_is_marked():
    frame = rtp.interleave([b"one", b"three"], channel=4, sequence=65535, at=7, ssrc=9)
    assert frame == b"".join(
        (
            struct.pack(">cBHBBHII", b"$", 4, 15, 0x80, 96, 65535, 7, 9) + b"one",
            struct.pack(">cBHBBHII", b"$", 4, 17, 0x80, 96 | 0x80, 0, 7, 9) + b"three",
        )
    )


@pytest.mark.parametrize(("fps", "step"), [(15, 6000), (12.5, 7200), (30, 3000), (25, 3600)])
def test_the_timestamp_grows_by_one_frame_across_the_loop_and_across_2_to_the_32(fps, step):
    near_the_wrap = (1 << 32) // step
    counts = [0, 899, 900, near_the_wrap, near_the_wrap + 1, 27_000_000_000]
    for count in counts:
        before, after = (rtp.timestamp(c, fps, 123) for c in (count, count + 1))
        assert (after - before) % (1 << 32) == step


def test_the_timestamp_of_a_frame_rate_that_does_not_divide_the_clock_never_drifts():
    fps = 30000 / 1001
    for count in (0, 1, 29999, 53_000_000_000):
        assert (rtp.timestamp(count, fps, 1) - count * 3003) % (1 << 32) in (0, 1, 2)


def test_the_sender_report_ties_the_timestamp_to_the_wall_clock():
    report = rtp.sender_report(channel=0, ssrc=5, wall_s=1.5, at=9, sent=(3, 4000))
    framing, body = report[:4], report[4:]
    assert framing == b"$\x01\x00\x1c"
    version, kind, words, ssrc, ntp, at, packets, octets = struct.unpack(">BBHIQIII", body)
    assert (version, kind, (words + 1) * 4, ssrc, at, packets, octets) == (0x80, 200, len(body), 5, 9, 3, 4000)
    assert ntp / (1 << 32) == 2_208_988_801.5


def test_the_description_carries_the_parameter_sets():
    track = h264.Track(units=(), sps=b"\x67\x4d\x00\x1f\xab", pps=b"\x68\xee\x3c")
    lines = rtp.sdp(track, fps=12.5).decode().split("\r\n")
    sets = ",".join(base64.b64encode(nal).decode() for nal in (track.sps, track.pps))
    assert f"a=fmtp:96 packetization-mode=1;profile-level-id=4d001f;sprop-parameter-sets={sets}" in lines
    assert "a=framerate:12.5" in lines
    assert [line for line in lines if line.startswith("m=")] == ["m=video 0 RTP/AVP 96"]  # never sound
