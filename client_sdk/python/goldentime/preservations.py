"""Asking the centre that records a camera to keep some minutes; this product records nothing."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.answers import Answer
from goldentime.api import Api


class Preservation(Answer):
    """One request."""

    id: str
    officer_id: str
    incident_id: str
    camera_id: str
    centre_id: str
    from_at: datetime
    until_at: datetime
    reason: str
    created_at: datetime


class Preservations:
    """``/v1/preservation-requests``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ask(
        self, camera_id: str, incident_id: str, *, at: datetime, reason: str, before_s: int = 60, after_s: int = 60
    ) -> Preservation:
        """Ask for what was recorded around a moment, up to an hour before and after it."""
        body = {"camera_id": camera_id, "incident_id": incident_id, "at": at, "reason": reason}
        body |= {"before_s": before_s, "after_s": after_s}
        return self._api.get(Preservation, "POST", "/v1/preservation-requests", body)

    def list(self) -> Iterator[Preservation]:
        """One's own requests; for a centre's supervisors also those to their centre."""
        return self._api.listed(Preservation, "/v1/preservation-requests")
