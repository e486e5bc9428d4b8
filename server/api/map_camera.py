"""What the map and the lists of pages show of a camera, whoever asks and by what right."""

from typing import Annotated, Any

from pydantic import Field

from server.api.fields import Shown
from server.models import Camera

OWN = ("name", "lat", "lon", "health", "fov_deg", "range_m")


class MapCamera(Shown):
    """Where it stands and what it sees; what else is said of it goes with the list it is in."""

    name: str
    lat: float
    lon: float
    health: str
    looks_deg: Annotated[float | None, Field(description="clockwise from north; none: it turns or sees all round")]
    fov_deg: float | None
    range_m: float

    @staticmethod
    def seen(camera: Camera) -> dict[str, Any]:
        """These members of the row."""
        return {name: getattr(camera, name) for name in OWN} | {"looks_deg": camera.bearing_deg}
