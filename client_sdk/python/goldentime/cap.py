"""Alerts of other systems in the Common Alerting Protocol (OASIS CAP 1.2)."""

from datetime import datetime

from goldentime.answers import Answer
from goldentime.api import Api
from goldentime.wire import Content


class CapBlock(Answer):
    """An ``info`` of the message, and what became of it."""

    event: str
    language: str
    priority: int
    fate: str
    areas: list[str]
    geocodes: list[tuple[str, str]]


class CapIncident(Answer):
    """The incident that the message opened, changed or ended."""

    id: str
    status: str
    priority: int
    until: datetime | None
    cameras: int
    invited: list[str]


class CapMessage(Answer):
    """What was read, and what was done."""

    id: str
    identifier: str
    status: str
    msg_type: str
    scope: str
    signature: str
    received_at: datetime
    done: str
    incident: CapIncident | None
    infos: list[CapBlock]


class Cap:
    """``/v1/cap``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def send(self, xml: bytes) -> CapMessage:
        """Hand over an alert of a registered sender; the same message again changes nothing."""
        return self._api.get(CapMessage, "POST", "/v1/cap", Content(xml, "application/cap+xml"))
