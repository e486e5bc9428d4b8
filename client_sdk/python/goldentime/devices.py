"""Devices as those who run them see them: preparing one, listing them, losing one."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from goldentime.address import segment
from goldentime.answers import Answer
from goldentime.api import Api, given


class EnrolledDevice(Answer):
    """What a device learns of itself."""

    id: str
    label: str
    agency_id: str
    unit_id: str | None


class Device(EnrolledDevice):
    """A device as those see it who run it; ``jkt`` is the thumbprint of its key."""

    standing: str  # waiting expired enrolled lost
    jkt: str | None
    made_at: datetime
    made_by: str
    enrolled_at: datetime | None
    lost_at: datetime | None
    lost_by: str | None


class NewDevice(Device):
    """A device that was prepared: its code enrols it once."""

    code: str = Field(repr=False)
    code_until: datetime


class Devices:
    """``/v1/devices``."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def prepare(self, label: str, *, agency_id: str | None = None, unit_id: str | None = None) -> NewDevice:
        """Prepare a device: its ``code`` enrols it once, within a day (``Client.enrol``)."""
        body = {"label": label, "agency_id": agency_id, "unit_id": unit_id}
        return self._api.get(NewDevice, "POST", "/v1/devices", given(body))

    def list(self) -> Iterator[Device]:
        """The devices of the agency, or all of them for an administrator."""
        return self._api.listed(Device, "/v1/devices")

    def lost(self, device_id: str) -> Device:
        """End everything that device has, for good."""
        return self._api.get(Device, "POST", f"/v1/devices/{segment(device_id)}/lost")
