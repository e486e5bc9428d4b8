"""Requests written byte by byte, because a client library would mend the very spellings that are tested."""

import contextlib
import gzip
import re
import socket
import threading
from dataclasses import dataclass


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes


def ask(port, path, *, method="GET", headers=(), body=b"", version="HTTP/1.1"):
    """Send one request line exactly as given and read one answer; status 0 when the connection ends without one."""
    lines = [f"{method} {path} {version}", "Host: 127.0.0.1", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    request = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        raw = bytearray()
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
            while chunk := connection.recv(65536):
                raw += chunk
    return parse(bytes(raw))


def volley(port, paths, *, headers=()):
    """Many GETs down one connection, sent before an answer is read; the statuses, in order."""
    head = "\r\n".join(["", "Host: 127.0.0.1", *headers])
    requests = [f"GET {path} HTTP/1.1{head}\r\n" for path in paths]
    wire = "\r\n".join(requests) + "Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        sending = threading.Thread(target=connection.sendall, args=[wire.encode()])
        sending.start()
        raw = bytearray()
        while chunk := connection.recv(65536):
            raw += chunk
        sending.join()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", bytes(raw))]


def parse(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/"):
        return Reply(0, {}, raw)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = unchunk(body)
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Reply(int(first.split()[1]), headers, body)


def unchunk(body):
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole += rest[:length]
        body = rest[length + 2 :]
        if not length:
            break
    return whole
