import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder.flv import Configuration, FLVBroken, Frame, Reader

HEADER = b"FLV\x01\x01\x00\x00\x00\x09" + bytes(4)


def tag(kind, body, at_ms=0):
    head = (
        bytes([kind])
        + len(body).to_bytes(3, "big")
        + (at_ms & 0xFFFFFF).to_bytes(3, "big")
        + bytes([at_ms >> 24])
        + bytes(3)
    )
    return head + body + (len(head) + len(body)).to_bytes(4, "big")


def picture(payload, at_ms, *, key=False):
    return tag(9, bytes([0x17 if key else 0x27, 1, 0, 0, 0]) + payload, at_ms)


CONFIGURATION = tag(9, b"\x17\x00\x00\x00\x00avcC")
STREAM = (
    HEADER
    + tag(18, b"onMetaData")
    + CONFIGURATION
    + picture(b"one", 0, key=True)
    + picture(b"", 67)
    + picture(b"three" * 99, 0x01020304)
    + tag(9, b"\x17\x02\x00\x00\x00")
)
EXPECTED = [
    Configuration(b"avcC"),
    Frame(0, True, b"one"),
    Frame(67, False, b""),
    Frame(0x01020304, False, b"three" * 99),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_the_stream_may_be_cut_anywhere(cuts):
    reader, found, before = Reader(), [], 0
    for cut in [*sorted(cuts), len(STREAM)]:
        found += reader.feed(STREAM[before:cut])
        before = cut
    assert found == EXPECTED


def test_a_frame_is_given_with_its_last_byte_and_not_before():
    reader = Reader()
    whole = HEADER + CONFIGURATION + picture(b"one", 0, key=True)
    assert list(reader.feed(whole[:-1])) == [Configuration(b"avcC")]
    assert list(reader.feed(whole[-1:])) == [Frame(0, True, b"one")]


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (b"RIFF" + bytes(20), "no FLV header"),
        (HEADER + tag(8, b"\xaf\x01sound"), "only video"),
        (HEADER + tag(9, b"\x12\x00\x00\x00\x00"), "not H.264"),
        (HEADER + tag(9, b"\x17"), "not H.264"),
        (HEADER + tag(9, b"\x17\x07\x00\x00\x00"), "AVC packet of type 7"),
        (HEADER + b"\x09\xff\xff\xff" + bytes(7), "a tag of 16777215 bytes"),
    ],
)
def test_what_is_not_one_h264_track_is_refused(stream, said):
    with pytest.raises(FLVBroken, match=said):
        list(Reader().feed(stream))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    reader = Reader()
    try:
        for item in reader.feed(HEADER + data):
            assert isinstance(item, Configuration | Frame)
    except FLVBroken:
        pass
