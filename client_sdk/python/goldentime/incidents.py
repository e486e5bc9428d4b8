"""Incidents as their room steers them: reporting, moving, closing, and sending units."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from goldentime.address import segment
from goldentime.answers import Dispatch, Incident
from goldentime.api import Api


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
    ) -> Incident:
        """Report an incident; the same report made again is answered as it stands.

        Args:
            external_id: the room's own number, 1..80 characters; one incident for each in a service.
            priority: 0..4, 0 is the most urgent.
            location: ``lat``, ``lon`` (WGS 84), and what is known of ``accuracy_m`` and ``address``.
            units: ids of the units to send, at most 20.
        """
        body = {"service": service, "external_id": external_id, "type": type, "priority": priority}
        body |= {"location": location, "summary": summary, "legal_basis": legal_basis, "units": [*units]}
        return self._api.get(Incident, "POST", "/v1/incidents", body | {"reported_at": reported_at.isoformat()})

    def read(self, incident_id: str) -> Incident:
        """An incident of the room."""
        return self._api.get(Incident, "GET", f"/v1/incidents/{segment(incident_id)}")

    def move(self, incident_id: str, location: dict[str, Any]) -> Incident:
        """Say where it is now: its cameras are ranked anew."""
        return self._api.get(Incident, "PATCH", f"/v1/incidents/{segment(incident_id)}", {"location": location})

    def close(self, incident_id: str, closing_reason: str) -> Incident:
        """Close it, and end every access it gave."""
        body = {"status": "closed", "closing_reason": closing_reason}
        return self._api.get(Incident, "PATCH", f"/v1/incidents/{segment(incident_id)}", body)

    def send(self, incident_id: str, unit: str) -> Dispatch:
        """Send a unit; one that is on its way already is answered as it stands."""
        return self._api.get(Dispatch, "POST", f"/v1/incidents/{segment(incident_id)}/dispatches", {"unit": unit})

    def withdraw(self, dispatch_id: str) -> None:
        """Call a unit back, and end the access it had."""
        self._api.call("DELETE", f"/v1/dispatches/{segment(dispatch_id)}")
