"""RTSP 1.0 messages (RFC 2326): bytes to a request, a response to bytes, the Transport header.

Pure: no socket, no clock, no state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HEAD_MAX_BYTES = 8192
BODY_MAX_BYTES = 65536
CHANNELS = 256  # a channel is one byte; RTCP takes the one above RTP
TRACK = "trackID=0"  # a camera has one track: the picture

REASONS = {
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    413: "Request Entity Too Large",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    505: "RTSP Version Not Supported",
}


class Malformed(ValueError):
    """What arrived is no request of RTSP 1.0. ``status`` is what to answer before closing."""

    def __init__(self, reason: str, *, status: int = 400, cseq: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.cseq = cseq


@dataclass(frozen=True)
class Request:
    """One request without its body, which no method here reads."""

    method: str
    uri: str
    headers: Mapping[str, str]  # names in lower case
    content_length: int = 0  # bytes of body that follow, 0..BODY_MAX_BYTES

    @property
    def cseq(self) -> str:
        return self.headers["cseq"]

    @property
    def path(self) -> str:
        """The camera's path: no host, query, trailing slash or track."""
        return urlsplit(self.uri).path.removesuffix(f"/{TRACK}").rstrip("/")

    @property
    def session(self) -> str:
        return self.headers.get("session", "").split(";")[0].strip()


@dataclass(frozen=True)
class Response:
    """One response; ``CSeq`` and ``Content-Length`` are added when it is written."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def parse(head: bytes) -> Request:
    """Request whose head, up to and without the empty line, is ``head``.

    Raises:
        Malformed: not a request line and ``Name: value`` lines, no numeric CSeq, a false Content-Length, or
            another version.

    Source: RFC 2326 §6, §12.14, §12.17.
    """
    try:
        first, *lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError as error:
        raise Malformed("the head is not UTF-8") from error
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise Malformed("a header line has no colon")
        headers[name.strip().lower()] = value.strip()
    cseq = headers.get("cseq", "")
    if not (cseq.isascii() and cseq.isdigit()):
        raise Malformed("CSeq is missing or not a number")
    try:
        method, uri, version = first.split(" ")
    except ValueError as error:
        raise Malformed("the request line is not three words", cseq=cseq) from error
    if version != "RTSP/1.0":
        raise Malformed("only RTSP/1.0 is spoken", status=505, cseq=cseq)
    return Request(method, _uri(uri, cseq), headers, _content_length(headers, cseq))


def _uri(uri: str, cseq: str) -> str:
    try:
        scheme = urlsplit(uri).scheme
    except ValueError as error:
        raise Malformed("the address cannot be read", cseq=cseq) from error
    if uri != "*" and scheme != "rtsp":
        raise Malformed("the address is neither * nor rtsp://", cseq=cseq)
    return uri


def _content_length(headers: Mapping[str, str], cseq: str) -> int:
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise Malformed("Content-Length is not a number", cseq=cseq)
    if len(text) > len(str(BODY_MAX_BYTES)) or int(text) > BODY_MAX_BYTES:
        raise Malformed(f"the body is longer than {BODY_MAX_BYTES} bytes", status=413, cseq=cseq)
    return int(text)


def render(response: Response, cseq: str) -> bytes:
    """Bytes of a response to the request numbered ``cseq`` (empty when that could not be read)."""
    headers = {"CSeq": cseq} if cseq else {}
    headers |= response.headers
    if response.body:
        headers["Content-Length"] = str(len(response.body))
    lines = [f"RTSP/1.0 {response.status} {REASONS[response.status]}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + response.body


def interleaved_channel(transport: str) -> int | None:
    """RTP channel of the first offer in a Transport header that is unicast RTP over TCP; None when there is none.

    A client that names no channel gets 0 (and 1 for RTCP).

    Source: RFC 2326 §12.39.
    """
    for offer in transport.split(","):
        protocol, *parameters = (part.strip() for part in offer.split(";"))
        if protocol != "RTP/AVP/TCP" or "multicast" in parameters:
            continue
        chosen = next((p.removeprefix("interleaved=") for p in parameters if p.startswith("interleaved=")), "0")
        channel = chosen.split("-")[0]
        if channel.isascii() and channel.isdigit() and int(channel) + 1 < CHANNELS:
            return int(channel)
    return None
