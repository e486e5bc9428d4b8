"""What units and rooms say of an incident as it goes on."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given


class Report(Answer):
    """One report; ``outcome`` is how the incident ended, of a final one."""

    id: str
    kind: str
    text: str
    outcome: str | None
    agency_id: str
    unit_id: str | None
    made_by: str
    made_at: datetime


class Reports:
    """``/v1/incidents/{id}/reports``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def make(self, incident_id: str, kind: str, text: str, outcome: str | None = None) -> Report:
        """Report: ``first`` on arrival, ``update``, ``final`` with its ``outcome``; text of 1..2000 characters."""
        body = given({"kind": kind, "text": text, "outcome": outcome})
        return self._api.get(Report, "POST", f"/v1/incidents/{segment(incident_id)}/reports", body)

    def list(self, incident_id: str) -> Iterator[Report]:
        """What was reported, for rooms at work on it and for units while they are sent."""
        return self._api.listed(Report, f"/v1/incidents/{segment(incident_id)}/reports")
