"""What the rules look at, as the database has it. Values only: the rules know no session and no clock."""

from dataclasses import dataclass
from datetime import datetime

from server.models import BasisKind


@dataclass(frozen=True, slots=True)
class View:
    """One playback session of an officer."""

    id: str
    officer_id: str
    unit_id: str | None
    camera_id: str
    incident_id: str | None
    basis: BasisKind
    started_at: datetime
    seen_at: datetime  # the last sign of a viewer
    open: bool
    place: tuple[float, float] | None = None  # lat, lon of the incident
    shift_ends_at: datetime | None = None  # of the login it was opened under


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an officer was refused: how often, by when."""

    seq: int
    officer_id: str
    at: datetime
    code: str
    times: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up of a plate, or of a part of one."""

    id: str
    officer_id: str
    at: datetime
    asked: str


@dataclass(frozen=True, slots=True)
class Glass:
    """A broken glass."""

    id: str
    officer_id: str
    at: datetime
    confirmed: bool
    explained: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a unit stands, lat and lon, and since when."""

    place: tuple[float, float]
    since: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything since the beginning of a week, by time."""

    now: datetime
    views: list[View]
    refusals: list[Refusal]
    glasses: list[Glass]
    lookups: list[Lookup]
    stays: dict[str, Stay]  # by unit
