"""Pure: what a camera may say to an ffmpeg until it is asked to play.

ffmpeg follows a redirect to wherever the camera says, for ever if need be, and reads a description of any length into
memory (FFmpeg 9.0.2; no option of it forbids either). So its camera's answers are read here first. Reading is strict:
what could mean one thing here and another to ffmpeg is refused.

Source: RFC 2326 §7, §10.12, §11; FFmpeg, libavformat/rtsp.c: ff_rtsp_read_reply, ff_rtsp_connect.
"""

import re

HEAD_MAX_BYTES = 8192
BODY_MAX_BYTES = 65_536  # a description has one or two thousand
END = b"\r\n\r\n"
STATUS = re.compile(rb"RTSP/1\.0 ([1-5][0-9]{2})(?: [^\r\n\0]*)?")
QUESTION = re.compile(rb"[A-Z_]+ [^\s\0]+ RTSP/1\.0")
FIELD = re.compile(rb"([A-Za-z0-9-]+)[ \t]*:[ \t]*([^\r\n\0]*)")


class Refused(Exception):
    """The camera is not listened to any further; the message is a stable code."""


class Handshake:
    """Takes the camera's bytes, gives those that ffmpeg may see. After Refused it must not be fed again."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> bytes:
        """The whole messages that ``data`` completes.

        Raises:
            Refused: ``camera_redirects``, ``camera_answer_too_long`` or ``camera_not_rtsp``.
        """
        self._rest += data
        end = 0
        while size := _size(bytes(self._rest[end : end + HEAD_MAX_BYTES])):
            if end + size > len(self._rest):
                break
            end += size
        passed = bytes(self._rest[:end])
        del self._rest[:end]
        return passed

    def rest(self) -> bytes:
        """What is held back, once: for whoever reads no more of it."""
        rest, self._rest = bytes(self._rest), bytearray()
        return rest


def _size(begin: bytes) -> int:
    """Bytes of the message that begins so; 0 while that cannot be said."""
    if begin[:1] == b"$":
        return 4 + int.from_bytes(begin[2:4]) if len(begin) >= 4 else 0
    head, end, _ = begin.partition(END)
    if not end:
        if len(begin) >= HEAD_MAX_BYTES:
            raise Refused("camera_answer_too_long")
        return 0
    first, *lines = head.split(b"\r\n")
    status, fields = STATUS.fullmatch(first), [FIELD.fullmatch(line) for line in lines]
    if status is None and QUESTION.fullmatch(first) is None:
        raise Refused("camera_not_rtsp")
    if status and status[1].startswith(b"3"):
        raise Refused("camera_redirects")
    return len(head) + len(end) + _body([(field[1].lower(), field[2]) if field else None for field in fields])


def _body(fields: list[tuple[bytes, bytes] | None]) -> int:
    """Content-Length, 0 without one."""
    if None in fields:
        raise Refused("camera_not_rtsp")
    lengths = [field[1].strip() for field in fields if field and field[0] == b"content-length"]
    if not lengths:
        return 0
    if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,12}", lengths[0]):
        raise Refused("camera_not_rtsp")
    if int(lengths[0]) > BODY_MAX_BYTES:
        raise Refused("camera_answer_too_long")
    return int(lengths[0])
