"""What an incident looks like on the way in and on the way out."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from server.api.fields import LINE, PROSE, Body, Id, Lat, Location, Lon, Ring, Shown, ShownTime, Time, Whole
from server.api.map_camera import MapCamera
from server.api.paging import Page, PageQuery
from server.incidents import caller, drawn_area
from server.incidents.caller import Position
from server.incidents.changes import Place
from server.incidents.intake import Report
from server.models import (
    CameraRole,
    ClosingCode,
    Dispatch,
    Incident,
    IncidentCamera,
    IncidentStatus,
    LegalBasis,
    Service,
)


class CallerPosition(Body):
    """Where who calls is, WGS 84, and how far off that may be: a position by cell can be hundreds of metres."""

    lat: Lat
    lon: Lon
    accuracy_m: Annotated[float, Field(ge=0, le=100_000)]

    def of(self, service: Service) -> Position:
        """The position as the core takes it. Raises InvalidRequest where it is of no 112 call."""
        caller.must_be_known_to(service)
        return Position(**self.model_dump())


class NewIncident(Body):
    """A report of a room."""

    service: Annotated[Service, Field(strict=False)]
    external_id: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,40}$")]
    priority: Annotated[Whole, Field(ge=0, le=4, description="0 is the most urgent")]
    location: Location
    summary: Annotated[str, Field(min_length=1, max_length=2000, pattern=PROSE)]
    legal_basis: Annotated[LegalBasis, Field(strict=False)]
    reported_at: Time
    units: Annotated[list[Id], Field(max_length=20, default_factory=list)]
    polygon: Annotated[Ring | None, Field(description="of a disaster: the best 200 cameras inside")] = None

    caller: Annotated[CallerPosition | None, Field(description="of a 112 call: its room sees what is around")] = None

    def report(self) -> Report:
        """The report as the core takes it. Raises AreaInvalid and InvalidRequest."""
        place = self.location
        return Report(
            service=self.service,
            external_id=self.external_id,
            type=self.type,
            priority=self.priority,
            lat=place.lat,
            lon=place.lon,
            accuracy_m=place.accuracy_m,
            address=place.address,
            polygon=self.polygon,
            summary=self.summary,
            legal_basis=self.legal_basis,
            reported_at=self.reported_at,
            units=list(dict.fromkeys(self.units)),
            area=drawn_area.of(self.service, self.polygon),
            caller=self.caller.of(self.service) if self.caller else None,
        )


class IncidentChange(Body):
    """Either where it is now, or that it is over."""

    location: Location | None = None
    polygon: Annotated[Ring | None, Field(description="of a disaster, instead of the area before")] = None
    caller: Annotated[CallerPosition | None, Field(description="of a 112 call: where the caller is now")] = None
    status: Literal["closed"] | None = None
    closing_reason: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)] | None = None
    closing_code: Annotated[
        ClosingCode | None,
        Field(strict=False, description="how it ended; of a 112 call it is commander_done when nobody says"),
    ] = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        moves = any(one is not None for one in (self.location, self.polygon, self.caller))
        if moves == (self.status is not None):
            raise ValueError("send what has moved (location, polygon, caller), or status")
        if (self.status is None) != (self.closing_reason is None and self.closing_code is None):
            raise ValueError("closing_reason, closing_code or both go with status closed")
        return self

    def place(self, incident: Incident) -> Place | None:
        """The new place, when that is what changes. Raises AreaInvalid and InvalidRequest."""
        if self.status is not None:
            return None
        area = drawn_area.another(incident.service, self.polygon)
        where = self.location or ShownLocation.model_validate(incident)
        position = self.caller.of(incident.service) if self.caller else None
        return Place(**where.model_dump(), area=area, caller=position)


class RankedCamera(MapCamera):
    """One camera of the set, as the map and the list show it."""

    camera_id: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]
    role: CameraRole

    @classmethod
    def of(cls, listed: IncidentCamera) -> Self:
        """The row as it is shown."""
        known = cls.seen(listed.camera)
        return cls(**known, **{name: getattr(listed, name) for name in cls.model_fields if name not in known})


class ShownDispatch(Shown):
    """One unit sent; when its device had the order, showed it, and somebody there answered."""

    id: str
    unit: str
    status: str
    sent_at: ShownTime
    delivered_at: ShownTime | None
    shown_at: ShownTime | None
    acknowledged_at: ShownTime | None

    @classmethod
    def of(cls, dispatch: Dispatch) -> Self:
        """The row as it is shown."""
        return cls(
            id=dispatch.id,
            unit=dispatch.unit_id,
            status=dispatch.status,
            sent_at=dispatch.created_at,
            delivered_at=dispatch.delivered_at,
            shown_at=dispatch.shown_at,
            acknowledged_at=dispatch.acknowledged_at,
        )


class ShownRoom(Shown):
    """A room's part: it owns the incident or aids those who do."""

    agency_id: str
    part: str
    since: ShownTime
    ended_at: ShownTime | None
    end_reason: str | None


