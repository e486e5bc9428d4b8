"""Number plates: what readers saw, what of it was wanted, and looking plates up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api
from goldentime.wire import File


class ReadOutcome(Answer):
    """What became of one read."""

    status: str
    code: str | None = None
    detail: str | None = None
    field: str | None = None


class ReadOutcomes(Answer):
    """What became of each read, in their order. Which were hits is not told."""

    accepted: int
    repeated: int
    refused: int
    results: list[ReadOutcome]


class Read(Answer):
    """A plate as a reader saw it; ``raw`` is what it wrote."""

    id: str
    camera_id: str
    camera_name: str
    lat: float
    lon: float
    plate: str
    raw: str
    confidence: float
    heading_deg: float | None
    crop_ref: str | None
    read_at: datetime


class Hit(Answer):
    """A read of a wanted plate; a person has to look before anybody acts on it."""

    id: str
    wanted_vehicle_id: str
    wanted_plate: str
    incident_id: str
    reasons: list[str]
    verification: str
    notice: str | None
    crop: bool
    at: datetime
    read: Read


class Plates:
    """``/v1/plate-reads`` and ``/v1/plate-hits``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def tell(self, reads: Sequence[dict[str, Any]]) -> ReadOutcomes:
        """Tell what the readers of one's own centre saw, up to 200 at once.

        Each read has ``camera_id``, ``plate``, ``read_at``, ``confidence`` (0..1), and may have ``direction``,
        ``heading_deg``, ``crop_ref`` and ``crop``, the plate as a JPEG in base64. It is taken or refused by itself.
        """
        return self._api.get(ReadOutcomes, "POST", "/v1/plate-reads", {"reads": [*reads]})

    def hit(self, plate_hit_id: str) -> Hit:
        """What was read where."""
        return self._api.get(Hit, "GET", f"/v1/plate-hits/{segment(plate_hit_id)}")

    def crop(self, plate_hit_id: str) -> File:
        """The picture of the plate, a JPEG. Each look is recorded."""
        return self._api.file(f"/v1/plate-hits/{segment(plate_hit_id)}/crop")

    def verify(self, plate_hit_id: str, *, confirmed: bool) -> Hit:
        """Say whether the picture shows the wanted plate."""
        return self._api.get(Hit, "PATCH", f"/v1/plate-hits/{segment(plate_hit_id)}", {"confirmed": confirmed})
