"""As much of HTTP/2 (RFC 9113, RFC 7541) as it takes to ask for a path spelled in any way at all."""

import contextlib
import socket
import ssl

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK = 1, 1
END_OF_HEADERS_AND_STREAM = 0x5
ROOM = (2**30).to_bytes(4)


class Ended(Exception):
    """The server closed the connection."""


class Connection:
    """One connection; ``ask`` gives the body of an answer, none when the stream was reset."""

    def __init__(self, port, certificate):
        context = ssl.create_default_context(cafile=certificate)
        context.set_alpn_protocols(["h2"])
        self._stack = contextlib.ExitStack()
        plain = self._stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        self._socket = self._stack.enter_context(context.wrap_socket(plain, server_hostname="127.0.0.1"))
        self._stream = -1
        self._socket.sendall(PREFACE + frame(SETTINGS, 0, 0, b"") + frame(WINDOW_UPDATE, 0, 0, ROOM))

    def close(self):
        self._stack.close()

    def ask(self, path, headers=()):
        """Raises Ended: there was no answer, and there will be none to what follows."""
        self._stream += 2
        fields = [(":method", "GET"), (":scheme", "https"), (":authority", "127.0.0.1"), (":path", path), *headers]
        block = b"".join(b"\0" + text(name) + text(value) for name, value in fields)
        try:
            self._socket.sendall(frame(HEADERS, END_OF_HEADERS_AND_STREAM, self._stream, block))
            return self._answer()
        except OSError as error:
            raise Ended from error

    def _answer(self):
        body = b""
        while True:
            kind, flags, stream, payload = self._read()
            if kind == SETTINGS and not flags & ACK:
                self._socket.sendall(frame(SETTINGS, ACK, 0, b""))
            elif kind == GOAWAY:
                raise Ended
            elif stream == self._stream and kind == RST_STREAM:
                return None
            elif stream == self._stream and kind in {DATA, HEADERS}:
                body += payload if kind == DATA else b""
                if flags & END_STREAM:
                    return body

    def _read(self):
        head = self._exactly(9)
        return head[3], head[4], int.from_bytes(head[5:9]) & 0x7FFFFFFF, self._exactly(int.from_bytes(head[:3]))

    def _exactly(self, count):
        whole = b""
        while len(whole) < count:
            chunk = self._socket.recv(count - len(whole))
            if not chunk:
                raise Ended
            whole += chunk
        return whole


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def text(value):
    """A string literal without Huffman coding (RFC 7541 §5.2); its length in 7 bits and what is over."""
    raw = value.encode("latin-1")
    if len(raw) < 127:
        return bytes([len(raw)]) + raw
    rest, length = len(raw) - 127, bytearray([127])
    while rest >= 128:
        length.append(rest % 128 + 128)
        rest //= 128
    return bytes([*length, rest]) + raw