class ShownLocation(Shown):
    """A place, WGS 84."""

    lat: float
    lon: float
    accuracy_m: float | None
    address: str | None


class ShownIncident(Shown):
    """An incident with its cameras, best first, its dispatches, oldest first, and the rooms that have a part in it."""

    id: str
    service: str
    external_id: str
    type: str
    priority: int
    status: str
    location: ShownLocation
    polygon: list[tuple[float, float]] | None
    summary: str
    legal_basis: str
    reported_at: ShownTime
    created_at: ShownTime
    until: ShownTime | None
    closed_at: ShownTime | None
    closing_reason: str | None
    closing_code: ClosingCode | None
    cameras: list[RankedCamera]
    dispatches: list[ShownDispatch]
    rooms: list[ShownRoom]

    @classmethod
    def as_reported(cls, incident: Incident, report: Report) -> Self:
        """What a room that has no part in it any more is shown when it reports it again: what it says itself."""
        said = {
            "location": ShownLocation.model_validate(report),
            "polygon": report.polygon,
            "summary": report.summary,
            "closing_reason": None,
            "closing_code": None,
        }
        return cls.of(incident).model_copy(update=said | {"cameras": [], "dispatches": [], "rooms": []})

    @classmethod
    def of(cls, incident: Incident) -> Self:
        """The row as it is shown."""
        return cls(
            id=incident.id,
            service=incident.service,
            external_id=incident.external_id,
            type=incident.type,
            priority=incident.priority,
            status=incident.status,
            location=ShownLocation.model_validate(incident),
            polygon=incident.polygon,
            summary=incident.summary,
            legal_basis=incident.legal_basis,
            reported_at=incident.reported_at,
            created_at=incident.created_at,
            until=incident.until,
            closed_at=incident.closed_at,
            closing_reason=incident.closing_reason,
            closing_code=incident.closing_code,
            cameras=[RankedCamera.of(listed) for listed in incident.cameras],
            dispatches=[ShownDispatch.of(dispatch) for dispatch in incident.dispatches],
            rooms=[ShownRoom.model_validate(room) for room in incident.rooms],
        )


class IncidentsQuery(PageQuery):
    """Which of them."""

    status: IncidentStatus | None = None


class ListedIncident(Shown):
    """An incident as a board shows it, with how its dispatches stand, oldest first."""

    id: str
    service: str
    type: str
    priority: int
    status: str
    location: ShownLocation
    summary: str
    legal_basis: str
    reported_at: ShownTime
    closed_at: ShownTime | None
    dispatches: list[ShownDispatch]

    @classmethod
    def of(cls, incident: Incident) -> Self:
        """The row as it is shown."""
        made: dict[str, Any] = {
            "location": ShownLocation.model_validate(incident),
            "dispatches": [ShownDispatch.of(dispatch) for dispatch in incident.dispatches],
        }
        return cls(**made, **{name: getattr(incident, name) for name in cls.model_fields if name not in made})


class ListedIncidents(Page):
    """Incidents in the order of their ids."""

    items: list[ListedIncident]
