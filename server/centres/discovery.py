"""What a camera says of itself by ONVIF beside what is registered: a person asks, and a person takes it over.

The transcoder asks the camera; nothing here writes to the inventory.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.audit import log
from server.errors import CameraUnknown, DiscoveryUnable
from server.models import WISH_LASTS, Camera, Discovery, DiscoveryWish

WRONG = timedelta(minutes=30)  # after a wrong password: cameras lock an account
SAME_PLACE_DEG = 0.00005  # about 5 m
SAME_HEADING_DEG = 5.0
TOLD = ("codec", "width_px", "height_px", "fps", "bitrate_bps", "gop_frames")


def camera(session: Session, camera_id: str, *, mine: Callable[[str], bool]) -> Camera:
    """The camera, if the caller looks after it. Raises CameraUnknown."""
    row = session.get(Camera, camera_id)
    if row is None or not mine(row.centre_id):
        raise CameraUnknown("there is no such camera", camera_id=camera_id)
    return row


def want(session: Session, caller: Caller, row: Camera, *, now: datetime) -> None:
    """Have the camera asked. Repeated while one waits, it changes nothing.

    Raises:
        DiscoveryUnable: it takes no ONVIF calls, is retired, or has refused our password within WRONG.
    """
    if row.onvif_port is None:
        raise DiscoveryUnable("register the port where the camera takes ONVIF calls", field="onvif_port")
    if not row.enabled:
        raise DiscoveryUnable("the camera is retired", field="enabled")
    done = session.get(Discovery, row.id)
    if done and done.outcome == "unauthorized" and done.found_at and now - done.found_at < WRONG:
        raise DiscoveryUnable("the camera refused the password: asked again within 30 minutes it may lock the account")
    wish = session.get(DiscoveryWish, row.id, with_for_update=True)
    if waits(wish, done, now=now):
        return
    if wish is None:
        wish = DiscoveryWish(camera_id=row.id, seq=0)
        session.add(wish)
    wish.seq, wish.wanted_at, wish.wanted_by = wish.seq + 1, now, caller.viewer.id
    known = {"camera": row.id, "centre": row.centre_id}
    log.record(session, log.Tag.CAMERA_DISCOVERY_WANTED, caller.actor, now=now, **known)


def waits(wish: DiscoveryWish | None, done: Discovery | None, *, now: datetime) -> bool:
    """Whether an answer is still to come."""
    answered = done.seq if done else 0
    return wish is not None and wish.seq > answered and now - wish.wanted_at < WISH_LASTS


def differences(registered: Camera, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``{field, registered, found}`` where a camera says something else than its row; what it does not say is none."""
    unlike = _place(registered, found)
    if found["ptz"] != registered.ptz:
        unlike.append(("ptz", registered.ptz, found["ptz"]))
    presets = [one["token"] for one in registered.ptz_presets]
    tokens = [one["token"] for one in found["presets"]]
    if found["ptz"] and set(presets) != set(tokens):
        unlike.append(("ptz_presets", presets, tokens))
    unlike += _profiles(registered.profiles, found["profiles"])
    return [dict(zip(("field", "registered", "found"), one, strict=True)) for one in unlike]


def _place(registered: Camera, found: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    place, heading = found["position"] or {}, found["heading_deg"]
    known = {name: getattr(registered, name) for name in place}
    unlike = [(name, known[name], place[name]) for name in place if abs(place[name] - known[name]) > SAME_PLACE_DEG]
    bearing = registered.bearing_deg
    if heading is not None and not found["ptz"]:
        apart = 180.0 if bearing is None else abs((heading - bearing + 180) % 360 - 180)
        if apart > SAME_HEADING_DEG:
            unlike.append(("bearing_deg", bearing, heading))
    return unlike


def _profiles(registered: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    left, unlike = list(found), list[tuple[str, Any, Any]]()
    for number, mine in enumerate(registered):
        theirs = next((one for one in left if one["path"] and _is_at(one["path"], mine["path"])), None)
        if theirs is None:
            unlike.append((f"profiles.{number}.path", mine["path"], None))
            continue
        left.remove(theirs)
        if theirs["elsewhere"]:
            unlike.append((f"profiles.{number}.host", None, theirs["elsewhere"]))
        told = [name for name in TOLD if theirs[name] is not None and theirs[name] != mine.get(name)]
        unlike += [(f"profiles.{number}.{name}", mine.get(name), theirs[name]) for name in told]
    return unlike + [("profiles", None, one["path"] or one["token"]) for one in left]


def _is_at(given: str, wanted: str) -> bool:
    """Cameras add to the query, so that of the registered path has to be in it only."""
    one, other = urlsplit(given), urlsplit(wanted)
    return one.path == other.path and set(parse_qsl(other.query)) <= set(parse_qsl(one.query))
