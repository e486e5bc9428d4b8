"""Pure: which cameras of a centre have to wait, because its recorders or its line can take no more. No clock, no I/O.

Every host reads the same rows and so comes to the same answer for the cameras of all of them. Who waits is decided by
urgency alone: the wanted before the warm, then by incident priority; among equals, who is pulled keeps its place, and
who failed when it last had one comes after all others.
One centre's cameras never count for another.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

FULL = "centre_full"  # why a camera waits
ASSUMED_KBPS = 2000  # of a camera that never sent and whose bitrate is not registered: 720p H.264
SLACK = 1.1  # a running camera is not put out for a scene that has become busier


@dataclass(frozen=True, slots=True)
class Limit:
    """What a centre can take; none: nobody said, so nothing is held back for it."""

    max_pulls: int | None = None
    uplink_kbps: int | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """A camera that is wanted or kept warm, by whatever host it is pulled."""

    camera_id: str
    centre_id: str
    limit: Limit  # of its centre
    is_wanted: bool  # by viewers; else only kept warm
    priority: int  # of its most urgent incident, 0..4
    is_pulled: bool
    is_failing: bool
    kbps: int | None  # what it sent when it last did, or is registered with


def waiting(askers: Iterable[Asker]) -> frozenset[str]:
    """The ids of those for which their centre has no room."""
    centres: dict[str, list[Asker]] = defaultdict(list)
    for one in askers:
        if one.limit != Limit():
            centres[one.centre_id].append(one)
    return frozenset(id_ for of_centre in centres.values() for id_ in _waiting(sorted(of_centre, key=_turn)))


def _waiting(askers: list[Asker]) -> Iterable[str]:
    pulls, kbps = 0, 0
    for one in askers:
        most, own = one.limit, one.kbps or ASSUMED_KBPS
        carries = (most.uplink_kbps or 0) * (SLACK if one.is_pulled else 1.0)
        is_thin = most.uplink_kbps is not None and kbps + own > carries and pulls > 0  # one is always let through
        if is_thin or (most.max_pulls is not None and pulls >= most.max_pulls):
            yield one.camera_id
        else:
            pulls, kbps = pulls + 1, kbps + own


def _turn(one: Asker) -> tuple[bool, int, bool, bool, str]:
    return not one.is_wanted, one.priority, one.is_failing, not one.is_pulled, one.camera_id
