"""What one of a camera's streams is made of, as the registry stores it. Pure."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One stream of a camera: main, sub. What is None is not known."""

    name: str  # [a-z0-9]{1,16}, unique in the camera
    path: str  # of the RTSP URL; begins with a slash
    codec: str | None = None  # h264 | h265
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    bitrate_bps: int | None = None  # its peak
    gop_frames: int | None = None  # from one key frame to the next
    b_frames: bool | None = None
    codecs: str | None = None  # RFC 6381, of its H.264: avc1.4D401E; needed only for copying it

    def stored(self) -> dict[str, Any]:
        """The item of ``cameras.profiles``."""
        return asdict(self)
