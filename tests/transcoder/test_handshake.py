import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder.handshake import Handshake, Refused

OK = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
SDP = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nv=0\n"
WHO = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n'
PICTURE = b"$\x00\x00\x05RTSP/"
QUESTION = b"OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: 7\r\n\r\n"
MOVED = b"RTSP/1.0 302 Moved\r\nCSeq: 3\r\nLocation: rtsp://127.0.0.2/\r\n\r\n"


@given(st.lists(st.sampled_from([OK, SDP, WHO, PICTURE, QUESTION]), max_size=5), st.lists(st.integers(1, 60)))
def test_what_a_camera_may_say_passes_unchanged_however_it_is_cut(messages, cuts):
    said, handshake, passed, at = b"".join(messages), Handshake(), b"", 0
    for size in [*cuts, len(said)]:
        passed += handshake.feed(said[at : at + size])
        at += size
    assert passed == said
    assert handshake.rest() == b""


@given(st.lists(st.sampled_from([OK, SDP, WHO, PICTURE]), max_size=3), st.lists(st.integers(1, 40)))
def test_no_byte_of_a_redirect_is_passed_however_it_is_cut(messages, cuts):
    said, handshake, passed, at = b"".join(messages) + MOVED, Handshake(), b"", 0
    code = None
    for size in [*cuts, len(said)]:
        try:
            passed += handshake.feed(said[at : at + size])
        except Refused as refused:
            code = str(refused)
            break
        at += size
    assert code == "camera_redirects"
    assert b"302" not in passed


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *((f"RTSP/1.0 {status} x\r\n\r\n".encode(), "camera_redirects") for status in (300, 301, 303, 305, 399)),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n", "camera_answer_too_long"),
        (b"RTSP/1.0 200 OK\r\nX: " + b"x" * 8192, "camera_answer_too_long"),
        (b"HTTP/1.1 302 Found\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0 200 OK\nX: y\n\nRTSP/1.0 302 x\r\n\r\n", "camera_not_rtsp"),  # ffmpeg ends a line at LF
        (b"RTSP/1.0 200 OK\r\nX: y\n\nRTSP/1.0 302 x\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0 200 OK\r\nX: y\rRTSP/1.0 302 x\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0 200 OK\r\n$\x00\x00\x02: a\r\n\r\n", "camera_not_rtsp"),  # ffmpeg takes pictures within a head
        (b"RTSP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 0x9\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0  302 x\r\n\r\n", "camera_not_rtsp"),
        (b"RTSP/1.0 0302 x\r\n\r\n", "camera_not_rtsp"),
        (b"\r\n\r\nRTSP/1.0 302 x\r\n\r\n", "camera_not_rtsp"),
        (b"\x00\x01\x02\r\n\r\n", "camera_not_rtsp"),
    ],
)
def test_what_a_camera_may_not_say_is_refused_by_its_code(said, code):
    with pytest.raises(Refused, match=f"^{code}$"):
        Handshake().feed(said)


def test_the_rest_is_given_once():
    handshake = Handshake()
    assert handshake.feed(OK + PICTURE[:6]) == OK
    assert (handshake.rest(), handshake.rest()) == (PICTURE[:6], b"")
