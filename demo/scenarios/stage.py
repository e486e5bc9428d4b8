"""What a scenario plays on, and what it shows: the people and machines of the province, and the incident it made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Speaks(Protocol):
    """Somebody signed in to the API."""

    def call(self, method: str, path: str, body: dict[str, Any] | str | bytes | None = None) -> Any:
        """One API call, an alert's XML as text, a photo as bytes; the parsed answer, or none when it is empty."""


class Stage(Protocol):
    """A province in which scenarios are played; keys are those of ``demo.province``."""

    @property
    def unit_ids(self) -> Mapping[str, str]:
        """The units' ids by key."""

    def client(self, key: str) -> Speaks:
        """One of the machines, signed in."""

    def officer(self, key: str) -> Speaks:
        """One of the people, signed in."""


@dataclass(frozen=True)
class Scene:
    """An incident that is open, its unit sent, and how it ends."""

    told: str  # for whoever watches the demo, at most two lines
    incident_id: str
    camera_id: str  # the one the unit's tablet plays first
    end: Callable[[], None]  # as the service ends it; access ends with it
