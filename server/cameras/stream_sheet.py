"""A centre's own inventory, with how each is reached: a row a camera, ``<profile>_<field>`` for its streams. Pure.

Required: id, name, lat, lon, host and one ``…_path``, such as main_path. The other columns are named as in the body of
``PUT /v1/cameras/{id}``, and a row becomes that body.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from server.cameras.profile import NAME
from server.errors import InvalidRequest

REQUIRED = ("id", "name", "lat", "lon", "host")
NUMBERS = ("bearing_deg", "fov_deg", "range_m")
RTSP = ("host", "port", "username", "password")
PROFILE = re.compile(rf"({NAME})_(path|codec|width_px|height_px|fps|bitrate_bps|gop_frames|b_frames|codecs)")
TRUTHS = {"true": True, "1": True, "y": True, "yes": True, "false": False, "0": False, "n": False, "no": False}
KINDS = {
    **dict.fromkeys(("lat", "lon", *NUMBERS, "fps"), float),
    **dict.fromkeys(("port", "onvif_port", "width_px", "height_px", "bitrate_bps", "gop_frames"), int),
    **dict.fromkeys(("enabled", "warm", "ptz", "b_frames"), bool),
}


def is_one(headings: Sequence[str]) -> bool:
    """Whether these are the headings of such a sheet."""
    return set(REQUIRED) <= set(headings) and any(name.endswith("_path") for name in headings)


def unknown(headings: Sequence[str]) -> list[str]:
    """The headings that mean nothing: a misspelt one must not lose a column in silence."""
    known = {*REQUIRED, *NUMBERS, *RTSP, "enabled", "warm", "onvif_port", "ptz"}
    return [name for name in headings if name not in known and not PROFILE.fullmatch(name)]


def body(fields: Mapping[str, str], centre_id: str) -> dict[str, Any]:
    """The row as ``PUT /v1/cameras/{id}`` takes it. Raises InvalidRequest, which names the column."""
    given = {name: _value(name, text) for name, text in fields.items() if text}
    profiles: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        if part := PROFILE.fullmatch(name):
            profiles.setdefault(part[1], {"name": part[1]})[part[2]] = value
    rtsp = {name: given[name] for name in RTSP if name in given}
    own = {name: value for name, value in given.items() if name not in {"id", *RTSP} and not PROFILE.fullmatch(name)}
    return {"centre_id": centre_id, **own, "rtsp": {"username": None, **rtsp}, "profiles": list(profiles.values())}


def column(field: str, profiles: Sequence[str]) -> str:
    """The column of a field of the body, whose profiles have these names: ``profiles.0.path`` is ``main_path``."""
    parts = field.split(".")
    if parts[0] == "profiles" and len(parts) > 2:
        return f"{profiles[int(parts[1])]}_{parts[2]}"
    return parts[-1] if parts[0] == "rtsp" else field


def _value(name: str, text: str) -> Any:
    kind: Any = KINDS.get(name) or KINDS.get(name.partition("_")[2], str)
    try:
        return TRUTHS[text.lower()] if kind is bool else kind(text)
    except (ValueError, KeyError):
        words = {float: "a number", int: "a whole number", bool: "true or false"}
        raise InvalidRequest(f"write {words[kind]}", field=name) from None
