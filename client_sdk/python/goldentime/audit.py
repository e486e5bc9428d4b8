"""The record, for auditors; it is at the server's management address."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from goldentime.answers import Answer
from goldentime.api import Api
from goldentime.wire import File


class AuditEvent(Answer):
    """One act or refusal of the record."""

    seq: int
    at: datetime
    tag: str
    actor_kind: str
    actor_id: str
    subject: dict[str, Any]
    request_id: str | None
    remote_address: str | None
    salt: str | None
    content_hash: str | None
    previous_hash: str
    hash: str


class Checkpoint(Answer):
    """What the first ``size`` rows of the record were; ``note`` says it signed (C2SP tlog-checkpoint)."""

    size: int
    at: datetime
    root: str
    note: str


class Verification(Answer):
    """Whether the rows of a time fit each other and their checkpoints; ``wrong_seq`` is the first that does not."""

    first_seq: int
    last_seq: int
    rows: int
    checkpoints: int
    wrong_seq: int | None
    complete: bool


class Audit:
    """``/v1/audit``. That something was read is recorded too."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def events(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        tag: str | None = None,
        actor: str | None = None,
    ) -> Iterator[AuditEvent]:
        """The access log, the oldest first: of a time, of acts whose name begins with ``tag``, of one ``actor``."""
        asked = {"from": since, "until": until, "tag": tag, "actor": actor}
        return self._api.listed(AuditEvent, "/v1/audit/events", limit=200, **asked)

    def checkpoints(self) -> Iterator[Checkpoint]:
        """What was signed, the oldest first: to be kept elsewhere."""
        return self._api.listed(Checkpoint, "/v1/audit/checkpoints", limit=200)

    def verify(self, *, since: datetime, until: datetime) -> Verification:
        """Check the rows of a time against each other and their checkpoints."""
        return self._api.get(Verification, "GET", "/v1/audit/verification", **{"from": since, "until": until})

    def viewing(self, *, since: datetime, until: datetime, format: str = "json") -> File:
        """The ledger of what was watched in a time, as ``json`` or ``csv``."""
        return self._ledger("viewing", since, until, format)

    def provision(self, *, since: datetime, until: datetime, format: str = "json") -> File:
        """The ledger of what centres let other agencies see."""
        return self._ledger("provision", since, until, format)

    def destruction(self, *, since: datetime, until: datetime, format: str = "json") -> File:
        """The ledger of what was destroyed because its time was over; the province's auditors'."""
        return self._ledger("destruction", since, until, format)

    def _ledger(self, name: str, since: datetime, until: datetime, form: str) -> File:
        return self._api.file(f"/v1/audit/ledgers/{name}", **{"from": since, "until": until, "format": form})
