import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder import flv
from transcoder.flv import FLVBroken, Reader, Tag

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


def avc(payload, *, packet=1, key=False):
    return bytes([0x17 if key else 0x27, packet, 0, 0, 0]) + payload


def hevc(payload, *, packet, frame=2):
    """Enhanced RTMP v1: bit 7, three bits of the kind of frame, four of the packet; the codec's name."""
    return bytes([0x80 | frame << 4 | packet]) + b"hvc1" + payload


def picture(payload, at_ms, *, key=False):
    return tag(9, avc(payload, key=key), at_ms)


CONFIGURATION = tag(9, avc(b"avcC", packet=0, key=True))
STREAM = (
    HEADER
    + tag(18, b"onMetaData")
    + CONFIGURATION
    + picture(b"one", 0, key=True)
    + picture(b"", 67)
    + picture(b"three" * 99, 0x01020304)
    + tag(9, avc(b"", packet=2, key=True))
)
EXPECTED = [
    (0, True, True, b"avcC"),
    (0, False, True, b"one"),
    (67, False, False, b""),
    (0x01020304, False, False, b"three" * 99),
]


def read(tags):
    return [(one.at_ms, one.is_configuration, one.is_key, one.payload) for one in tags]


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_the_stream_may_be_cut_anywhere(cuts):
    reader, found, before = Reader(), [], 0
    for cut in [*sorted(cuts), len(STREAM)]:
        found += reader.feed(STREAM[before:cut])
        before = cut
    assert read(found) == EXPECTED
    assert all(one.is_h264 for one in found)


def test_a_frame_is_given_with_its_last_byte_and_not_before():
    reader = Reader()
    whole = HEADER + CONFIGURATION + picture(b"one", 0, key=True)
    assert read(reader.feed(whole[:-1])) == EXPECTED[:1]
    assert read(reader.feed(whole[-1:])) == EXPECTED[1:2]


@pytest.mark.parametrize(
    ("body", "is_configuration", "is_key"),
    [
        (hevc(b"hvcC", packet=0, frame=1), True, True),
        (hevc(b"\0\0\0IDR", packet=1, frame=1), False, True),
        (hevc(b"\0\0\1B", packet=1), False, False),
        (hevc(b"next", packet=3), False, False),
        (hevc(b"IDR", packet=3, frame=1), False, True),
    ],
)
def test_what_is_not_h264_is_told_apart_and_kept_as_it_is(body, is_configuration, is_key):
    (found,) = Reader().feed(HEADER + tag(9, body, 40))
    assert found == Tag(at_ms=40, is_configuration=is_configuration, is_key=is_key, body=body)
    assert not found.is_h264


@pytest.mark.parametrize("body", [hevc(b"colorInfo", packet=4, frame=5), hevc(b"", packet=2), avc(b"", packet=2)])
def test_what_is_neither_a_picture_nor_a_configuration_is_passed_over(body):
    assert read(Reader().feed(HEADER + tag(9, body) + picture(b"one", 0, key=True))) == EXPECTED[1:2]


@given(
    body=st.one_of(st.builds(avc, st.binary(max_size=80)), st.builds(hevc, st.binary(max_size=80), packet=st.just(1))),
    before_ms=st.integers(0, 2**32 - 1),
    after_ms=st.integers(0, 2**31 - 1),
)
def test_a_tag_is_the_same_in_another_stream_at_another_time(body, before_ms, after_ms):
    (found,) = Reader().feed(HEADER + tag(9, body, before_ms))
    assert found.at_ms == before_ms
    written = found.written(after_ms)
    assert written == tag(9, body, after_ms)
    assert list(Reader().feed(flv.HEADER + written)) == [Tag(after_ms, found.is_configuration, found.is_key, body)]


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (b"RIFF" + bytes(20), "no FLV header"),
        (HEADER + tag(8, b"\xaf\x01sound"), "only video"),
        (HEADER + tag(9, b"\x12\x00\x00\x00\x00"), "a video codec without a name"),
        (HEADER + tag(9, b"\x17"), "without a header"),
        (HEADER + tag(9, b""), "without a header"),
        (HEADER + tag(9, avc(b"", packet=7)), "a packet of type 7"),
        (HEADER + tag(9, avc(b"", packet=4)), "a packet of type 4"),
        (HEADER + tag(9, hevc(b"", packet=5)), "a packet of type 5"),
        (HEADER + b"\x09\xff\xff\xff" + bytes(7), "a tag of 16777215 bytes"),
    ],
)
def test_what_is_not_one_video_track_is_refused(stream, said):
    with pytest.raises(FLVBroken, match=said):
        list(Reader().feed(stream))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        for item in Reader().feed(HEADER + data):
            assert isinstance(item, Tag)
    except FLVBroken:
        pass


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_more_is_kept_than_one_tag_that_is_not_whole(bodies):
    reader = Reader()
    for data in [HEADER, *(picture(body, 0) for body in bodies)]:
        list(reader.feed(data[:-1]))
        assert len(reader._rest) < len(data)
        list(reader.feed(data[-1:]))
        assert not reader._rest


def test_the_largest_tag_is_waited_for_and_a_larger_one_is_refused_by_its_head():
    head = b"\x09" + flv.MOST_TAG_BYTES.to_bytes(3, "big") + bytes(7)
    assert not list(Reader().feed(HEADER + head))
    with pytest.raises(FLVBroken, match="8000001 bytes"):
        list(Reader().feed(HEADER + b"\x09" + (flv.MOST_TAG_BYTES + 1).to_bytes(3, "big") + bytes(7)))
