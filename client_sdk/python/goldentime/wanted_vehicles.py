"""Vehicles that a room looks for."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api
from goldentime.plates import Hit


class WantedVehicle(Answer):
    """One plate, until when and why; ``near`` also takes reads that differ in a character that readers confuse."""

    id: str
    plate: str
    near: bool
    reason: str
    legal_basis: str
    priority: int
    entered_by: str
    entered_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    over: bool


class WantedVehicles:
    """``/v1/wanted-vehicles``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def enter(
        self,
        plate: str,
        *,
        reason: str,
        legal_basis: str,
        expires_at: datetime,
        priority: int = 1,
        near: bool = False,
    ) -> WantedVehicle:
        """Look for a vehicle for up to thirty days; ``priority`` (0..4, 0 is the most urgent) is its incident's."""
        body = {"plate": plate, "reason": reason, "legal_basis": legal_basis, "expires_at": expires_at}
        body |= {"priority": priority, "near": near}
        return self._api.get(WantedVehicle, "POST", "/v1/wanted-vehicles", body)

    def list(self) -> Iterator[WantedVehicle]:
        """What the caller's room looks for now."""
        return self._api.listed(WantedVehicle, "/v1/wanted-vehicles")

    def renew(self, wanted_vehicle_id: str, *, expires_at: datetime, reason: str) -> WantedVehicle:
        """Go on looking for it, and say why."""
        body = {"expires_at": expires_at, "reason": reason}
        return self._api.get(WantedVehicle, "PATCH", f"/v1/wanted-vehicles/{segment(wanted_vehicle_id)}", body)

    def end(self, wanted_vehicle_id: str) -> None:
        """Stop looking for it."""
        self._api.call("DELETE", f"/v1/wanted-vehicles/{segment(wanted_vehicle_id)}")

    def track(self, wanted_vehicle_id: str) -> Iterator[Hit]:
        """Where it was read, one after the other."""
        return self._api.listed(Hit, f"/v1/wanted-vehicles/{segment(wanted_vehicle_id)}/track")
