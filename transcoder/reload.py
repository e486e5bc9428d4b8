"""Pure: what a blocking playlist reload asks for, and whether it can be answered now.

Source: RFC 8216bis §6.2.5.2 (blocking playlist reload).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transcoder.ladder import Ladder
from transcoder.packager import Segment

NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
MOST_SEGMENTS_AHEAD = 2
ADVANCE_S = 3.0  # a part further ahead than this is refused: Advance Part Limit


class ReloadInvalid(Exception):
    """The query of a playlist request cannot be met, now or later."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The playlist that holds this segment, or this part of it."""

    msn: int
    part: int | None = None


def parse(query: Mapping[str, Sequence[str]]) -> Wanted | None:
    """What ``query`` (all values of each name) asks for; none for the playlist as it is. Raises ReloadInvalid."""
    numbers = {}
    for name in ("_HLS_msn", "_HLS_part"):
        values = query.get(name, ())
        if len(values) > 1:
            raise ReloadInvalid(f"{name} is given {len(values)} times; give it once")
        if values and not NUMBER.fullmatch(values[0]):
            raise ReloadInvalid(f"{name} must be a decimal number of 1 to 18 digits")
        numbers[name] = int(values[0]) if values else None
    msn, part = numbers["_HLS_msn"], numbers["_HLS_part"]
    if msn is None:
        if part is not None:
            raise ReloadInvalid("_HLS_part needs _HLS_msn beside it")
        return None
    return Wanted(msn, part)


def check(wanted: Wanted, last: Segment, ladder: Ladder) -> None:
    """Raise ReloadInvalid if ``wanted`` is too far ahead of the last segment to be waited for."""
    if wanted.msn > last.msn + MOST_SEGMENTS_AHEAD:
        raise ReloadInvalid(f"_HLS_msn may be at most {last.msn + MOST_SEGMENTS_AHEAD} now")
    newest = len(last.parts) - 1 if wanted.msn == last.msn else 0
    most = newest + int(ADVANCE_S / ladder.part_s)
    if wanted.msn >= last.msn and wanted.part is not None and wanted.part > most:
        raise ReloadInvalid(f"_HLS_part may be at most {most} in segment {wanted.msn} now")


def is_ready(wanted: Wanted, last: Segment) -> bool:
    """Whether a playlist that ends with ``last`` is what was asked for."""
    if wanted.part is None:
        return last.msn > wanted.msn or (last.msn == wanted.msn and last.is_complete)
    # A part past the end of its segment is part 0 of the next one, and that exists as soon as the next segment does.
    return last.msn > wanted.msn or (last.msn == wanted.msn and wanted.part < len(last.parts))
