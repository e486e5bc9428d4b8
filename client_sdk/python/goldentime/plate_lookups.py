"""Looking plates up, and who did. Every look-up is recorded, so none is ever sent twice by itself."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.answers import Answer
from goldentime.api import Api, parsed
from goldentime.plates import Read
from goldentime.wanted_vehicles import WantedVehicle


class LookedUp(Answer):
    """What is known of what was asked."""

    lookup_id: str
    wanted: list[WantedVehicle]
    reads: list[Read]


class Lookup(Answer):
    """Who asked for what, and why."""

    id: str
    at: datetime
    agency_id: str
    asked_by: str
    kind: str
    asked: str
    near: bool
    reason: str
    legal_basis: str
    wanted_found: int
    reads_found: int


class PlateLookups:
    """``/v1/plate-lookups``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ask(self, kind: str, asked: str, *, reason: str, legal_basis: str, near: bool = False) -> LookedUp:
        """Look a plate up: ``exact``, ``partial`` or ``last_four``."""
        body = {"kind": kind, "asked": asked, "near": near, "reason": reason, "legal_basis": legal_basis}
        return parsed(LookedUp, self._api.call("POST", "/v1/plate-lookups", body, once=True))

    def list(self) -> Iterator[Lookup]:
        """Who looked which plates up, and why: for auditors, at the server's management address."""
        return self._api.listed(Lookup, "/v1/plate-lookups")
