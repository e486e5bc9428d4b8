"""What a crew should know of the place: hydrants, the building, hazardous goods, references to photos, notes."""

from collections.abc import Iterator
from typing import Any

from goldentime.address import segment
from goldentime.answers import Attachment
from goldentime.api import Api, given


class Attachments:
    """``/v1/incidents/{id}/attachments``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def add(
        self, incident_id: str, kind: str, label: str, told: dict[str, Any], *, position: dict[str, float] | None = None
    ) -> Attachment:
        """Add one thing: its kind, a label of 1..80 characters, what is told of it, and where (``lat``, ``lon``)."""
        body = given({"label": label, "position": position, kind: told})
        return self._api.get(Attachment, "POST", f"/v1/incidents/{segment(incident_id)}/attachments", body)

    def list(self, incident_id: str) -> Iterator[Attachment]:
        """What was added, for rooms at work on it and for units while they are sent."""
        return self._api.listed(Attachment, f"/v1/incidents/{segment(incident_id)}/attachments")

    def remove(self, incident_id: str, attachment_id: str) -> None:
        """Take back what one's own room added."""
        self._api.call("DELETE", f"/v1/incidents/{segment(incident_id)}/attachments/{segment(attachment_id)}")
