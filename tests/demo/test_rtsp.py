import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.cameras import rtsp
from demo.cameras.rtsp import Malformed, Response

OPTIONS = "OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: 1"


def test_a_request_is_read_with_names_in_any_case():
    request = rtsp.parse(b"SETUP rtsp://h:8554/cam/a/trackID=0?x=1 RTSP/1.0\r\ncseq: 7\r\nSESSION: abc;timeout=60")
    assert (request.method, request.path, request.cseq, request.session) == ("SETUP", "/cam/a", "7", "abc")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("rtsp://h/cam/a", "/cam/a"),
        ("rtsp://h/cam/a/", "/cam/a"),
        ("rtsp://h:1/cam/a/trackID=0", "/cam/a"),
        ("rtsp://h/cam/a/trackID=1", "/cam/a/trackID=1"),
        ("rtsp://h", ""),
        ("*", "*"),
    ],
)
def test_the_path_of_a_camera_has_no_track_or_trailing_slash(uri, path):
    assert rtsp.parse(f"PLAY {uri} RTSP/1.0\r\nCSeq: 1".encode()).path == path


@pytest.mark.parametrize(
    ("head", "status", "cseq"),
    [
        (b"", 400, ""),
        (b"\xff\xfe RTSP", 400, ""),
        (b"OPTIONS rtsp://h/a RTSP/1.0", 400, ""),
        (b"OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: one", 400, ""),
        (b"OPTIONS rtsp://h/a RTSP/1.0\r\nno colon\r\nCSeq: 1", 400, ""),
        (b"OPTIONS rtsp://h/a RTSP/1.0\r\n: empty\r\nCSeq: 1", 400, ""),
        (b"OPTIONS\r\nCSeq: 1", 400, "1"),
        (b"OPTIONS  rtsp://h/a RTSP/1.0\r\nCSeq: 1", 400, "1"),
        (b"GET /a HTTP/1.1\r\nCSeq: 1", 505, "1"),
        (b"OPTIONS rtsp://h/a RTSP/2.0\r\nCSeq: 1", 505, "1"),
        (b"OPTIONS http://h/a RTSP/1.0\r\nCSeq: 1", 400, "1"),
        (b"OPTIONS rtsp://[h/a RTSP/1.0\r\nCSeq: 1", 400, "1"),
        (f"{OPTIONS}\r\nContent-Length: -1".encode(), 400, "1"),
        (f"{OPTIONS}\r\nContent-Length: x".encode(), 400, "1"),
        (f"{OPTIONS}\r\nContent-Length: 65537".encode(), 413, "1"),
        (f"{OPTIONS}\r\nContent-Length: {'9' * 5000}".encode(), 413, "1"),
    ],
)
def test_what_is_no_request_is_refused_with_a_status(head, status, cseq):
    with pytest.raises(Malformed) as refused:
        rtsp.parse(head)
    assert (refused.value.status, refused.value.cseq) == (status, cseq)


def test_a_body_up_to_the_limit_is_announced():
    assert rtsp.parse(f"{OPTIONS}\r\nContent-Length: 65536".encode()).content_length == 65536


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(head):
    with contextlib.suppress(Malformed):
        assert rtsp.parse(head).cseq.isdigit()


@pytest.mark.parametrize(
    ("transport", "channel"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1", 0),
        ("RTP/AVP/TCP;interleaved=4-5;unicast", 4),
        ("RTP/AVP/TCP;unicast", 0),
        ("RTP/AVP;unicast;client_port=5000-5001, RTP/AVP/TCP;unicast;interleaved=2-3", 2),
        ("RTP/AVP/TCP;unicast;interleaved=254-255", 254),
        ("RTP/AVP/TCP;unicast;interleaved=255-256", None),
        ("RTP/AVP/TCP;unicast;interleaved=x-y", None),
        ("RTP/AVP/TCP;multicast;interleaved=0-1", None),
        ("RTP/AVP;unicast;client_port=5000-5001", None),
        ("RTP/AVP/UDP;unicast;client_port=5000-5001", None),
        ("RTP/SAVP/TCP;unicast;interleaved=0-1", None),
        ("", None),
    ],
)
def test_only_interleaved_tcp_is_a_transport(transport, channel):
    assert rtsp.interleaved_channel(transport) == channel


def test_a_response_names_its_request_and_its_length():
    text = rtsp.render(Response(200, {"Session": "a"}, b"sdp"), "3")
    assert text == b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: a\r\nContent-Length: 3\r\n\r\nsdp"
    assert rtsp.render(Response(400), "") == b"RTSP/1.0 400 Bad Request\r\n\r\n"
