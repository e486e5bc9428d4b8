"""Incidents as their room steers them: reporting, moving, closing, and sending units."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from goldentime.access import Ring
from goldentime.address import segment
from goldentime.answers import Answer, Dispatch, Incident, ListedIncident, RankedCamera
from goldentime.api import Api, given


class OfferedUnit(Answer):
    """A unit that could be sent, and how far it is."""

    unit: str
    call_sign: str
    kind: str
    distance_m: float
    position_age_s: float
    busy: bool


class OfferedUnits(Answer):
    """The nearest first."""

    units: list[OfferedUnit]


class UnitPosition(Answer):
    """Where a unit is that is under way, WGS 84, and how old that is."""

    id: str
    call_sign: str
    kind: str
    lat: float
    lon: float
    heading_deg: float | None
    age_s: float


class IncidentCameras(Answer):
    """Best first."""

    cameras: list[RankedCamera]


class Code(Answer):
    """How urgent an incident is: 0..4, 0 is the most urgent."""

    priority: int


class Incidents:
    """``/v1/incidents``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def report(
        self,
        *,
        service: str,
        external_id: str,
        type: str,
        priority: int,
        location: dict[str, Any],
        summary: str,
        legal_basis: str,
        reported_at: datetime,
        units: Sequence[str] = (),
        polygon: Ring | None = None,
    ) -> Incident:
        """Report an incident; the same report made again is answered as it stands.

        Args:
            external_id: the room's own number, 1..80 characters; one incident for each in a service.
            priority: 0..4, 0 is the most urgent.
            location: ``lat``, ``lon`` (WGS 84), and what is known of ``accuracy_m`` and ``address``.
            units: ids of the units to send, at most 20.
            polygon: the area it is about, as ``(lat, lon)`` pairs, the last the same as the first.
        """
        body = {"service": service, "external_id": external_id, "type": type, "priority": priority}
        body |= {"location": location, "summary": summary, "legal_basis": legal_basis, "units": [*units]}
        body |= {"reported_at": reported_at, "polygon": polygon}
        return self._api.get(Incident, "POST", "/v1/incidents", given(body))

    def list(self, status: str | None = None) -> Iterator[ListedIncident]:
        """The incidents that the caller's room may read."""
        return self._api.listed(ListedIncident, "/v1/incidents", status=status)

    def read(self, incident_id: str) -> Incident:
        """An incident of the room."""
        return self._api.get(Incident, "GET", f"/v1/incidents/{segment(incident_id)}")

    def cameras(
        self, incident_id: str, *, along: str | None = None, limit: int | None = None, after: int | None = None
    ) -> Sequence[RankedCamera]:
        """Its cameras, best first; ``along`` a unit's way its next one first; ``limit`` of them ``after`` a rank."""
        path = f"/v1/incidents/{segment(incident_id)}/cameras"
        return self._api.get(IncidentCameras, "GET", path, along=along, limit=limit, after=after).cameras

    def units(self, incident_id: str) -> Sequence[OfferedUnit]:
        """The nearest units that could be sent."""
        return self._api.get(OfferedUnits, "GET", f"/v1/incidents/{segment(incident_id)}/units").units

    def positions(self, incident_id: str) -> Iterator[UnitPosition]:
        """Where the units under way to it are, for rooms at work on it and for units while they are sent."""
        return self._api.listed(UnitPosition, f"/v1/incidents/{segment(incident_id)}/positions")

    def move(self, incident_id: str, location: dict[str, Any]) -> Incident:
        """Say where it is now: its cameras are ranked anew."""
        return self._api.get(Incident, "PATCH", f"/v1/incidents/{segment(incident_id)}", {"location": location})

    def close(self, incident_id: str, closing_reason: str, closing_code: str | None = None) -> Incident:
        """Close it, and end every access it gave; the code (``solved``, ``handed_over`` …) says how it ended."""
        body = given({"status": "closed", "closing_reason": closing_reason, "closing_code": closing_code})
        return self._api.get(Incident, "PATCH", f"/v1/incidents/{segment(incident_id)}", body)

    def set_priority(self, incident_id: str, priority: int) -> int:
        """Change its code, 0..4: as a room that owns it, or a crew on the scene."""
        path = f"/v1/incidents/{segment(incident_id)}/priority"
        return self._api.get(Code, "PUT", path, {"priority": priority}).priority

    def send(self, incident_id: str, unit: str) -> Dispatch:
        """Send a unit; one that is on its way already is answered as it stands."""
        return self._api.get(Dispatch, "POST", f"/v1/incidents/{segment(incident_id)}/dispatches", {"unit": unit})

    def withdraw(self, dispatch_id: str) -> None:
        """Call a unit back, and end the access it had."""
        self._api.call("DELETE", f"/v1/dispatches/{segment(dispatch_id)}")
