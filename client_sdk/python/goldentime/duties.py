"""What the law wants done after an incident, until when."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given


class Duty(Answer):
    """One duty of the caller's agency."""

    id: str
    kind: str
    status: str
    incident_id: str
    incident_external_id: str
    service: str
    subject: str | None
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    means: str | None
    note: str | None


class Duties:
    """``/v1/duties``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self, status: str | None = None) -> Iterator[Duty]:
        """What the agency must do, the overdue first; one ``status`` of them, if it is said."""
        return self._api.listed(Duty, "/v1/duties", status=status)

    def complete(self, duty_id: str, means: str, note: str | None = None) -> Duty:
        """Say that it is done, in time or late, and by which means (``sms``, ``post``, ``erased`` …)."""
        body = given({"means": means, "note": note})
        return self._api.get(Duty, "POST", f"/v1/duties/{segment(duty_id)}/completion", body)
