"""Pure: writes fragmented MP4, an init segment and parts of one ``moof`` and one ``mdat``.

There is one video track and no way to write a sound track. A ``moof`` for a whole part costs 5 kbit/s where one for
each frame costs 13 (parts of 3 frames, 15 fps).

Source: ISO/IEC 14496-12 (boxes), 14496-15 (avc1), RFC 8216bis §3.1.2 (what HLS needs of them).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import pack

TRACK_ID = 1
IDENTITY = pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
SYNC, NOT_SYNC = 0x02000000, 0x01010000  # sample_depends_on, sample_is_non_sync_sample: §8.8.3.1
UNDETERMINED = 0x55C4  # language "und", packed


@dataclass(frozen=True, slots=True)
class Sample:
    """One coded picture."""

    is_sync: bool
    payload: bytes


def init_segment(avcc: bytes, *, width_px: int, height_px: int, timescale: int) -> bytes:
    """The ``ftyp`` and ``moov`` of one H.264 track with the decoder configuration ``avcc``."""
    entry = _box(
        b"avc1",
        bytes(6) + pack(">H", 1) + bytes(16) + pack(">HHIIIH", width_px, height_px, 0x480000, 0x480000, 0, 1),
        bytes(32) + pack(">Hh", 24, -1),
        _box(b"avcC", avcc),
        _box(b"pasp", pack(">II", 1, 1)),
    )
    tables = _box(
        b"stbl",
        _full(b"stsd", 0, 0, pack(">I", 1), entry),
        *(_full(kind, 0, 0, bytes(4)) for kind in (b"stts", b"stsc", b"stco")),
        _full(b"stsz", 0, 0, bytes(8)),
    )
    media = _box(
        b"mdia",
        _full(b"mdhd", 0, 0, pack(">IIIIHH", 0, 0, timescale, 0, UNDETERMINED, 0)),
        _full(b"hdlr", 0, 0, bytes(4) + b"vide" + bytes(12) + b"\0"),
        _box(
            b"minf",
            _full(b"vmhd", 0, 1, bytes(8)),
            _box(b"dinf", _full(b"dref", 0, 0, pack(">I", 1), _full(b"url ", 0, 1))),
            tables,
        ),
    )
    size = pack(">II", width_px << 16, height_px << 16)
    header = pack(">IIIII", 0, 0, TRACK_ID, 0, 0) + bytes(16) + IDENTITY + size
    track = _box(b"trak", _full(b"tkhd", 0, 3, header), media)
    movie = pack(">IIIIIH", 0, 0, timescale, 0, 0x10000, 0x100) + bytes(10) + IDENTITY + bytes(24)
    return _box(b"ftyp", b"iso6", pack(">I", 0), b"iso6cmfcmp41") + _box(
        b"moov",
        _full(b"mvhd", 0, 0, movie, pack(">I", TRACK_ID + 1)),
        track,
        _box(b"mvex", _full(b"trex", 0, 0, pack(">IIIII", TRACK_ID, 1, 0, 0, NOT_SYNC))),
    )


def part(samples: Sequence[Sample], *, sequence: int, ticks: Sequence[int]) -> bytes:
    """One ``moof`` and ``mdat``.

    Args:
        samples: 1 or more, in decoding order; only the first may be a sync sample.
        sequence: number of the fragment, from 1.
        ticks: when each sample begins, and when the last one ends, in units of the init segment's timescale.
    """
    if any(sample.is_sync for sample in samples[1:]):
        raise ValueError("a sync sample in the middle of a part")
    sizes = [len(sample.payload) for sample in samples]
    durations = [end - begin for begin, end in pairwise(ticks)]
    table = [field for row in zip(durations, sizes, strict=True) for field in row]

    def moof(data_offset: int) -> bytes:
        run = pack(">IiI", len(samples), data_offset, SYNC if samples[0].is_sync else NOT_SYNC)
        return _box(
            b"moof",
            _full(b"mfhd", 0, 0, pack(">I", sequence)),
            _box(
                b"traf",
                _full(b"tfhd", 0, 0x020020, pack(">II", TRACK_ID, NOT_SYNC)),
                _full(b"tfdt", 1, 0, pack(">Q", ticks[0])),
                _full(b"trun", 0, 0x000305, run, pack(f">{len(table)}I", *table)),
            ),
        )

    head = moof(len(moof(0)) + 8)
    return b"".join((head, pack(">I4s", sum(sizes) + 8, b"mdat"), *(sample.payload for sample in samples)))


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return _box(kind, pack(">I", version << 24 | flags), *content)
