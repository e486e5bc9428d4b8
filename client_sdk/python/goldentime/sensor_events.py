"""What the analytics of a centre's cameras see."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given


class SensorOutcome(Answer):
    """What became of one message."""

    status: str
    event_id: str | None
    code: str | None
    detail: str | None
    field: str | None


class SensorOutcomes(Answer):
    """What became of each message, in their order."""

    accepted: int
    joined: int
    repeated: int
    refused: int
    results: list[SensorOutcome]


class SensorEvent(Answer):
    """One event: ``count`` messages told of it; ``box`` is x, y, width and height as shares of the picture."""

    id: str
    camera_id: str
    camera_name: str
    kind: str
    first_at: datetime
    last_at: datetime
    ended_at: datetime | None
    count: int
    confidence: float | None
    box: list[float] | None
    label: str | None
    notice: str | None
    incident_id: str | None


class RaisedIncident(Answer):
    """The incident that an event became."""

    event_id: str
    incident_id: str


class SensorEvents:
    """``/v1/sensor-events``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def tell(self, events: Sequence[dict[str, Any]]) -> SensorOutcomes:
        """Tell what the analytics of one's own centre see, up to 200 messages at once.

        Each has ``camera_id``, ``kind`` (or ONVIF's ``topic``), ``at``, ``external_id``, and may have ``active``,
        ``confidence`` and ``box``. It is taken or refused by itself.
        """
        return self._api.get(SensorOutcomes, "POST", "/v1/sensor-events", {"events": [*events]})

    def list(
        self,
        *,
        camera_id: str | None = None,
        kind: str | None = None,
        about: str | None = None,
        newest_first: bool | None = None,
    ) -> Iterator[SensorEvent]:
        """What they have seen lately, ``about`` the ``scene`` or the ``camera``."""
        query = {"camera_id": camera_id, "kind": kind, "about": about, "newest_first": newest_first}
        return self._api.listed(SensorEvent, "/v1/sensor-events", **query)

    def report(
        self,
        sensor_event_id: str,
        *,
        agency_id: str,
        service: str,
        priority: int,
        legal_basis: str,
        summary: str | None = None,
    ) -> RaisedIncident:
        """Report to a room what one has looked at; an event is one incident at most."""
        body = {"agency_id": agency_id, "service": service, "priority": priority, "legal_basis": legal_basis}
        path = f"/v1/sensor-events/{segment(sensor_event_id)}/incident"
        return self._api.get(RaisedIncident, "POST", path, given(body | {"summary": summary}))
