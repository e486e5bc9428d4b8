"""The record, for auditors; it is at the server's management address."""

from collections.abc import Iterator

from goldentime.answers import AuditEvent, Checkpoint
from goldentime.api import Api


class Audit:
    """``/v1/audit``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def events(self) -> Iterator[AuditEvent]:
        """The access log, the oldest first. That reading began is recorded too."""
        return self._api.listed(AuditEvent, "/v1/audit/events", limit=200)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """What was signed, the oldest first: to be kept elsewhere."""
        return self._api.listed(Checkpoint, "/v1/audit/checkpoints", limit=200)
