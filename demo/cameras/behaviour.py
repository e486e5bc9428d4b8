"""What is wrong with a camera, and from when to when: the faults of real cameras, on demand.

Pure. Ages are seconds since the simulator was ready. A fault acts on one of four things: the answer to a request, the
connection, the pictures, or their timestamps; on all others the camera is well.
"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from demo.cameras import h264
from demo.cameras.rtsp import Request, Response

HOUR_TICKS = 3600 * 90_000
FAST = 1.05
CORRUPT_SHARE = 0.3
GIGANTIC_BYTES = 12 * 1024 * 1024
REBOOT_PERIOD_S, REBOOT_UP_S = 5.0, 2.0

Unit = Sequence[memoryview | bytes]


class Fault(StrEnum):
    """The closed set of what can be wrong."""

    SILENT = "silent"  # connections are accepted and no request is answered
    UNAUTHORIZED = "unauthorized"  # whatever the password
    REDIRECT_LOOP = "redirect_loop"  # to itself
    REDIRECT = "redirect"  # to ``target``
    GIGANTIC_SDP = "gigantic_sdp"
    FIN = "fin"
    RST = "rst"
    REBOOT_LOOP = "reboot_loop"  # well for two seconds, away for three
    STALL = "stall"  # the connection stays and nothing comes
    CLOCK_FORWARD = "clock_forward"  # the camera's timestamps, by an hour
    CLOCK_BACK = "clock_back"
    CLOCK_FROZEN = "clock_frozen"
    CLOCK_WRAPPED = "clock_wrapped"  # through 2^32, when the fault begins
    CLOCK_FAST = "clock_fast"  # by 5 %
    NO_KEY_FRAME = "no_key_frame"
    FROZEN = "frozen"  # the stream goes on and the picture does not, as when a sensor or encoder hangs
    CORRUPT = "corrupt"  # three of ten NAL units
    OTHER_CLIP = "other_clip"  # of another size or codec, in the midst of a session


class Behaviour(BaseModel):
    """One fault of one camera, from ``after_s`` until ``until_s``."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    fault: Fault
    after_s: Annotated[float, Field(ge=0)] = 0.0
    until_s: Annotated[float, Field(ge=0)] = float("inf")
    target: Annotated[str, Field(pattern=r"^rtsp://[A-Za-z0-9.:/_-]+$")] | None = None
    clip: Path | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.target is not None) != (self.fault is Fault.REDIRECT):
            raise ValueError("target: the fault redirect has one, and no other")
        if (self.clip is not None) != (self.fault is Fault.OTHER_CLIP):
            raise ValueError("clip: the fault other_clip has one, and no other")
        return self

    def at(self, age_s: float) -> Fault | None:
        """What is wrong at that age; none while the camera is well."""
        if not self.after_s <= age_s < self.until_s:
            return None
        if (
            self.fault is Fault.REBOOT_LOOP
            and (age_s - self.after_s) % REBOOT_PERIOD_S >= REBOOT_PERIOD_S - REBOOT_UP_S
        ):
            return None
        return self.fault


def refusal(request: Request, fault: Fault | None, *, target: str | None) -> Response | None:
    """The answer to any request in place of the right one; none when that is to be given."""
    match fault:
        case Fault.UNAUTHORIZED:
            return Response(401, {"WWW-Authenticate": 'Digest realm="Goldentime camera", nonce="0"'})
        case Fault.REDIRECT_LOOP:
            return Response(302, {"Location": request.uri})
        case Fault.REDIRECT:
            return Response(302, {"Location": target or ""})
        case _:
            return None


def described(sdp: bytes, fault: Fault | None) -> bytes:
    """The description, of some megabytes if that is the fault."""
    line = b"a=x-nothing:" + b"0" * 1000 + b"\r\n"
    return sdp + line * (GIGANTIC_BYTES // len(line)) if fault is Fault.GIGANTIC_SDP else sdp


def shown(unit: Unit, fault: Fault | None, *, chance: Sequence[float]) -> Unit:
    """The NAL units of a picture that are sent, maybe none, maybe damaged; ``chance`` has one number 0..1 for each."""
    match fault:
        case Fault.STALL | Fault.SILENT:
            return ()
        case Fault.NO_KEY_FRAME:
            return () if any(h264.kind(nal) == h264.IDR for nal in unit) else unit
        case Fault.CORRUPT:
            return [_damaged(nal) if luck < CORRUPT_SHARE else nal for nal, luck in zip(unit, chance, strict=True)]
        case _:
            return unit


def _damaged(nal: memoryview | bytes) -> bytes:
    """Every seventh byte is turned over, but not those that tell what it is."""
    content = bytearray(nal)
    for index in range(4, len(content), 7):
        content[index] ^= 0xFF
    return bytes(content)


def clock_shift(elapsed_ticks: int, fault: Fault | None) -> int:
    """What is added to the true timestamp, in ticks of 90 kHz, so long after the fault began."""
    match fault:
        case Fault.CLOCK_FORWARD:
            return HOUR_TICKS
        case Fault.CLOCK_BACK:
            return -HOUR_TICKS
        case Fault.CLOCK_FROZEN:
            return -elapsed_ticks
        case Fault.CLOCK_FAST:
            return int(elapsed_ticks * (FAST - 1))
        case _:
            return 0
