"""A small RTSP client for tests: one connection, whole messages, RTP put back together into access units."""

import socket
import struct
from dataclasses import dataclass, field

from demo.cameras import digest, rtsp


@dataclass
class Unit:
    """One access unit as it arrived."""

    timestamp: int
    nals: list[bytes]


def depacketise(payloads):
    """NAL units of RTP payloads (RFC 6184: single NAL units and FU-A)."""
    nals, parts = [], []
    for payload in payloads:
        if payload[0] & 0x1F != 28:
            nals.append(bytes(payload))
            continue
        first, last = payload[1] & 0x80, payload[1] & 0x40
        if first:
            assert not parts, "a fragment begins before the last one ended"
            parts = [bytes([payload[0] & 0xE0 | payload[1] & 0x1F])]
        parts.append(bytes(payload[2:]))
        if last:
            nals.append(b"".join(parts))
            parts = []
    assert not parts, "the last fragment is missing"
    return nals


@dataclass
class Client:
    port: int
    path: str = "/cam/open"
    login: dict | None = None
    session: str | None = None
    sequence: int | None = None
    cseq: int = 0
    connection: socket.socket = field(init=False)

    def __post_init__(self):
        self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.stream = self.connection.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.connection.close()

    @property
    def uri(self):
        return f"rtsp://127.0.0.1:{self.port}{self.path}"

    def send(self, method, uri=None, **headers):
        self.cseq += 1
        lines = [f"{method} {uri or self.uri} RTSP/1.0", f"CSeq: {self.cseq}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.connection.sendall("\r\n".join([*lines, "", ""]).encode())

    def answer(self):
        """Status, headers and body of the next response; pictures that come before it are dropped."""
        while (first := self.stream.read(1)) == b"$":
            _, length = struct.unpack(">BH", self.stream.read(3))
            self.stream.read(length)
        if not first:
            raise EOFError
        status = int((first + self.stream.readline()).split()[1])
        headers = {}
        while line := self.stream.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, self.stream.read(int(headers.get("content-length", 0)))

    def ask(self, method, uri=None, **headers):
        """Response to a request, answering a challenge once when a login is known."""
        if self.session:
            headers.setdefault("Session", self.session)
        self.send(method, uri, **headers)
        status, answered, body = self.answer()
        if status == 401 and self.login:
            nonce = digest.fields(answered["www-authenticate"])["nonce"]
            proof = digest.response(method, uri or self.uri, nonce=nonce, **self.login)
            authorization = f'Digest username="{self.login["username"]}", realm="{digest.REALM}", nonce="{nonce}", '
            authorization += f'uri="{uri or self.uri}", response="{proof}"'
            self.send(method, uri, Authorization=authorization, **headers)
            status, answered, body = self.answer()
        return status, answered, body

    def play(self):
        status, headers, _ = self.ask(
            "SETUP", f"{self.uri}/{rtsp.TRACK}", Transport="RTP/AVP/TCP;unicast;interleaved=0-1"
        )
        assert status == 200
        self.session = headers["session"].split(";")[0]
        status, headers, _ = self.ask("PLAY")
        assert status == 200
        self.sequence = int(headers["rtp-info"].rpartition("seq=")[2])
        return self

    def units(self, count):
        """The next access units; every packet must follow the one before."""
        units, payloads = [], []
        while len(units) < count:
            dollar, channel, length = struct.unpack(">cBH", self.stream.read(4))
            packet = self.stream.read(length)
            assert dollar == b"$"
            if channel != 0:
                continue
            _, marked, sequence, timestamp, _ = struct.unpack(">BBHII", packet[:12])
            assert sequence == self.sequence
            self.sequence = (sequence + 1) % 65536
            payloads.append(packet[12:])
            if marked & 0x80:
                units.append(Unit(timestamp, depacketise(payloads)))
                payloads = []
        return units
