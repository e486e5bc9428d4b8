"""A stand-in for the ffmpeg that talks to a camera: it gives pictures at a pace, with the times that a host's clock has.

``python clocks.py FILM ROW FD``: ``FILM`` is FLV, ``ROW`` a name of ``ROWS`` or ``FLOOD``, ``FD`` where to write.
As ffmpeg does (measured, FFmpeg 5.1 with libfaketime), it lets no time go back: a picture then has that of the one
before it.
"""

import struct
import sys
import time
from dataclasses import dataclass

FPS = 15
HOUR_S = 3600.0


@dataclass(frozen=True)
class Row:
    """What is wrong with a clock, or with the pace; ``offset_s`` is how wrong the host's clock is after so long."""

    offset_s: object = lambda _at_s: 0.0
    fps: float = FPS
    burst: int = 1  # pictures that come at once

    @property
    def is_bursting(self):
        return self.burst > 1

    @property
    def burst_s(self):
        return self.burst / self.fps


def after(begins_s, offset_s):
    return lambda at_s: offset_s if at_s >= begins_s else 0.0


ROWS = {
    "well": Row(),
    "host-forward": Row(after(3.0, HOUR_S)),
    "host-back": Row(after(3.0, -HOUR_S)),
    "host-to-and-fro": Row(lambda at_s: 0.9 * (int(at_s) % 2)),
    "host-steps": Row(lambda at_s: 0.9 * int(at_s)),
    "host-fast": Row(lambda at_s: 0.05 * at_s),
    "host-slow": Row(lambda at_s: -0.05 * at_s),
    "camera-fast": Row(fps=FPS * 1.05),
    "camera-slow": Row(fps=FPS / 1.05),
    "camera-storms": Row(fps=FPS * 8),
    "camera-in-bursts": Row(burst=12),
}
FLOOD = "camera-floods"


def tags(film):
    """Type and body of each, in turn."""
    at = 13
    while at < len(film):
        size = int.from_bytes(film[at + 1 : at + 4])
        yield film[at], film[at + 11 : at + 11 + size]
        at += size + 15


def tag(body, at_ms):
    head = b"\x09" + struct.pack(">I", len(body))[1:] + struct.pack(">I", at_ms)[1:] + bytes([at_ms >> 24]) + bytes(3)
    return head + body + struct.pack(">I", 11 + len(body))


def main():
    row = (ROWS | {FLOOD: Row(fps=6000, burst=60)})[sys.argv[2]]
    with open(sys.argv[1], "rb") as file:
        film = [body for kind, body in tags(file.read()) if kind == 9]
    configuration, *pictures = [body for body in film if body[1] < 2]
    begins, latest_ms = time.monotonic(), 0
    with open(int(sys.argv[3]), "wb", buffering=0) as out:
        out.write(b"FLV\x01\x01\x00\x00\x00\x09\x00\x00\x00\x00" + tag(configuration, 0))
        number = 0
        while True:
            at_s = time.monotonic() - begins
            latest_ms = max(latest_ms, round((at_s + row.offset_s(at_s)) * 1000))
            for _ in range(row.burst):
                out.write(tag(pictures[number % len(pictures)], latest_ms))
                number += 1
            time.sleep(max(0.0, begins + number / row.fps - time.monotonic()))


if __name__ == "__main__":
    main()
