"""The months that an auditor reviews and signs."""

from collections.abc import Iterator
from datetime import datetime

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api
from goldentime.wire import File


class Review(Answer):
    """A month of an agency; ``digest`` names the report that was signed."""

    id: str
    agency_id: str
    month: str
    status: str
    due_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    note: str | None
    digest: str | None


class Reviews:
    """``/v1/reviews``, at the server's management address."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self, status: str | None = None) -> Iterator[Review]:
        """The months to review and those reviewed."""
        return self._api.listed(Review, "/v1/reviews", status=status)

    def read(self, review_id: str, format: str = "json") -> File:
        """The report of a month as ``json``, ``csv`` or ``html``. That it was read is recorded."""
        return self._api.file(f"/v1/reviews/{segment(review_id)}", format=format)

    def sign(self, review_id: str, *, digest: str, note: str) -> Review:
        """Sign the report that was read, by the digest that stands in it. The first signature stands."""
        body = {"digest": digest, "note": note}
        return self._api.get(Review, "POST", f"/v1/reviews/{segment(review_id)}/signature", body)
