"""Asking a camera what it is by ONVIF: its streams, where it stands, and the places it can be sent to.

Invariants: only the door that was passed in is spoken to; of a stream's address the path is taken, and another host in
it is told of and left alone; what is taken is bounded in number, length and range, whatever the camera says.

Source: ONVIF Media2 §5.2.2, §5.9 (else Media §5.2, §5.16), Core §8.3.5 (GetGeoLocation), PTZ §5.5 (GetPresets).
"""

import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from transcoder import onvif, soap
from transcoder.onvif import MEDIA, PROFILES_MAX
from transcoder.ptz import PTZ
from transcoder.soap import DEVICE, MEDIA2, SCHEMA, Conversation, Door, Elsewhere, Ended, Outcome

TIMEOUT_S = 10.0
PRESETS_MAX = 64
FOUND = "found"
CODECS = {"H264": "h264", "H265": "h265"}
TOKEN = re.compile(r"[^\x00-\x1f\x7f]{1,64}")
STREAM_PATH = re.compile(r"/[\x21-\x7e]{0,254}")
HOST = re.compile(r"[A-Za-z0-9.:-]{1,255}")
BOUNDS = {
    "width_px": (16, 16_384),
    "height_px": (16, 16_384),
    "fps": (1, 240),
    "bitrate_bps": (1000, 1e9),
    "gop_frames": (1, 10_000),
}


async def discover(door: Door, *, now: datetime, timeout_s: float = TIMEOUT_S) -> tuple[Outcome, dict[str, Any] | None]:
    """What the camera says, as ``discoveries.found`` has it, or none and why; see ``soap.talk``."""
    told: dict[str, Any] = {}

    async def ask(camera: Conversation) -> None:
        profiles = await _profiles(camera)
        mine = next((one for one in profiles if one["path"] and onvif.is_at(one["path"], door.stream_path)), None)
        token = (mine or profiles[0])["token"]
        presets = await _presets(camera, token)
        place = await _place(camera, (mine or profiles[0]).get("source", ""))
        for one in profiles:
            del one["source"]
        told.update(profiles=profiles, ptz=presets is not None, presets=presets or [], **place)

    outcome = await soap.talk(ask, door, now=now, timeout_s=timeout_s)
    return (outcome, told) if outcome is Outcome.ASKED else (outcome, None)


async def _profiles(camera: Conversation) -> list[dict[str, Any]]:
    try:
        answer = await camera.call("Media2", f'<GetProfiles xmlns="{MEDIA2}"><Type>All</Type></GetProfiles>')
        space = MEDIA2
        rows = list(soap.found(answer, MEDIA2, "GetProfilesResponse").iter(f"{{{MEDIA2}}}Profiles"))
    except (Elsewhere, Ended) as error:
        if isinstance(error, Ended) and error.outcome is Outcome.UNAUTHORIZED:
            raise
        answer = await camera.call("Media", f'<GetProfiles xmlns="{MEDIA}"/>')
        space = MEDIA
        rows = list(soap.found(answer, MEDIA, "GetProfilesResponse").iter(f"{{{MEDIA}}}Profiles"))
    rows = [row for row in rows if TOKEN.fullmatch(row.get("token", ""))][:PROFILES_MAX]
    if not rows:
        raise Ended(Outcome.NO_PROFILE)
    return [profile(row) | where(await _uri(camera, space, row), camera.door.host) for row in rows]


async def _uri(camera: Conversation, space: str, row: Element) -> str:
    """Where a profile is streamed from; empty when the camera does not tell."""
    token = row.get("token", "")
    try:
        if space == MEDIA:
            return await onvif.stream_uri(camera, token)
        asked = f"<Protocol>RTSP</Protocol><ProfileToken>{escape(token)}</ProfileToken>"
        answer = await camera.call("Media2", f'<GetStreamUri xmlns="{MEDIA2}">{asked}</GetStreamUri>')
        return soap.found(answer, MEDIA2, "Uri").text or ""
    except (Elsewhere, Ended):
        return ""


