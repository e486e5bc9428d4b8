"""The file that tells the simulator which cameras it plays.

It holds camera passwords, so it must be readable by its owner only, and no message repeats a value from it.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from demo.cameras.behaviour import Behaviour

OTHERS = 0o077


class ConfigurationInvalid(ValueError):
    """The file cannot be used; the message begins with a stable code and names the field and the mend."""


class Onvif(BaseModel):
    """What a camera says of itself by ONVIF, true or not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    media2: bool = True  # else it has only the older Media service
    steers: bool = True
    stream_host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{0,64}$")] = ""  # empty: its own
    lat: float | None = None
    lon: float | None = None
    heading_deg: float = 0.0
    width_px: int = 1280
    height_px: int = 720
    bitrate_kbps: int = 2048
    gop_frames: int = 30


class CameraSetting(BaseModel):
    """One camera: where it is asked for, what it shows, who may see it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._-]+)+$", max_length=255)]
    clip: Path  # the loop, Annex B: H.264, or H.265 if its name ends with .h265
    fps: Annotated[float, Field(ge=1, le=60)]
    username: str = ""  # empty: open to everybody
    password: SecretStr = SecretStr("")
    onvif_profile: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""  # media profile token; empty: none
    presets: tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")], ...
    ] = ()  # where it can be sent, beside home
    onvif: Onvif = Onvif()
    behaviour: Behaviour | None = None  # none: the camera is well


class Configuration(BaseModel):
    """Where the simulator listens, and its cameras."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0  # 0: any free one, printed when ready
    onvif_port: Annotated[int, Field(ge=0, le=65535)] | None = None  # none: no ONVIF; 0: any free one
    onvif_clock_ahead_s: float = 0.0  # how wrong the clock is by which passwords are judged
    cameras: Annotated[tuple[CameraSetting, ...], Field(min_length=1)]

    @field_validator("cameras")
    @classmethod
    def _paths_differ(cls, cameras: tuple[CameraSetting, ...]) -> tuple[CameraSetting, ...]:
        paths = [camera.path for camera in cameras]
        if len(set(paths)) < len(paths):
            raise ValueError("two cameras have the same path")
        tokens = [camera.onvif_profile for camera in cameras if camera.onvif_profile]
        if len(set(tokens)) < len(tokens):
            raise ValueError("two cameras have the same onvif_profile")
        return cameras


def read(path: Path) -> Configuration:
    """Configuration in the JSON file at ``path``.

    Raises:
        ConfigurationInvalid: ``configuration_missing``, ``configuration_exposed`` (not only its owner may read it)
            or ``configuration_invalid``.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(f"configuration_missing: {path} cannot be read: {error.strerror}") from error
    if mode & OTHERS:
        raise ConfigurationInvalid(f"configuration_exposed: {path} holds passwords; chmod 600 {path}")
    try:
        return Configuration.model_validate_json(text)
    except ValidationError as error:
        problems = "; ".join(f"{_where(problem['loc'])}: {problem['msg']}" for problem in error.errors())
        raise ConfigurationInvalid(f"configuration_invalid: {path}: {problems}") from None


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location) or "file"
