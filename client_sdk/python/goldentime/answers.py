"""What the server answers, as models: attributes for keys, aware datetimes for times. The unknown is passed over."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Part of an answer. Words such as a status stay text: a younger server may know more of them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Location(Answer):
    """A place, WGS 84."""

    lat: float
    lon: float
    accuracy_m: float | None = None
    address: str | None = None


class Spot(Answer):
    """A point, WGS 84."""

    lat: float
    lon: float


class Camera(Answer):
    """A camera of an incident, as a map and a list show it; ``rank`` 1 is the best."""

    id: str
    name: str
    lat: float
    lon: float
    health: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]
    role: str
    looks_deg: float | None
    fov_deg: float | None
    range_m: float
    comes_as: int | None = None  # 1 is the next camera on the unit's way


class Attachment(Answer):
    """One thing; the member that ``kind`` names tells of it."""

    id: str
    kind: str  # hydrant building hazmat photo_ref note
    label: str
    position: Spot | None
    agency_id: str
    added_at: datetime
    hydrant: dict[str, Any] | None = None
    building: dict[str, Any] | None = None
    hazmat: dict[str, Any] | None = None
    photo_ref: dict[str, Any] | None = None
    note: dict[str, Any] | None = None


class DispatchedIncident(Answer):
    """What happened and where, with the cameras, best first, and what a crew should know of the place."""

    id: str
    agency_id: str  # whose supervisors are asked for more
    service: str
    type: str
    priority: int  # 0 is the most urgent
    status: str
    location: Location
    summary: str
    reported_at: datetime
    cameras: list[Camera]
    attachments: list[Attachment]
    alert_id: str | None = None  # of the vulnerable person it is about


class MyDispatch(Answer):
    """An order to this unit that has not ended."""

    id: str
    status: str
    created_at: datetime
    delivered_at: datetime | None
    shown_at: datetime | None
    incident: DispatchedIncident


class GrantCamera(Answer):
    """A camera of a grant; ``distance_m`` and ``bearing_deg`` are from the incident, where it is one of its set."""

    id: str
    name: str
    lat: float
    lon: float
    health: str
    rank: int
    distance_m: float | None
    bearing_deg: float | None
    reasons: list[str]
    looks_deg: float | None
    fov_deg: float | None
    range_m: float


class MyGrant(Answer):
    """What a supervisor gave to the caller, the unit or the agency; before it is accepted it shows nothing."""

    id: str
    status: str  # pending active
    incident_id: str | None
    starts_at: datetime = Field(alias="from")
    until: datetime
    reason: str
    conditions: str
    accepted: bool
    given_by_name: str
    agency_name: str
    cameras: list[GrantCamera]


class Unit(Answer):
    """A vehicle with its crew."""

    id: str
    call_sign: str
    kind: str


class MyDispatches(Answer):
    """The unit of this shift, its dispatches, the most urgent first, then the newest, and the access that was given."""

    unit: Unit | None
    dispatches: list[MyDispatch]
    grants: list[MyGrant] = []


class Basis(Answer):
    """Why something is allowed."""

    kind: str
    id: str


class Playback(Answer):
    """An open session. Its URLs open the stream for whoever has them: they belong in no log and no command line.

    ``steers_for``: the incident for which the viewer may steer the camera, if any.
    """

    session_id: str
    url: str = Field(repr=False)
    still_url: str = Field(repr=False)
    expires_at: datetime
    basis: Basis
    steers_for: str | None = None


class Stream(Answer):
    """How the stream of a camera fares; ``age_s`` is that of the newest picture."""

    camera_id: str
    state: str  # live delayed stale stills last_good down
    age_s: float | None
    reason: str | None
    step: str
    frozen: bool
    picture_at: datetime | None
    at: datetime


class Watched(Answer):
    """Who watches which camera, and why."""

    id: str
    camera_id: str
    camera_name: str
    incident_id: str | None
    grant_id: str | None
    viewer_kind: str | None
    viewer_id: str | None
    viewer_name: str | None
    unit_id: str | None
    call_sign: str | None
    basis_kind: str  # dispatch room grant centre, or lawful: nothing more may be told of it
    basis_id: str | None
    purpose: str | None
    started_at: datetime
    seen_at: datetime
    expires_at: datetime


class Dispatch(Answer):
    """One unit sent, and how far it is with the order."""

    id: str
    unit: str
    status: str
    sent_at: datetime
    delivered_at: datetime | None
    shown_at: datetime | None
    acknowledged_at: datetime | None


class RankedCamera(Answer):
    """One camera of an incident's set."""

    camera_id: str
    name: str
    lat: float
    lon: float
    health: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]
    role: str


class Part(Answer):
    """The part a room has in an incident: owning it, or aiding."""

    agency_id: str
    part: str
    since: datetime
    ended_at: datetime | None
    end_reason: str | None


class ListedIncident(Answer):
    """An incident in a list."""

    id: str
    service: str
    type: str
    priority: int
    status: str
    location: Location
    summary: str
    legal_basis: str
    reported_at: datetime
    closed_at: datetime | None
    dispatches: list[Dispatch]


class Incident(ListedIncident):
    """An incident as its room sees it: cameras best first, dispatches oldest first."""

    external_id: str
    created_at: datetime
    until: datetime | None
    closing_reason: str | None
    closing_code: str | None
    cameras: list[RankedCamera]
    rooms: list[Part]
