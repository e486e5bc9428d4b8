"""Devices as those who run them see them: preparing one, listing them, losing one."""

from collections.abc import Iterator
from typing import Any

from goldentime.address import segment
from goldentime.api import Api


class Devices:
    """``/v1/devices``; items as the server gives them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def prepare(self, label: str, *, agency_id: str | None = None, unit_id: str | None = None) -> dict[str, Any]:
        """Prepare a device: the answer's ``code`` enrols it once, within a day (``Client.enrol``)."""
        body = {"label": label, "agency_id": agency_id, "unit_id": unit_id}
        found: dict[str, Any] = self._api.call("POST", "/v1/devices", {k: v for k, v in body.items() if v is not None})
        return found

    def list(self) -> Iterator[dict[str, Any]]:
        """The devices of the agency."""
        return self._api.pages("/v1/devices")

    def lost(self, device_id: str) -> None:
        """End everything that device has, for good."""
        self._api.call("POST", f"/v1/devices/{segment(device_id)}/lost")
