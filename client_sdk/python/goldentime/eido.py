"""Incidents as documents between systems (NENA-STA-021 EIDO-JSON)."""

from typing import Any

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api


class EidoTaken(Answer):
    """What became of a document."""

    incident_id: str
    outcome: str
    unknown_units: list[str]


class Eido:
    """``/v1/eido``. Documents are as the standard writes them, keys and all."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def send(self, document: dict[str, Any]) -> EidoTaken:
        """Hand one over: a new incident, its new place, or its end. Sent again, or late, it changes nothing."""
        return self._api.get(EidoTaken, "POST", "/v1/eido", document)

    def read(self, incident_id: str) -> dict[str, Any]:
        """An incident of the room as a document; cameras stand in it by their ids."""
        document: dict[str, Any] = self._api.call("GET", f"/v1/incidents/{segment(incident_id)}/eido")
        return document
