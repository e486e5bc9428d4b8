"""Alerts about vulnerable persons: their devices' centres tell of them, rooms and centres work on them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import Field

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given
from goldentime.wire import Content, File

PATH = "/v1/vulnerable-persons/alerts"


class AlertReceipt(Answer):
    """What its sender learns of an alert."""

    id: str
    status: str  # open escalated ended


class AlertPosition(Answer):
    """Where the device was, WGS 84."""

    lat: float
    lon: float
    accuracy_m: float | None
    at: datetime


class AlertStanding(Answer):
    """How an alert stands."""

    id: str
    kind: str
    status: str
    at: datetime
    incident_id: str | None
    escalated_to: str | None
    escalated_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    photo: bool


class Alert(AlertStanding):
    """An alert and its place, without whom it is about."""

    position: AlertPosition | None


class VulnerablePerson(Answer):
    """Who is looked for."""

    name: str
    description: str | None


class Guardian(Answer):
    """Whom to call."""

    name: str
    phone: str


class AlertCamera(Answer):
    """A camera around the person, best first."""

    id: str
    name: str
    lat: float
    lon: float
    health: str
    rank: int
    distance_m: float
    bearing_deg: float
    reasons: list[str]


class AlertInFull(Alert):
    """An alert with the person, which no log of a program should hold."""

    device_id: str | None
    person: VulnerablePerson | None = Field(repr=False)
    guardian: Guardian | None = Field(repr=False)
    cameras: list[AlertCamera]


class Alerts:
    """``/v1/vulnerable-persons/alerts``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def tell(
        self,
        *,
        external_id: str,
        kind: str,
        device_id: str,
        position: dict[str, Any],
        at: datetime,
        person: dict[str, str] | None = None,
        guardian: dict[str, str] | None = None,
    ) -> AlertReceipt:
        """Tell that a device's wearer asks for help (``panic``) or has left the safe zone (``zone_exit``).

        Args:
            external_id: the centre's own number, 1..80 characters.
            kind: ``panic`` or ``zone_exit``.
            device_id: which device, 1..64 characters.
            position: ``lat``, ``lon`` and, where it is known, ``accuracy_m``.
            at: when, of the last day.
            person: ``name`` and ``description``.
            guardian: ``name`` and ``phone``.
        """
        body = {"external_id": external_id, "kind": kind, "device_id": device_id, "position": position, "at": at}
        return self._api.get(AlertReceipt, "POST", PATH, given(body | {"person": person, "guardian": guardian}))

    def move(self, alert_id: str, position: dict[str, Any], at: datetime) -> AlertReceipt:
        """Say where the device is; the cameras follow. A late position changes nothing."""
        body = {"position": position, "at": at}
        return self._api.get(AlertReceipt, "POST", f"{PATH}/{segment(alert_id)}/positions", body)

    def set_photo(self, alert_id: str, picture: bytes) -> AlertReceipt:
        """Add the person's photo, a JPEG or PNG of at most 200 kB, in the place of an earlier."""
        body = Content(picture, "image/jpeg")
        return self._api.get(AlertReceipt, "PUT", f"{PATH}/{segment(alert_id)}/photo", body)

    def list(self, *, over: bool | None = None) -> Iterator[Alert]:
        """Those that go on, of one's own centre or room or that one's room works on; ``over``: one's own past ones."""
        return self._api.listed(Alert, PATH, over=over)

    def read(self, alert_id: str) -> AlertInFull:
        """One that the caller works on, with the person. Each reading is recorded."""
        return self._api.get(AlertInFull, "GET", f"{PATH}/{segment(alert_id)}")

    def photo(self, alert_id: str) -> File:
        """The person's photo. Each look is recorded."""
        return self._api.file(f"{PATH}/{segment(alert_id)}/photo")

    def escalate(self, alert_id: str, to: str, agency_id: str | None = None) -> AlertStanding:
        """Make it a room's: ``112`` or ``119``. Saying it again changes nothing."""
        body = given({"to": to, "agency_id": agency_id})
        return self._api.get(AlertStanding, "POST", f"{PATH}/{segment(alert_id)}/escalation", body)

    def end(self, alert_id: str, outcome: str) -> AlertStanding:
        """End it: ``found``, ``resolved`` or ``false_alarm``. Where a room has it, that room's dispatcher does."""
        return self._api.get(AlertStanding, "PATCH", f"{PATH}/{segment(alert_id)}", {"outcome": outcome})
