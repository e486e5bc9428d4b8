"""What one of a camera's streams is made of, and what of it is believed. Pure.

The bounds keep absurd numbers out of the planner; what a camera really sends is looked at again when it is started.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from server.errors import CameraCodecUnknown, CameraInvalid, CameraProfileInvalid, CameraProfileTooLarge

MOST = 8
LONG_SIDE_PX, SHORT_SIDE_PX, LEAST_PX = 4096, 2304, 16
FPS = (1, 60)
GOP_FRAMES = (1, 1000)
BITRATE_BPS = (16_000, 100_000_000)

NAME = r"[a-z0-9]{1,16}"
PATH = r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,254}"  # RFC 3986 path and query; 255 at most
CODECS = {  # by name, how the codecs string of one is written: RFC 6381 §3.3, and ISO/IEC 14496-15 annex E for H.265
    "h264": r"avc1\.[0-9A-Fa-f]{6}",
    "h265": r"(?:hvc1|hev1)\.[A-C]?[0-9]{1,2}\.[0-9A-Fa-f]{1,8}\.[LH][0-9]{1,3}(?:\.[0-9A-Fa-f]{1,2}){0,6}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One stream of a camera: main, sub. What is None is not known."""

    name: str  # NAME, unique in the camera
    path: str  # PATH, of the RTSP address
    codec: str | None = None  # a key of CODECS
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    bitrate_bps: int | None = None  # its peak
    gop_frames: int | None = None  # from one key frame to the next, at most
    b_frames: bool | None = None
    codecs: str | None = None  # as RFC 6381 writes what it sends, avc1.4D401F; needed only for copying it

    def stored(self) -> dict[str, Any]:
        """The item of ``cameras.profiles``."""
        return {name: getattr(self, name) for name in STORED}


STORED = tuple(one.name for one in fields(Profile))


def checked(profiles: Sequence[Profile], *, field: str) -> list[dict[str, Any]]:
    """The profiles as they are stored.

    Raises:
        CameraCodecUnknown, CameraProfileTooLarge, CameraProfileInvalid: the field names the first that is to be mended.
    """
    if not 1 <= len(profiles) <= MOST:
        raise CameraProfileInvalid(f"a camera has 1 to {MOST} profiles", field=field)
    for number, profile in enumerate(profiles):
        fault = _fault(profile, {other.name for other in profiles[:number]})
        if fault:
            kind, name, mend = fault
            raise kind(mend, field=f"{field}.{number}.{name}")
    return [profile.stored() for profile in profiles]


Fault = tuple[type[CameraInvalid], str, str]  # what it is, the name of the field, and the mend


def _fault(profile: Profile, taken: set[str]) -> Fault | None:
    return _naming(profile, taken) or _coding(profile) or _size(profile) or _pace(profile)


def _naming(profile: Profile, taken: set[str]) -> Fault | None:
    if not re.fullmatch(NAME, profile.name):
        return CameraProfileInvalid, "name", "1 to 16 small letters and digits, such as main or sub"
    if profile.name in taken:
        return CameraProfileInvalid, "name", "another profile of this camera has that name"
    if not re.fullmatch(PATH, profile.path):
        mend = "the path of the RTSP address, from its slash on, percent-encoded, 255 characters at most"
        return CameraProfileInvalid, "path", mend
    return None


def _coding(profile: Profile) -> Fault | None:
    if profile.codec is not None and profile.codec not in CODECS:
        return CameraCodecUnknown, "codec", "write h264 or h265; a camera that sends anything else has to be switched"
    if profile.codecs is None:
        return None
    if profile.codec is None:
        return CameraProfileInvalid, "codecs", "say h264 or h265 in codec first, or leave this out"
    if not re.fullmatch(CODECS[profile.codec], profile.codecs):
        mend = f"as RFC 6381 writes {profile.codec}, such as avc1.4D401F or hvc1.1.6.L93.90; leave it out if unknown"
        return CameraProfileInvalid, "codecs", mend
    return None


def _size(profile: Profile) -> Fault | None:
    width, height = profile.width_px, profile.height_px
    if width is None and height is None:
        return None
    if width is None or height is None:
        missing = "width_px" if width is None else "height_px"
        return CameraProfileInvalid, missing, "give width and height, or neither"
    if max(width, height) > LONG_SIDE_PX or min(width, height) > SHORT_SIDE_PX:
        mend = f"at most {LONG_SIDE_PX} x {SHORT_SIDE_PX}, upright or not; register a smaller stream of the camera"
        return CameraProfileTooLarge, "width_px" if width >= height else "height_px", mend
    if min(width, height) < LEAST_PX:
        mend = f"a picture has at least {LEAST_PX} pixels each way"
        return CameraProfileInvalid, "width_px" if width < LEAST_PX else "height_px", mend
    return None


def _pace(profile: Profile) -> Fault | None:
    for name, (least, most) in {"fps": FPS, "gop_frames": GOP_FRAMES, "bitrate_bps": BITRATE_BPS}.items():
        value = getattr(profile, name)
        if value is not None and not least <= value <= most:
            return CameraProfileInvalid, name, f"from {least} to {most}; leave it out if it is unknown"
    return None
