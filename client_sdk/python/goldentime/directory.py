"""Who there is: rooms, units, colleagues, and how each service gets its cameras."""

from collections.abc import Iterator

from goldentime.answers import Answer, Unit
from goldentime.api import Api


class ListedUnit(Unit):
    """A unit and whose it is."""

    agency_id: str


class ListedRoom(Answer):
    """A control room."""

    id: str
    name: str
    kind: str


class Colleague(Answer):
    """Another officer of the agency whose account is open."""

    id: str
    name: str
    role: str
    unit_id: str | None


class CameraChoice(Answer):
    """How the cameras of an incident are chosen."""

    selection: str
    radius_m: float
    count: int | None


class Service(Answer):
    """A linked service: how its cameras are chosen and how long a view may go on after closing."""

    service: str
    grace_s: int
    cameras: CameraChoice


class Directory:
    """``/v1/rooms``, ``/v1/units``, ``/v1/colleagues``, ``/v1/services``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def rooms(self) -> Iterator[ListedRoom]:
        """The rooms, the caller's own among them."""
        return self._api.listed(ListedRoom, "/v1/rooms")

    def units(self) -> Iterator[ListedUnit]:
        """The units that the caller may send."""
        return self._api.listed(ListedUnit, "/v1/units")

    def colleagues(self) -> Iterator[Colleague]:
        """The other officers of the supervisor's agency."""
        return self._api.listed(Colleague, "/v1/colleagues")

    def services(self) -> Iterator[Service]:
        """The linked services."""
        return self._api.listed(Service, "/v1/services")