async def _presets(camera: Conversation, token: str) -> list[dict[str, str]] | None:
    """None: the camera cannot be steered, or not by this user."""
    asked = f'<GetPresets xmlns="{PTZ}"><ProfileToken>{escape(token)}</ProfileToken></GetPresets>'
    try:
        answer = soap.found(await camera.call("PTZ", asked), PTZ, "GetPresetsResponse")
    except (Elsewhere, Ended):
        return None
    rows = [(one.get("token", ""), _line(one, "Name")) for one in answer.iter(f"{{{PTZ}}}Preset")]
    known = {token: name or token for token, name in rows if TOKEN.fullmatch(token)}
    return [{"token": token, "name": name} for token, name in known.items()][:PRESETS_MAX]


async def _place(camera: Conversation, source: str) -> dict[str, Any]:
    try:
        answer = await camera.call("Device", f'<GetGeoLocation xmlns="{DEVICE}"/>')
    except (Elsewhere, Ended):
        return {"position": None, "heading_deg": None}
    return place(answer.iter(f"{{{DEVICE}}}Location"), source)


def profile(row: Element) -> dict[str, Any]:
    """What a media profile says of its stream; what it does not say, or nobody would believe, is None."""
    inner = f"{{{SCHEMA}}}"
    encoder = next(
        (one for one in row.iter() if one.tag.endswith(("}VideoEncoder", "}VideoEncoderConfiguration"))), row
    )
    source = next((one.text or "" for one in row.iter(f"{inner}SourceToken")), "")
    kbps, gop = _number(_text(encoder, "BitrateLimit")), encoder.get("GovLength") or _text(encoder, "GovLength")
    numbers = {
        "width_px": _number(_text(encoder, "Width")),
        "height_px": _number(_text(encoder, "Height")),
        "fps": _number(_text(encoder, "FrameRateLimit")),
        "bitrate_bps": None if kbps is None else kbps * 1000,
        "gop_frames": _number(gop),
    }
    told: dict[str, Any] = {"token": row.get("token", ""), "name": _line(row, "Name"), "source": source}
    told["codec"] = CODECS.get(_text(encoder, "Encoding").strip().upper())
    for name, value in numbers.items():
        least, most = BOUNDS[name]
        ok = value is not None and least <= value <= most
        told[name] = None if not ok or value is None else value if name == "fps" else round(value)
    return told


def where(uri: str, host: str) -> dict[str, str | None]:
    """The ``path`` of a stream's address, and the host it names when that is not the camera's (``elsewhere``)."""
    try:
        parts = urlsplit(uri.strip())
        named = parts.hostname or ""
    except ValueError:
        return {"path": None, "elsewhere": None}
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    other = named.lower() != host.lower().strip("[]") and bool(HOST.fullmatch(named))
    return {"path": path if STREAM_PATH.fullmatch(path) else None, "elsewhere": named if other else None}


def place(rows: Iterable[Element], source: str) -> dict[str, Any]:
    """Position and heading: of the only location there is, else of that of the stream's video source."""
    known = list(rows)
    mine = known if len(known) == 1 else [one for one in known if source and one.get("Token") == source]
    if not mine:
        return {"position": None, "heading_deg": None}
    at, turned = mine[0].find(f"{{{SCHEMA}}}GeoLocation"), mine[0].find(f"{{{SCHEMA}}}GeoOrientation")
    lat, lon = (_number("" if at is None else at.get(name, "")) for name in ("lat", "lon"))
    yaw = _number("" if turned is None else turned.get("yaw", ""))
    is_place = lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)
    heading = None if yaw is None or abs(yaw) > 360 else yaw % 360
    return {"position": {"lat": lat, "lon": lon} if is_place else None, "heading_deg": heading}


def _text(element: Element, name: str) -> str:
    return next((one.text or "" for one in element.iter(f"{{{SCHEMA}}}{name}")), "")


def _line(element: Element, name: str) -> str:
    """Of the first child of that local name, up to 64 characters that can be shown."""
    text = next((one.text or "" for one in element if one.tag.rpartition("}")[2] == name), "")
    return "".join(char for char in text if char.isprintable()).strip()[:64]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
