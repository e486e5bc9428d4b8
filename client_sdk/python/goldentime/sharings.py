"""What rooms ask of each other about an incident: to take it over, to help, to work on it too (이첩 공조 공동대응)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer, Location
from goldentime.api import Api, given


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


class Sharings:
    """``/v1/sharings``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ask(
        self,
        incident_id: str,
        verb: str,
        to_agency: str,
        *,
        reason: str,
        units: Sequence[str] = (),
        legal_basis: str | None = None,
    ) -> Sharing:
        """Ask another room: ``transfer``, ``mutual_aid`` or ``joint_response``, on its legal basis or another."""
        body = {"verb": verb, "to_agency": to_agency, "reason": reason, "units": [*units], "legal_basis": legal_basis}
        return self._api.get(Sharing, "POST", f"/v1/incidents/{segment(incident_id)}/sharings", given(body))

    def list(self) -> Iterator[Sharing]:
        """What the room asked of others and others of it."""
        return self._api.listed(Sharing, "/v1/sharings")

    def accept(self, sharing_id: str) -> Sharing:
        """Say yes to another room."""
        return self._api.get(Sharing, "POST", f"/v1/sharings/{segment(sharing_id)}/acceptance")

    def end(self, sharing_id: str) -> Sharing:
        """Refuse it, take it back or end mutual aid, with every access it gave."""
        return self._api.get(Sharing, "DELETE", f"/v1/sharings/{segment(sharing_id)}")
