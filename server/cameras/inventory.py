"""The cameras that are registered: one is put in, or brought to what is said about it now.

Nothing is written before everything has been checked. The password is sealed here and never given out again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from server.cameras import mask, near, network, profile
from server.cameras.credentials import Vault
from server.errors import CameraPasswordNeeded, CentreNotYours, CentreUnknown, InvalidRequest
from server.models import Camera, CameraPurpose, Centre

ID_MAX = 40
ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_MAX}}}")
UNREACHED = {  # where a camera stands is known, how it is reached is not
    "enabled": False,
    "range_m": 80.0,
    "warm": False,
    "masks": [],
    "rtsp_host": "",
    "rtsp_port": 554,
    "profiles": [],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A camera as its centre describes it. ``repr`` does not show the password."""

    centre_id: str
    name: str
    lat: float
    lon: float
    bearing_deg: float | None
    fov_deg: float | None
    range_m: float
    enabled: bool
    warm: bool
    masks: Sequence[mask.Polygon]
    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)  # none: the one that is stored, if there is one
    onvif_port: int | None
    profiles: Sequence[profile.Profile]
    purpose: CameraPurpose | None = None  # none: what is known stays
    night_vision: bool | None = None  # likewise
    ptz: bool = False
    ptz_home: str | None = None
    ptz_presets: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """The row, whether it is new, and the names of the columns that changed."""

    camera: Camera
    is_new: bool
    changed: list[str]


def register(
    session: Session, vault: Vault, camera_id: str, wish: Registration, *, mine: Callable[[str], bool]
) -> Registered:
    """Put the camera in, or replace what is registered about it. Repeating it leaves the same row, sealed anew.

    ``mine``: whether the centre of that id is one whose cameras the caller looks after.

    Raises:
        InvalidRequest: the id is too long.
        CentreUnknown: there is no such centre, or it is not the caller's.
        CentreNotYours: a centre that is not the caller's has a camera of that id.
        CameraInvalid: one of its kinds; the field is named as in the request's body.
    """
    if len(camera_id) > ID_MAX:
        raise InvalidRequest(f"an id has at most {ID_MAX} characters", field="camera_id")
    camera = session.get(Camera, camera_id, with_for_update=True)
    centre = session.get(Centre, wish.centre_id)
    if centre is None or not mine(centre.id):
        raise CentreUnknown("there is no such centre", field="centre_id")
    if camera is not None and not mine(camera.centre_id):
        raise CentreNotYours("another centre has a camera of that id", field="camera_id")
    made = columns(vault, centre, camera, wish)
    if camera is None:
        camera = Camera(id=camera_id, **made)
        session.add(camera)
        session.flush()
        return Registered(camera, is_new=True, changed=[])
    changed = sorted(name for name, value in made.items() if getattr(camera, name) != value)
    for name in changed:
        setattr(camera, name, made[name])
    return Registered(camera, is_new=False, changed=changed)


def columns(vault: Vault, centre: Centre, camera: Camera | None, wish: Registration) -> dict[str, Any]:
    """What is stored of a camera that is, or is not yet, registered. Raises CameraInvalid."""
    made = _checked(centre, wish)
    return made | _credentials(vault, camera, wish, host=made["rtsp_host"])


def has_password(vault: Vault, camera: Camera, password: str | None) -> bool:
    """Whether that is the password that is stored already."""
    sealed = camera.rtsp_password_sealed
    return password is not None and sealed is not None and vault.open(sealed) == password


def _checked(centre: Centre, wish: Registration) -> dict[str, Any]:
    """What is stored as it is said."""
    return {
        "centre_id": centre.id,
        "name": wish.name,
        "lat": wish.lat,
        "lon": wish.lon,
        "h3_cell": near.cell(wish.lat, wish.lon),
        "bearing_deg": wish.bearing_deg,
        "fov_deg": wish.fov_deg,
        "range_m": wish.range_m,
        "enabled": wish.enabled,
        "warm": wish.warm,
        "masks": mask.checked(wish.masks, field="masks"),
        "rtsp_host": network.checked(wish.host, centre.networks, field="rtsp.host"),
        "rtsp_port": wish.port,
        "onvif_port": wish.onvif_port,
        "ptz": wish.ptz,
        "ptz_home": _home(wish),
        "ptz_presets": [dict(one) for one in wish.ptz_presets],
        "profiles": profile.checked(wish.profiles, field="profiles"),
        **({"purpose": wish.purpose} if wish.purpose is not None else {}),
        **({"night_vision": wish.night_vision} if wish.night_vision is not None else {}),
    }


def _home(wish: Registration) -> str | None:
    if wish.ptz and wish.onvif_port is None:
        raise InvalidRequest("a camera is steered by ONVIF: give its port", field="onvif_port")
    tokens = [one["token"] for one in wish.ptz_presets]
    if len(set(tokens)) < len(tokens):
        raise InvalidRequest("each preset is named once", field="ptz_presets")
    if wish.ptz_home is not None and wish.ptz_home not in tokens:
        raise InvalidRequest("the preset it returns to must be one of its presets", field="ptz_home")
    return wish.ptz_home


def _credentials(vault: Vault, camera: Camera | None, wish: Registration, *, host: str) -> dict[str, Any]:
    """The user name and the sealed password.

    A stored password is kept only for the door it was given for: whoever could have it sent to another address or with
    another name, without knowing it, could read it there.
    """
    if wish.username is None:
        if wish.password is not None:
            raise CameraPasswordNeeded("a password goes with a user name: give both or neither", field="rtsp.username")
        return {"rtsp_username": None, "rtsp_password_sealed": None}
    if wish.password is not None:
        return {"rtsp_username": wish.username, "rtsp_password_sealed": vault.seal(wish.password)}
    if camera is None or camera.rtsp_password_sealed is None:
        raise CameraPasswordNeeded("a user name goes with a password: give both or neither", field="rtsp.password")
    if (camera.rtsp_host, camera.rtsp_port, camera.rtsp_username) != (host, wish.port, wish.username):
        raise CameraPasswordNeeded("for another host, port or user name, give the password anew", field="rtsp.password")
    return {"rtsp_username": wish.username}
