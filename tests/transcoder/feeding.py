"""Feeds a packager as encoders do, with pictures that only say whose they are and which."""

from datetime import UTC, datetime
from itertools import accumulate

from transcoder.feeder import Frame
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager

NOON = datetime(2026, 11, 22, 3, 0, 0, 123_000, UTC)
AVCC = {
    "240p": bytes.fromhex("014d4015ffe100046742c01501000468ce3c80"),
    "360p": bytes.fromhex("014d401effe100046742c01e01000468ce3c80"),
    "540p": bytes.fromhex("014d401fffe100046742c01f01000468ce3c80"),
}
INIT = {"240p": "36556af0", "360p": "250c7402", "540p": "2350d74f"}  # BLAKE2s-32 of those
RUNGS = tuple(AVCC)


def begins_segment(part, ladder=DEFAULT):
    """Whether this part of an epoch is the first of a segment."""
    *begins, opening = accumulate(ladder.opening_parts, initial=0)
    return part in begins if part < opening else (part - opening) % ladder.segment_parts == 0


def is_key(number, ladder=DEFAULT, *, size=None):
    """Whether an encoder with ``size`` frames a part makes this frame of an epoch an IDR."""
    part, rest = divmod(number, size or ladder.part_frames)
    return rest == 0 and begins_segment(part, ladder)


def frame(rung, number, *, by="a", key=None):
    """Frame ``number`` of an epoch: one NAL unit, an IDR slice (5) or another (1)."""
    sync = is_key(number) if key is None else key
    nal = bytes([0x65 if sync else 0x41]) + f"{by} {rung} {number}".encode()
    return Frame(number=number, is_key=sync, payload=len(nal).to_bytes(4, "big") + nal)


def join(packager, by="a", rungs=RUNGS, *, size=None, copied=()):
    """A feeder whose rungs are configured, with ``size`` frames a part, or a number for each rung."""
    usual = size or packager.ladder.part_frames
    sizes = usual if isinstance(usual, dict) else dict.fromkeys(rungs, usual)
    packager.join(by, sizes, copied=frozenset(copied))
    for name in sizes:
        rung = packager.ladder.rung(name)
        packager.configure(by, name, AVCC[name], size_px=(rung.width_px, rung.height_px))


def begin(packager, epoch="00000001", *, at=NOON, by="a", rungs=RUNGS):
    """An epoch with the feeder ``by``."""
    packager.begin(epoch, starts_at=at)
    join(packager, by, rungs)


def feed(packager, count, *, start=0, by="a", rungs=RUNGS, size=None):
    """Frames ``start`` .. ``start + count`` of an epoch, of each rung. Returns how often something was new."""
    ladder = packager.ladder
    return sum(
        packager.add(by, rung, frame(rung, number, by=by, key=is_key(number, ladder, size=size)))
        for number in range(start, start + count)
        for rung in rungs
    )


def fed(parts, ladder=DEFAULT):
    """A packager of one epoch with this many parts."""
    packager = Packager(ladder)
    begin(packager)
    feed(packager, parts * ladder.part_frames)
    return packager
