"""What is taken for a photo, by its bytes."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import AlertPhotoInvalid
from server.persons import photo


def png(width=1, height=1):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return photo.PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def jpeg(width=8, height=8, marker=0xC0):
    """The markers of a JPEG; nobody decodes it here."""
    comment = b"\xff\xfe\x00\x06okay"
    frame = bytes([0xFF, marker]) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + b"\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + comment + frame + b"\xff\xda\x00\x02\0\xff\xd9"


JPEG, PNG = jpeg(), png()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (JPEG, "image/jpeg"),
        (jpeg(marker=0xC2), "image/jpeg"),
        (jpeg(4096, 4096), "image/jpeg"),
        (PNG, "image/png"),
        (png(640, 480), "image/png"),
    ],
)
def test_a_small_jpeg_or_png_is_known(data, kind):
    assert photo.media_type(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"GIF89a" + b"0" * 60,
        b"RIFF0000WEBPVP8 ",
        JPEG[:-2],
        JPEG[:30] + JPEG[-2:],
        jpeg(0, 8),
        jpeg(8, 4097),
        jpeg(marker=0xC4),
        png(0, 1),
        png(1, 4097),
        PNG[:30],
        PNG[:-12],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 100 + b"\xd9",
        b"\0" * (photo.MOST_BYTES + 1),
    ],
)
def test_what_is_none_is_refused(data):
    with pytest.raises(AlertPhotoInvalid):
        photo.media_type(data)


@settings(max_examples=60, deadline=None)
@given(head=st.sampled_from([b"", photo.PNG, photo.JPEG, JPEG[:24], PNG[:20]]), rest=st.binary(max_size=400))
def test_whatever_is_sent_is_a_photo_or_refused(head, rest):
    for data in (head + rest, head + rest + photo.JPEG_END):
        with contextlib.suppress(AlertPhotoInvalid):
            assert photo.media_type(data) in {"image/jpeg", "image/png"}
