"""Feeds a packager as ffmpeg does, with pictures that are only their own numbers."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from transcoder.flv import Configuration, Frame
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager

NOON = datetime(2026, 11, 22, 3, 0, 0, 123_000, UTC)
AVCC = {
    "240p": bytes.fromhex("014d4015ffe100046742c01501000468ce3c80"),
    "360p": bytes.fromhex("014d401effe100046742c01e01000468ce3c80"),
    "540p": bytes.fromhex("014d401fffe100046742c01f01000468ce3c80"),
}


def is_key(number, ladder=DEFAULT):
    """Whether ffmpeg makes this frame of a run an IDR."""
    *begins, opening = accumulate(ladder.opening_frames, initial=0)
    return number in begins if number < opening else (number - opening) % ladder.segment_frames == 0


def frame(rung, number, ladder=DEFAULT, *, key=None):
    """Frame ``number`` of a run: one NAL unit, an IDR slice (5) or another (1)."""
    sync = is_key(number, ladder) if key is None else key
    nal = bytes([0x65 if sync else 0x41]) + f"{rung} {number}".encode()
    return Frame(at_ms=round(number * 1000 / ladder.fps), is_key=sync, payload=len(nal).to_bytes(4, "big") + nal)


def begin(packager, epoch="00000001"):
    """A run of ffmpeg whose rungs are configured."""
    packager.begin(epoch)
    for rung in packager.ladder.rungs:
        packager.configure(rung.name, Configuration(AVCC[rung.name]))


def feed(packager, count, *, start=0, at=NOON):
    """Frames ``start`` .. ``start + count`` of a run whose frame 0 came ``at``. Returns how often something was new."""
    return sum(
        packager.add(
            rung.name,
            frame(rung.name, number, packager.ladder),
            arrived_at=at + timedelta(seconds=number / packager.ladder.fps),
        )
        for number in range(start, start + count)
        for rung in packager.ladder.rungs
    )


def fed(parts, ladder=DEFAULT):
    """A packager of one run with this many parts."""
    packager = Packager(ladder)
    begin(packager)
    feed(packager, parts * ladder.part_frames)
    return packager
