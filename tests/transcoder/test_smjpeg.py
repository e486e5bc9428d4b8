import subprocess

import imageio_ffmpeg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder import smjpeg
from transcoder.smjpeg import Picture, Reader, SMJPEGBroken

HEADER = b"\x00\nSMJPEG" + bytes(4) + (9000).to_bytes(4, "big")


def told(kind, content):
    return kind + len(content).to_bytes(4, "big") + content


def picture(at_ms, jpeg):
    return b"vidD" + at_ms.to_bytes(4, "big") + len(jpeg).to_bytes(4, "big") + jpeg


STREAM = (
    HEADER
    + told(b"_TXT", b"encoder = x")
    + told(b"_VID", bytes(8) + b"JFIF")
    + picture(0, b"\xff\xd8one\xff\xd9")
    + picture(1000, b"\xff\xd8vidDHEND\xff\xd9")
    + picture(2**32 - 1, b"")
    + b"HEND"
)
EXPECTED = [
    Picture(0, b"\xff\xd8one\xff\xd9"),
    Picture(1000, b"\xff\xd8vidDHEND\xff\xd9"),
    Picture(2**32 - 1, b""),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_the_stream_may_be_cut_anywhere(cuts):
    reader, found, before = Reader(), [], 0
    for cut in [*sorted(cuts), len(STREAM)]:
        found += reader.feed(STREAM[before:cut])
        before = cut
    assert found == EXPECTED
    assert not reader._rest


def test_a_picture_is_given_with_its_last_byte_and_not_before():
    reader = Reader()
    whole = HEADER + picture(7, b"jpeg")
    assert not list(reader.feed(whole[:-1]))
    assert list(reader.feed(whole[-1:])) == [Picture(7, b"jpeg")]


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (b"RIFF" + bytes(20), "no SMJPEG header"),
        (HEADER + b"what" + bytes(8), "a chunk of kind b'what'"),
        (HEADER + b"sndD" + bytes(8), "a chunk of kind b'sndD'"),
        (HEADER + b"vidD" + bytes(4) + b"\xff" * 4, "a chunk of 4294967307 bytes"),
        (HEADER + b"_TXT" + b"\xff" * 8, "a chunk of 4294967303 bytes"),
    ],
)
def test_what_is_not_pictures_is_refused(stream, said):
    with pytest.raises(SMJPEGBroken, match=said):
        list(Reader().feed(stream))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        for item in Reader().feed(HEADER + data):
            assert isinstance(item, Picture)
    except SMJPEGBroken:
        pass


def test_no_more_is_kept_than_the_largest_picture():
    largest = smjpeg.MOST_PICTURE_BYTES - smjpeg.FRAME_BYTES
    assert len(list(Reader().feed(HEADER + picture(0, bytes(largest))))) == 1
    head = b"vidD" + bytes(4) + (largest + 1).to_bytes(4, "big")
    with pytest.raises(SMJPEGBroken, match="1000001 bytes"):
        list(Reader().feed(HEADER + head))


@pytest.mark.process
def test_what_ffmpeg_writes_is_read():
    source = ["-f", "lavfi", "-i", "testsrc=s=160x120:r=5"]
    argv = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        *source,
        "-frames:v",
        "3",
        "-c:v",
        "mjpeg",
        "-f",
        "smjpeg",
        "-",
    ]
    written = subprocess.run(argv, capture_output=True, check=True).stdout
    found = list(Reader().feed(written))
    assert [one.at_ms for one in found] == [0, 200, 400]
    assert all(one.jpeg.startswith(b"\xff\xd8") and one.jpeg.endswith(b"\xff\xd9") for one in found)
