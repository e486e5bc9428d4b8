"""An H.264 clip (Annex B byte stream) as a loop of access units, indexed once over a memory map.

Invariants: the first access unit is an IDR with its parameter sets; every unit holds one picture; no byte is copied.
"""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

START = b"\x00\x00\x01"
SLICE, IDR, SEI, SPS, PPS, DELIMITER = 1, 5, 6, 7, 8, 9
PICTURES = (SLICE, IDR)
BEFORE_A_PICTURE = (SEI, SPS, PPS, DELIMITER)


class ClipUnusable(ValueError):
    """The file is no clip a camera can loop; the message names the file and the mend."""


@dataclass(frozen=True)
class Track:
    """The access units of one clip in order, and the parameter sets a client needs beforehand."""

    units: tuple[tuple[memoryview, ...], ...]  # NAL units without start codes, at least one unit
    sps: bytes
    pps: bytes


def kind(nal: memoryview | bytes) -> int:
    """nal_unit_type, 0..31 (H.264 §7.4.1)."""
    return nal[0] & 0x1F


def is_key(nal: memoryview | bytes) -> bool:
    """Whether a decoder can begin with this slice."""
    return kind(nal) == IDR


def nals(stream: mmap.mmap | bytes) -> Iterator[tuple[int, int]]:
    """Where each NAL unit of an Annex B stream begins and ends, start codes and trailing zeros left out."""
    begin = stream.find(START)
    while begin >= 0:
        begin += len(START)
        after = stream.find(START, begin)
        end = after if after >= 0 else len(stream)
        while end > begin and stream[end - 1] == 0:
            end -= 1
        if end > begin:
            yield begin, end
        begin = after


def access_units(stream: mmap.mmap | bytes) -> list[tuple[memoryview, ...]]:
    """NAL units grouped by picture.

    A unit ends where a parameter set, SEI, delimiter or first slice (first_mb_in_slice 0) follows a slice.

    Source: H.264 §7.4.1.2.3.
    """
    whole = memoryview(stream)
    units: list[tuple[memoryview, ...]] = []
    current: list[memoryview] = []
    has_picture = False
    for begin, end in nals(stream):
        nal = whole[begin:end]
        first_slice = kind(nal) in PICTURES and bool(nal[1:2] and nal[1] & 0x80)
        if has_picture and (first_slice or kind(nal) in BEFORE_A_PICTURE):
            units.append(tuple(current))
            current, has_picture = [], False
        current.append(nal)
        has_picture = has_picture or kind(nal) in PICTURES
    if has_picture:
        units.append(tuple(current))
    return units


def load(path: Path) -> Track:
    """Track of the clip at ``path``; the file stays mapped as long as the track lives.

    Raises:
        ClipUnusable: not readable, empty, or not beginning with SPS, PPS and an IDR picture.
    """
    try:
        with path.open("rb") as file:
            stream = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: a file of no bytes cannot be mapped
        raise ClipUnusable(f"{path} cannot be read: {error}; make the clips again") from error
    units = access_units(stream)
    stream.madvise(mmap.MADV_DONTNEED)  # looking for start codes read all of it; what is played comes back
    first = {kind(nal): bytes(nal) for nal in units[0]} if units else {}
    if not {SPS, PPS, IDR} <= first.keys():
        raise ClipUnusable(f"{path} does not begin with SPS, PPS and an IDR picture; encode it as H.264 Annex B")
    return Track(tuple(units), first[SPS], first[PPS])
