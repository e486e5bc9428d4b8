"""What is kept of a JPEG, by its markers."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import jpeg
from server.errors import PlateCropInvalid
from server.plates import picture
from tests.jpegs import COMMENT, EXIF, PART, drawn, segment, text

JPEG = drawn()
SECOND = drawn(16, 16)


@pytest.mark.parametrize("size", [(1, 1), (320, 96), (1024, 1024)])
def test_a_whole_one_is_known_with_its_size(size):
    found = jpeg.plain(drawn(*size))
    assert (found.data, found.width_px, found.height_px) == (drawn(*size), *size)


@pytest.mark.parametrize(
    "told",
    [
        [EXIF],
        [COMMENT],
        [EXIF, COMMENT, EXIF],
        [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0 GPS")],
        [segment(0xE2, b"ICC_PROFILE\0GPS")],
        [segment(0xE2, b"MPF\0GPS")],
        [segment(0xED, b"Photoshop 3.0\0GPS")],
        [segment(0xEE, b"Adobe GPS is longer than what says how colours are coded")],
        [segment(0xEF, b"GPS")],
    ],
)
def test_nothing_is_kept_of_what_is_told_beside_the_picture(told):
    assert jpeg.plain(drawn(told=told)).data == JPEG
    assert jpeg.plain(drawn(told=told, late=told)).data == JPEG


def test_nothing_is_kept_of_what_stands_behind_its_end():
    for behind in (b"\0" * 10, b"GPS", SECOND, b"ftypmp42"):
        assert jpeg.plain(JPEG + behind).data == JPEG


def test_what_says_how_its_colours_are_coded_is_kept():
    colours = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
    assert jpeg.plain(drawn(told=[colours])).data == drawn(told=[colours])


def test_one_that_comes_in_several_scans_is_kept_whole():
    scan = segment(0xC4, b"tables") + PART
    progressive = drawn(marker=0xC2, more=scan * 3)
    assert jpeg.plain(progressive).data == progressive
    assert jpeg.plain(drawn(more=b"\xff" + scan)).data.endswith(scan + b"\xff\xd9")


@pytest.mark.parametrize("length", range(len(JPEG)))
def test_one_that_breaks_off_anywhere_is_none(length):
    assert jpeg.plain(JPEG[:length]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"<svg onload=alert(1)>",
        b"GIF89a" + b"0" * 60,
        b"\xff\xd8\xff\xd9",
        drawn(marker=0xC4),
        JPEG.replace(PART, b""),
        JPEG[:2] + b"\xff\xd0" + JPEG[2:],
        JPEG[:2] + b"\xff\xe0\x00\x01" + JPEG[2:],
        JPEG[:2] + SECOND[2:-2] + JPEG[2:],
        b"\xff\xd8" + struct.pack(">HHB", 0xFFC0, 3, 8) + PART + b"\xff\xd9",
    ],
)
def test_what_is_no_single_whole_picture_is_none(data):
    assert jpeg.plain(data) is None


@pytest.mark.parametrize(
    "data",
    [drawn(1025, 8), drawn(8, 1025), drawn(0, 8), JPEG[:-2], b"", b"GIF89a", drawn(more=PART * picture.MOST_BYTES)],
)
def test_a_plate_is_small_and_whole(data):
    with pytest.raises(PlateCropInvalid):
        picture.read(text(data))


@pytest.mark.parametrize("told", ["", "====", "/9j_", "/9j/ 4AA", "가" * 8, text(JPEG)[:-1]])
def test_a_plate_comes_as_base64(told):
    with pytest.raises(PlateCropInvalid):
        picture.read(told)


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0, len(JPEG)), rest=st.binary(max_size=300))
def test_whatever_is_sent_what_is_kept_is_plain_and_no_larger(at, rest):
    sent = JPEG[:at] + rest + JPEG[at:]
    found = jpeg.plain(sent)
    assert found is None or (len(found.data) <= len(sent) and jpeg.plain(found.data) == found)
