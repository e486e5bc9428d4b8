"""Pure: the argument list of the one ffmpeg of a camera, and the script that tells it where the camera is.

The camera's address holds its password, so it is not on the argument list, which every user of the host can read. It
is an ffconcat script on a pipe. One decode, N encodes; never a sound track.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from urllib.parse import quote

import ffmpeg

from transcoder.ladder import OPENING_FILL, Ladder, Rung

PATH_SAFE = "/?&=:@!$*,;~+%-._"

# The script is read as a file; all else is RTSP over TCP.
PROTOCOLS = "file,rtsp,rtp,tcp,udp"

GLOBAL = (
    "-hide_banner",
    "-nostats",
    "-loglevel",
    "warning",
    "-dts_error_threshold",  # s; a jump of the host's own clock is dropped, not filled
    "10",
    "-filter_complex_threads",
    "1",
)
CRF = 28  # on a still scene this, and not the cap, is the bit rate

# A camera that was taken over sends what it likes: only two decoders are open to it, and no picture larger than 4K.
CODECS = "h264,hevc"
MOST_PIXELS = 9_000_000

INPUT_OPTIONS = {
    "rtsp_transport": "tcp",
    "timeout": 3_000_000,  # us; ffmpeg leaves a silent camera after about twice this
    "allowed_media_types": "video",  # the sound track is not even set up
    "probesize": 32,  # one packet is probed, and kept: the first IDR is not lost (`-fflags nobuffer` would lose it)
    "use_wallclock_as_timestamps": 1,  # a camera whose clock jumps by an hour must not make an hour of pictures
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a camera is. ``repr`` does not show the password."""

    host: str
    port: int
    path: str  # begins with a slash
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Source({self.host}:{self.port})"

    @property
    def url(self) -> str:
        """The RTSP address with the credentials in it, percent-encoded; for the script only."""
        who = "" if self.username is None else f"{quote(self.username, '')}:{quote(self.password or '', '')}@"
        host = f"[{quote(self.host, ':')}]" if ":" in self.host else quote(self.host, "")
        return f"rtsp://{who}{host}:{self.port}{quote(self.path, PATH_SAFE)}"


def script(source: Source) -> bytes:
    """The ffconcat script: one line each, and no byte of the address can end its line or its quotes."""
    options = "".join(f"option {name} {value}\n" for name, value in INPUT_OPTIONS.items())
    return f"ffconcat version 1.0\nfile '{source.url}'\n{options}".encode()


def argv(ffmpeg_path: str, ladder: Ladder, *, script_fd: int, rung_fds: Mapping[str, int]) -> list[str]:
    """The whole command.

    Args:
        ffmpeg_path: the program to run, FFmpeg 5.1 or later.
        ladder: 1 or more rungs.
        script_fd: read end of the pipe that holds ``script``. It is opened as ``/dev/fd/N``: with ``pipe:N`` ffmpeg
            would stop to listen for ``q`` on its standard input.
        rung_fds: write end of each rung's pipe, by name.
    """
    source = ffmpeg.input(
        f"/dev/fd/{script_fd}",
        f="concat",
        safe=0,
        protocol_whitelist=PROTOCOLS,
        codec_whitelist=CODECS,
        max_pixels=MOST_PIXELS,
        threads=1,
    )
    pictures = _scaled(_on_the_grid(source["v:0"], ladder.fps), ladder)
    outputs = [
        ffmpeg.output(pictures[rung], f"pipe:{rung_fds[rung.name]}", **_encoder(rung, ladder)) for rung in ladder.rungs
    ]
    compiled: list[str] = ffmpeg.merge_outputs(*outputs).compile(cmd=[ffmpeg_path, *GLOBAL])
    return compiled


def _on_the_grid(picture: Any, fps: int) -> Any:
    """The first picture of each 1/fps, sent on at once: the ``fps`` filter would hold it until the next one comes."""
    return picture.filter("settb", f"1/{fps}").filter("select", "isnan(prev_selected_pts)+gt(pts,prev_selected_pts)")


def _scaled(picture: Any, ladder: Ladder) -> dict[Rung, Any]:
    """Each rung's picture, made from the next taller one, so that the camera's size is scaled once."""
    *lower, top = ladder.rungs
    picture = (
        picture.filter("scale", top.width_px, top.height_px, force_original_aspect_ratio="decrease", out_range="tv")
        .filter("pad", top.width_px, top.height_px, -1, -1)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )
    pictures = {}
    for rung, below in zip(reversed(ladder.rungs), reversed(lower), strict=False):
        both = picture.filter_multi_output("split")
        pictures[rung] = both[0]
        picture = both[1].filter("scale", below.width_px, below.height_px).filter("setsar", 1)
    return pictures | {ladder.rungs[0]: picture}


def _encoder(rung: Rung, ladder: Ladder) -> dict[str, str | int | None]:
    """H.264 that is what the playlist says it is: profile, level, rate, and an IDR where a segment begins."""
    return {
        "an": None,
        "fps_mode": "cfr",  # fills the grid's holes by repeating a picture
        "r": ladder.fps,
        "c:v": "libx264",
        "preset": "veryfast",
        "tune": "zerolatency",
        "threads": 1,
        "profile:v": "main",
        "level:v": rung.level,
        "bf": 0,
        "crf": CRF,
        "maxrate": rung.rate_bps,
        "bufsize": rung.buffer_bits,
        "rc_init_occupancy": int(rung.buffer_bits * OPENING_FILL),
        "g": 10 * ladder.segment_frames,  # never reached: the next line decides
        "force_key_frames": f"expr:{_segment_begins(ladder)}",
        "forced-idr": 1,
        "sc_threshold": 0,
        "flush_packets": 1,
        "flvflags": "no_duration_filesize",
        "f": "flv",
    }


def _segment_begins(ladder: Ladder) -> str:
    """In ffmpeg's expression language, over ``n`` = frames sent so far: whether this frame begins a segment."""
    *begins, opening = accumulate(ladder.opening_frames, initial=0)
    early = "+".join(f"eq(n,{frame})" for frame in begins) or "0"
    return f"if(lt(n,{opening}),{early},not(mod(n-{opening},{ladder.segment_frames})))"
