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


class DispatchedIncident(Answer):
    """What happened and where, with the cameras, best first."""

    id: str
    service: str
    type: str
    priority: int  # 0 is the most urgent
    status: str
    location: Location
    summary: str
    reported_at: datetime
    cameras: list[Camera]


class MyDispatch(Answer):
    """An order to this unit that has not ended."""

    id: str
    status: str
    created_at: datetime
    incident: DispatchedIncident


class Unit(Answer):
    """A vehicle with its crew."""

    id: str
    call_sign: str
    kind: str


class MyDispatches(Answer):
    """The unit of this shift, and its dispatches: the most urgent first, then the newest."""

    unit: Unit | None
    dispatches: list[MyDispatch]


class Basis(Answer):
    """Why something is allowed."""

    kind: str
    id: str


class Playback(Answer):
    """An open session. Its URLs open the stream for whoever has them: they belong in no log and no command line."""

    session_id: str
    url: str = Field(repr=False)
    still_url: str = Field(repr=False)
    expires_at: datetime
    basis: Basis


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
    incident_id: str | None
    grant_id: str | None
    viewer_kind: str | None
    viewer_id: str | None
    unit_id: str | None
    basis_kind: str  # dispatch room grant centre, or lawful: nothing more may be told of it
    basis_id: str | None
    purpose: str | None
    started_at: datetime
    seen_at: datetime
    expires_at: datetime


class Dispatch(Answer):
    """One unit sent."""

    id: str
    unit: str
    status: str


class RankedCamera(Answer):
    """One camera of an incident's set."""

    camera_id: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]


class Incident(Answer):
    """An incident as its room sees it: cameras best first, dispatches oldest first."""

    id: str
    service: str
    external_id: str
    type: str
    priority: int
    status: str
    location: Location
    summary: str
    legal_basis: str
    reported_at: datetime
    created_at: datetime
    closed_at: datetime | None
    closing_reason: str | None
    cameras: list[RankedCamera]
    dispatches: list[Dispatch]


class GrantedCamera(Answer):
    """A camera of a grant."""

    id: str
    name: str
    lat: float
    lon: float
    health: str


class Grant(Answer):
    """Temporary access. ``cameras`` is empty when it covers the incident's set; ``accepted``: by the caller."""

    id: str
    status: str  # pending active ended
    to_kind: str
    to_id: str
    covers: str
    incident_id: str | None
    cameras: list[GrantedCamera]
    starts_at: datetime = Field(alias="from")
    until: datetime
    reason: str
    legal_basis: str
    conditions: str
    accepted: bool
    given_by: str
    agency_id: str
    created_at: datetime
    emergency: bool
    needs_approval: bool
    confirm_by: datetime | None
    approved_at: datetime | None
    approved_by: str | None
    explanation_due: bool
    explanation: str | None
    ended_at: datetime | None
    end_reason: str | None


class AccessRequest(Answer):
    """A request for access, and the grant that answered it."""

    id: str
    officer_id: str
    agency_id: str
    incident_id: str | None
    camera_ids: list[str]
    reason: str
    status: str  # open granted refused expired
    created_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    grant_id: str | None


class SharedIncident(Answer):
    """What a sharing shows of its incident."""

    id: str
    service: str
    type: str
    priority: int
    location: Location
    summary: str
    reported_at: datetime


class Sharing(Answer):
    """One room's request to another about an incident."""

    id: str
    verb: str
    from_agency_id: str
    to_agency_id: str
    units: list[str]
    reason: str
    legal_basis: str
    status: str
    created_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    incident: SharedIncident | None  # while it can be answered, or the room has a part


class EnrolledDevice(Answer):
    """What a device learns of itself."""

    id: str
    label: str
    agency_id: str
    unit_id: str | None


class Device(EnrolledDevice):
    """A device as those see it who run it; ``jkt`` is the thumbprint of its key."""

    standing: str  # waiting expired enrolled lost
    jkt: str | None
    made_at: datetime
    made_by: str
    enrolled_at: datetime | None
    lost_at: datetime | None
    lost_by: str | None


class NewDevice(Device):
    """A device that was prepared: its code enrols it once."""

    code: str = Field(repr=False)
    code_until: datetime


class AuditEvent(Answer):
    """One act or refusal of the record."""

    seq: int
    at: datetime
    tag: str
    actor_kind: str
    actor_id: str
    subject: dict[str, Any]
    request_id: str | None
    remote_address: str | None
    salt: str | None
    content_hash: str | None
    previous_hash: str
    hash: str


class Checkpoint(Answer):
    """What the first ``size`` rows of the record were; ``note`` says it signed (C2SP tlog-checkpoint)."""

    size: int
    at: datetime
    root: str
    note: str
