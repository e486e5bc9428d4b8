"""Ankle monitors: violations as the location centre's machine reports them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from goldentime.address import segment
from goldentime.answers import Answer, Dispatch, Location, RankedCamera
from goldentime.api import Api


class Violation(Answer):
    """One violation, with its cameras and the units sent."""

    id: str
    external_id: str
    kind: str
    status: str
    wearer_ref: str | None
    location: Location
    reported_at: datetime
    ended_at: datetime | None
    cameras: list[RankedCamera]
    dispatches: list[Dispatch]


class Fix(Answer):
    """What became of one position."""

    status: str
    code: str | None = None
    detail: str | None = None
    field: str | None = None


class Fixes(Answer):
    """What became of each position, in their order, and which cameras follow now."""

    accepted: int
    refused: int
    results: list[Fix]
    cameras: list[str]


class Violations:
    """``/v1/ankle-monitor/violations``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def report(
        self,
        *,
        external_id: str,
        wearer_ref: str,
        kind: str,
        location: dict[str, Any],
        at: datetime,
        units: Sequence[str] = (),
    ) -> Violation:
        """Report a violation; the same report made again is answered as it stands.

        Args:
            external_id: the centre's own number, 1..80 characters.
            wearer_ref: a pseudonym with at least one digit, never a name or a number of a person.
            kind: ``device_damage``, ``curfew``, ``zone_entry`` or ``approach``.
            location: ``lat``, ``lon`` (WGS 84), and what is known of ``accuracy_m`` and ``address``.
            at: when it happened.
            units: ids of the units to send, at most 20.
        """
        body = {"external_id": external_id, "wearer_ref": wearer_ref, "kind": kind, "location": location, "at": at}
        body |= {"units": [*units]}
        return self._api.get(Violation, "POST", "/v1/ankle-monitor/violations", body)

    def follow(self, violation_id: str, positions: Sequence[dict[str, Any]]) -> Fixes:
        """Tell where the wearer went: up to 60 of ``lat``, ``lon``, ``at`` and ``accuracy_m``; the cameras follow."""
        path = f"/v1/ankle-monitor/violations/{segment(violation_id)}/positions"
        return self._api.get(Fixes, "POST", path, {"positions": [*positions]})

    def end(self, violation_id: str, reason: str) -> Violation:
        """End it, with every access it gave."""
        body = {"status": "ended", "reason": reason}
        return self._api.get(Violation, "PATCH", f"/v1/ankle-monitor/violations/{segment(violation_id)}", body)

    def read(self, violation_id: str) -> Violation:
        """A violation of the room."""
        return self._api.get(Violation, "GET", f"/v1/ankle-monitor/violations/{segment(violation_id)}")
