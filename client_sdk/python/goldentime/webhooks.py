"""Addresses of other systems that hear of an agency's incidents."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import Field

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api


class Webhook(Answer):
    """One address; after ``failures`` in a row nothing is sent before ``resume_at``."""

    id: str
    agency_id: str
    url: str
    events: list[str]
    made_at: datetime
    failures: int
    resume_at: datetime | None


class NewWebhook(Webhook):
    """One that was registered. The secret, which signs what is sent, is shown now and never again."""

    secret: str = Field(repr=False)


class Delivery(Answer):
    """Something that was sent, is waiting, or was given up."""

    id: str
    event: str
    incident_id: str
    at: datetime
    status: str
    tries: int
    next_at: datetime
    answered: int | None
    failure: str | None
    done_at: datetime | None


class Webhooks:
    """``/v1/webhooks``, at the server's management address."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def register(self, agency_id: str, url: str, events: Sequence[str]) -> NewWebhook:
        """Register an address for events such as ``incident.reported``."""
        body = {"agency_id": agency_id, "url": url, "events": [*events]}
        return self._api.get(NewWebhook, "POST", "/v1/webhooks", body)

    def list(self) -> Iterator[Webhook]:
        """Those of the agency, or all of them for the province's administrators."""
        return self._api.listed(Webhook, "/v1/webhooks")

    def remove(self, webhook_id: str) -> None:
        """Send nothing there any more, nor what is waiting."""
        self._api.call("DELETE", f"/v1/webhooks/{segment(webhook_id)}")

    def deliveries(self, webhook_id: str, status: str | None = None) -> Iterator[Delivery]:
        """What was sent in the last week, what is waiting and what was given up."""
        return self._api.listed(Delivery, f"/v1/webhooks/{segment(webhook_id)}/deliveries", status=status)
