"""What alerts about vulnerable persons look like on the way in and on the way out."""

import json
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from server.api.fields import LINE, PROSE, Body, Id, Lat, Lon, Shown, ShownTime, Time
from server.api.paging import Page, PageQuery
from server.cameras.rank import Ranked
from server.models import AlertKind, AlertOutcome, Camera, IncidentCamera, PersonAlert
from server.persons.rooms import To
from server.persons.told import Fix, Told

Name = Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
Accuracy = Annotated[float, Field(ge=0, le=100_000)]


class Guardian(Body):
    """보호자."""

    name: Name
    phone: Annotated[str, Field(pattern=r"^\+?[0-9]([0-9-]{5,18})[0-9]$")]


class Person(Body):
    """Who wears the device."""

    name: Name
    description: Annotated[str, Field(min_length=1, max_length=500, pattern=PROSE)] | None = None


class AlertPosition(Body):
    """A place in Korea, WGS 84."""

    lat: Lat
    lon: Lon
    accuracy_m: Accuracy | None = None


class NewAlert(Body):
    """What a device told. The photo follows by ``PUT …/photo``."""

    external_id: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    kind: Annotated[AlertKind, Field(strict=False)]
    device_id: Annotated[str, Field(min_length=1, max_length=64, pattern=LINE)]
    position: AlertPosition
    at: Time
    person: Person | None = None
    guardian: Guardian | None = None

    def told(self) -> Told:
        """The alert as the core takes it."""
        place = self.position
        people = self.model_dump(mode="json", include={"device_id", "person", "guardian"})
        fix = Fix(place.lat, place.lon, place.accuracy_m, self.at)
        return Told(self.external_id, self.kind, self.device_id, fix, json.dumps(people, sort_keys=True))


class NewAlertPosition(Body):
    """Where the device is now."""

    position: AlertPosition
    at: Time

    def fix(self) -> Fix:
        """The fix as the core takes it."""
        place = self.position
        return Fix(place.lat, place.lon, place.accuracy_m, self.at)


class NewEscalation(Body):
    """Whose it becomes. ``agency_id`` where there are several such rooms."""

    to: Annotated[To, Field(strict=False)]
    agency_id: Id | None = None


class AlertEnd(Body):
    """How it ended."""

    outcome: Annotated[AlertOutcome, Field(strict=False)]


def _status(alert: PersonAlert) -> str:
    if alert.over_at is not None:
        return "ended"
    return "escalated" if alert.escalated_to else "open"


class AlertReceipt(Shown):
    """What the sender is told: nothing but that it is known."""

    id: str
    status: Annotated[str, Field(description="open, escalated or ended")]

    @classmethod
    def of(cls, alert: PersonAlert) -> Self:
        """The row as its sender sees it."""
        return cls(id=alert.id, status=_status(alert))


class ShownAlertPosition(Shown):
    """Where the device was last."""

    lat: float
    lon: float
    accuracy_m: float | None
    at: ShownTime


class AlertStanding(Shown):
    """What became of an alert. Answers are kept a day for a repeat of the call, longer than a place may be."""

    id: str
    kind: str
    status: str
    at: ShownTime
    incident_id: str | None
    escalated_to: str | None
    escalated_at: ShownTime | None
    ended_at: ShownTime | None
    outcome: str | None
    photo: Annotated[bool, Field(description="there is one at …/photo")]

    @classmethod
    def known(cls, alert: PersonAlert) -> dict[str, Any]:
        """The members that rows have."""
        names = ("id", "kind", "at", "incident_id", "escalated_to", "escalated_at", "outcome")
        own = {name: getattr(alert, name) for name in names}
        return own | {
            "status": _status(alert),
            "ended_at": alert.over_at,
            "photo": alert.photo_type is not None,
        }

    @classmethod
    def of(cls, alert: PersonAlert) -> Self:
        """The row as it is shown."""
        return cls.model_validate(cls.known(alert))


class ShownAlert(AlertStanding):
    """An alert without whom it is about."""

    position: ShownAlertPosition | None

    @classmethod
    def known(cls, alert: PersonAlert) -> dict[str, Any]:
        """The members that rows have, and the place."""
        place: dict[str, Any] | None = None
        if alert.lat is not None:
            place = {"lat": alert.lat, "lon": alert.lon, "accuracy_m": alert.accuracy_m, "at": alert.position_at}
        return super().known(alert) | {"position": place}


class AlertQuery(PageQuery):
    """How much of the list, from where, of what."""

    over: Annotated[
        bool, Field(description="one's own that are over, until they are forgotten; not those that go on")
    ] = False


class ShownAlerts(Page):
    """Alerts, in the order of their ids."""

    items: list[ShownAlert]


class AlertCamera(Shown):
    """A camera around the person."""

    id: str
    name: str
    lat: float
    lon: float
    health: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]

    @classmethod
    def of(cls, camera: Camera, ranked: Ranked | IncidentCamera) -> Self:
        """The camera as it is shown."""
        own = {name: getattr(camera, name) for name in ("id", "name", "lat", "lon", "health")}
        names = ("rank", "distance_m", "bearing_deg", "reasons")
        return cls.model_validate(own | {name: getattr(ranked, name) for name in names})


class ShownGuardian(Shown):
    """보호자."""

    name: str
    phone: str


class ShownPerson(Shown):
    """Who wears the device."""

    name: str
    description: str | None


class AlertInFull(ShownAlert):
    """An alert with whom it is about, for those who work on it. ``cameras`` best first.

    They are watched by ``incident_id`` where there is one, else as the centre's own.
    """

    device_id: str | None
    person: ShownPerson | None
    guardian: ShownGuardian | None
    cameras: list[AlertCamera]

    @model_validator(mode="before")
    @classmethod
    def _forgotten(cls, value: Any) -> Any:
        return {"device_id": None, "person": None, "guardian": None, **value}
