"""Where a vehicle goes: as its camera says, or from where it was seen before. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.cameras.rank import bearing_deg, distance_m

APART_M = 50.0  # two cameras of one pole give no course
RECENT = timedelta(minutes=10)  # it has turned since


class Direction(StrEnum):
    """What a camera sees of a vehicle."""

    APPROACHING = "approaching"
    RECEDING = "receding"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place (lat, lon) at a time."""

    place: tuple[float, float]
    at: datetime


def said(heading_deg: float | None, direction: Direction | None, camera_bearing_deg: float | None) -> float | None:
    """The course that the reader told: its own, or along or against the line its camera looks in; 0..360."""
    if heading_deg is not None:
        return heading_deg % 360
    if direction is None or camera_bearing_deg is None:
        return None
    return (camera_bearing_deg + (180 if direction is Direction.APPROACHING else 0)) % 360


def between(before: Sighting | None, now: Sighting) -> float | None:
    """The course from one sighting to the next, when they are apart enough and close enough in time."""
    if before is None or not timedelta(0) < now.at - before.at <= RECENT:
        return None
    return bearing_deg(before.place, now.place) if distance_m(before.place, now.place) >= APART_M else None
