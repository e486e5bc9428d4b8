"""Access that looks odd: what is found, what its officer says of it, and what the auditor makes of that."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given


class Anomaly(Answer):
    """What was found about one officer, and how far it is explained."""

    id: str
    kind: str
    severity: str
    officer_id: str
    agency_id: str
    reason: str
    evidence: list[dict[str, Any]]
    first_at: datetime
    last_at: datetime
    found_at: datetime
    status: str
    question: str | None
    demanded_by: str | None
    demanded_at: datetime | None
    due_at: datetime | None
    overdue: bool
    explanation: str | None
    explained_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


class Looked(Answer):
    """How many were found anew."""

    found: int


class Anomalies:
    """``/v1/anomalies``, at the server's management address but for ``mine`` and ``explain``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def look(self) -> int:
        """Look for anomalies now; gives how many were found anew."""
        return self._api.get(Looked, "POST", "/v1/anomalies").found

    def list(self, status: str | None = None) -> Iterator[Anomaly]:
        """Those of the auditor's agency; the province's auditors see all but their own."""
        return self._api.listed(Anomaly, "/v1/anomalies", status=status)

    def demand(self, anomaly_id: str, question: str, due_at: datetime | None = None) -> Anomaly:
        """Ask the officer, who hears of it at once."""
        body = given({"question": question, "due_at": due_at})
        return self._api.get(Anomaly, "POST", f"/v1/anomalies/{segment(anomaly_id)}/explanation-demand", body)

    def decide(self, anomaly_id: str, *, accepted: bool, note: str) -> Anomaly:
        """Accept it as explained, or pass it on."""
        body = {"accepted": accepted, "note": note}
        return self._api.get(Anomaly, "POST", f"/v1/anomalies/{segment(anomaly_id)}/decision", body)

    def mine(self) -> Iterator[Anomaly]:
        """What the caller was asked to explain, and what became of it."""
        return self._api.listed(Anomaly, "/v1/me/explanations")

    def explain(self, anomaly_id: str, text: str) -> Anomaly:
        """Explain what the caller was asked about, in time or late."""
        return self._api.get(Anomaly, "POST", f"/v1/anomalies/{segment(anomaly_id)}/explanation", {"text": text})
