"""Reads fragmented MP4 independently of the transcoder's writer: only what the tests ask about."""

import struct
from dataclasses import dataclass


def boxes(data):
    """(type, content) of each box, for boxes of one level."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        assert 8 <= size <= len(data) - at, f"a box {kind} of {size} bytes"
        yield kind.decode(), data[at + 8 : at + size]
        at += size


def inside(data, *path):
    """Contents of all boxes at ``path``."""
    if not path:
        return [data]
    return [found for kind, content in boxes(data) if kind == path[0] for found in inside(content, *path[1:])]


@dataclass
class Init:
    handlers: list
    timescale: int
    avcc: bytes
    size: tuple

    @classmethod
    def of(cls, data):
        handlers = [h[8:12].decode() for h in inside(data, "moov", "trak", "mdia", "hdlr")]
        (mdhd,) = inside(data, "moov", "trak", "mdia", "mdhd")
        (stsd,) = inside(data, "moov", "trak", "mdia", "minf", "stbl", "stsd")
        ((kind, entry),) = boxes(stsd[8:])
        assert kind == "avc1", kind
        (avcc,) = inside(entry[78:], "avcC")
        return cls(handlers, struct.unpack_from(">I", mdhd, 12)[0], avcc, struct.unpack_from(">HH", entry, 24))


@dataclass
class Chunk:
    """One moof and mdat."""

    tfdt: int
    ticks: int
    is_sync: bool
    has_idr: bool

    @classmethod
    def of(cls, data):
        assert [kind for kind, _ in boxes(data)] == ["moof", "mdat"]
        ((tfhd,), (tfdt,), (trun,)) = (inside(data, "moof", "traf", kind) for kind in ("tfhd", "tfdt", "trun"))
        flags = struct.unpack_from(">I", tfhd)[0] & 0xFFFFFF
        at = 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
        duration = struct.unpack_from(">I", tfhd, at)[0] if flags & 8 else None
        run, count = struct.unpack_from(">II", trun)
        at = 8 + (4 if run & 1 else 0)
        first = struct.unpack_from(">I", trun, at)[0] if run & 4 else None
        each = 4 * sum(bool(run & bit) for bit in (0x100, 0x200, 0x400, 0x800))
        rows = [struct.unpack_from(f">{each // 4}I", trun, at + (4 if run & 4 else 0) + each * i) for i in range(count)]
        ticks = sum(row[0] for row in rows) if run & 0x100 else duration * count
        (mdat,) = inside(data, "mdat")
        kinds, at, end = [], 0, rows[0][1 if run & 0x100 else 0]
        while at < end:
            size = struct.unpack_from(">I", mdat, at)[0]
            kinds.append(mdat[at + 4] & 31)
            at += 4 + size
        return cls(struct.unpack_from(">Q", tfdt, 4)[0], ticks, first is not None and not first & 0x10000, 5 in kinds)
