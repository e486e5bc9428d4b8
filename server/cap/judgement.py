"""What an alert asks for, at a moment: which of its blocks count, how urgent it is, where, until when. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.cameras.region import Circle, Region
from server.cap.alert import ALL_CLEAR, Alert, Certainty, Info, Severity, Urgency
from server.errors import CapAreaInvalid, CapNotInForce

SKEW = timedelta(minutes=2)  # how far a sender's clock may be ahead
WITHOUT_EXPIRES = timedelta(hours=24)  # CAP leaves it to each recipient
LONGEST = timedelta(days=7)  # from now; an Update keeps it open for longer

# severity: its priority when the urgency is Immediate, Expected, Future, Unknown; 0 is the most urgent
PRIORITIES = {
    Severity.EXTREME: (0, 1, 2, 1),
    Severity.SEVERE: (1, 2, 3, 2),
    Severity.MODERATE: (2, 3, 3, 3),
    Severity.MINOR: (3, 4, 4, 4),
    Severity.UNKNOWN: (2, 3, 4, 3),
}
COLUMNS = (Urgency.IMMEDIATE, Urgency.EXPECTED, Urgency.FUTURE, Urgency.UNKNOWN)


class Fate(StrEnum):
    """What becomes of one block."""

    TAKEN = "taken"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    PAST = "past"
    ALL_CLEAR = "all_clear"
    NO_AREA = "no_area"  # geocodes alone tell no place


MENDS = {  # the element to mend when no block is taken, and what is wrong with it
    Fate.EXPIRED: ("expires", "the message is over"),
    Fate.NOT_YET: ("effective", "the message is not in effect yet; send it when it is"),
    Fate.PAST: ("urgency", "what it is about is past"),
    Fate.ALL_CLEAR: ("responseType", "all clear is said by an Update of what it is about"),
    Fate.NO_AREA: ("area", "give a polygon or a circle; geocodes alone tell no place"),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """``fates`` in the order of the blocks; the rest is of those that are taken, the most urgent block first."""

    fates: tuple[Fate, ...]
    region: Region
    priority: int
    until: datetime
    type: str
    summary: str
    address: str


def priority(info: Info) -> int:
    """0 most urgent .. 4; what is unlikely is one less urgent."""
    found = PRIORITIES[info.severity][COLUMNS.index(info.urgency)] if info.urgency in COLUMNS else 4
    return min(4, found + (info.certainty is Certainty.UNLIKELY))


def until(alert: Alert, info: Info) -> datetime:
    """When the block ends by itself."""
    return info.expires or alert.sent + WITHOUT_EXPIRES


def fate(alert: Alert, info: Info, *, now: datetime) -> Fate:
    """What becomes of the block."""
    if until(alert, info) <= now:
        return Fate.EXPIRED
    if info.effective is not None and info.effective > now + SKEW:
        return Fate.NOT_YET
    if ALL_CLEAR in info.responses:
        return Fate.ALL_CLEAR
    if info.urgency is Urgency.PAST:
        return Fate.PAST
    has_area = any(area.rings or area.circles for area in info.areas)
    return Fate.TAKEN if has_area else Fate.NO_AREA


def fates(alert: Alert, *, now: datetime) -> tuple[Fate, ...]:
    """What becomes of each block."""
    return tuple(fate(alert, info, now=now) for info in alert.infos)


def judge(alert: Alert, *, now: datetime, place_radius_m: float) -> Judgement:
    """What the blocks in force ask for together. A circle without a radius is as large as ``place_radius_m``.

    Raises:
        CapNotInForce: no block is in force; the field names an element that says so.
        CapAreaInvalid: none of those in force has an area.
    """
    found = fates(alert, now=now)
    taken = [info for info, one in zip(alert.infos, found, strict=True) if one is Fate.TAKEN]
    if not taken:
        at = found.index(Fate.NO_AREA) if Fate.NO_AREA in found else 0
        element, why = MENDS[found[at]]
        kind = CapAreaInvalid if found[at] is Fate.NO_AREA else CapNotInForce
        raise kind(why, field=f"info.{at}.{element}")
    taken.sort(key=lambda info: (priority(info), not info.language.lower().startswith("ko")))
    first = taken[0]
    areas = [area for info in taken for area in info.areas if area.rings or area.circles]
    rings = dict.fromkeys(ring for area in areas for ring in area.rings)
    circles = dict.fromkeys(circle for area in areas for circle in area.circles)
    sized = [Circle(one.lat, one.lon, one.radius_m or place_radius_m) for one in circles]
    where = ", ".join(dict.fromkeys(area.desc for area in first.areas))
    said = f"{first.headline or first.event} ({first.severity}, {first.urgency}, {first.certainty}): {where}"
    return Judgement(
        fates=found,
        region=Region(tuple(rings), tuple(sized)),
        priority=min(priority(info) for info in taken),
        until=min(max(until(alert, info) for info in taken), now + LONGEST),
        type=f"cap_{first.categories[0].lower()}",
        summary=f"{said}. {first.instruction}"[:2000] if first.instruction else said[:2000],
        address=where[:200],
    )
