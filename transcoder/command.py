"""Pure: the argument lists of a camera's two ffmpegs, and the script that tells the first where the camera is.

The first, the ingest, talks to the camera and decodes nothing. The second, the encoder, decodes once and encodes N
times, and has no network. Never a sound track.

The camera's address holds its password, so it is not on the argument list, which every user of the host can read. It
is an ffconcat script on a pipe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from typing import Any
from urllib.parse import quote

import ffmpeg

from transcoder.ladder import OPENING_FILL, Ladder, Rung
from transcoder.mask import Box

PATH_SAFE = "/?&=:@!$*,;~+%-._"

# The script is read as a file; all else is RTSP over TCP. An encoder reads its pipe by name, and no more.
PROTOCOLS = "file,rtsp,rtp,tcp,udp"

GLOBAL = (
    "-hide_banner",
    "-nostats",
    "-loglevel",
    "warning",
)
LEAD_MS = 60_000  # where an epoch begins in what an encoder is fed: what came before it has a time too
STILL, FROZEN = "still", "frozen"  # outputs of an encoder beside its rungs
STILL_WIDTH_PX = 480
STILL_QUALITY = 9  # about 10 kB a picture: 64 kbit/s carry one in less than 2 s
SAME = 0.0005  # mean difference of two pictures, of 1, up to which nothing has changed
FROZEN_S = 2
CRF = 28  # on a still scene this, and not the cap, is the bit rate

FLV: dict[str, str | int | None] = {"flush_packets": 1, "flvflags": "no_duration_filesize", "f": "flv"}
KST_S = 9 * 3600
CAPTION = {
    "x": "w-tw-8",
    "y": "h-th-8",
    "fontsize": 18,
    "fontcolor": "white",
    "box": 1,
    "boxcolor": "black@0.6",
    "boxborderw": 4,
}

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

    def at(self, path: str) -> "Source":
        """Another stream of the same camera."""
        return replace(self, path=path)

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


def ingest(ffmpeg_path: str, *, script_fd: int, output_fd: int) -> list[str]:
    """The command that has the camera's stream as it is, as FLV.

    Args:
        ffmpeg_path: the program to run, FFmpeg 5.1 or later; for H.265 6.1.
        script_fd: read end of the pipe that holds ``script``. It is opened as ``/dev/fd/N``: with ``pipe:N`` ffmpeg
            would stop to listen for ``q`` on its standard input.
        output_fd: write end of a pipe.
    """
    source = ffmpeg.input(
        f"/dev/fd/{script_fd}",
        f="concat",
        safe=0,
        protocol_whitelist=PROTOCOLS,
        format_whitelist="concat,rtsp",
        codec_whitelist=CODECS,
        max_pixels=MOST_PIXELS,
        threads=1,
    )
    copied = ffmpeg.output(source["v:0"], f"pipe:{output_fd}", an=None, **{"c:v": "copy"}, **FLV)
    compiled: list[str] = copied.compile(cmd=[ffmpeg_path, *GLOBAL])
    return compiled


@dataclass(frozen=True, slots=True)
class Work:
    """What an encoder is to make of a camera.

    ``rungs`` may be empty: then it is fed key frames only, for stills.
    """

    rungs: tuple[Rung, ...]  # lowest first
    ladder: Ladder
    from_part: int  # of the epoch: pictures before it are decoded only
    begins_at: float  # the epoch, in monotonic seconds
    starts_at: datetime  # the epoch
    is_slow: bool  # one frame a part
    masked: Sequence[Box]
    font: str  # path; for the time in stills
    cpu_cores: float = 1.0  # what it may need

    @property
    def part_frames(self) -> int:
        """Frames in a part."""
        return 1 if self.is_slow else self.ladder.part_frames

    @property
    def fps(self) -> int:
        """Frames in a second."""
        return self.ladder.fps * self.part_frames // self.ladder.part_frames

    @property
    def lead_frames(self) -> int:
        """Frames before the epoch."""
        return LEAD_MS * self.fps // 1000

    @property
    def outputs(self) -> list[str]:
        """Names of the pipes it writes to."""
        return [*(rung.name for rung in self.rungs), STILL, *([FROZEN] if self.rungs else [])]


def encoder(ffmpeg_path: str, work: Work, *, feed_fd: int, fds: Mapping[str, int]) -> list[str]:
    """The command that makes rungs and stills of the FLV it is fed.

    Args:
        ffmpeg_path: the program to run, FFmpeg 5.1 or later.
        work: what to make.
        feed_fd: read end of the pipe with the camera's stream, its times as ``LEAD_MS`` says.
        fds: write ends of the pipes, by name of ``work.outputs``.
    """
    source = ffmpeg.input(
        f"/dev/fd/{feed_fd}",
        f="flv",
        protocol_whitelist="file",
        codec_whitelist=CODECS,
        max_pixels=MOST_PIXELS,
        probesize=32,
        fpsprobesize=0,
        threads=1,
    )
    top = work.rungs[-1] if work.rungs else work.ladder.rungs[1 % len(work.ladder.rungs)]
    picture = _masked(_on_the_grid(source["v:0"], work), work.masked)
    if not work.rungs:
        outputs = [_still(picture, work, fds[STILL])]
    else:
        both = _fitted(picture, top).filter_multi_output("split")
        pictures = _scaled(both[0], work.rungs)
        lowest = pictures[work.rungs[0]]
        pictures[work.rungs[0]] = _watched(lowest, fds[FROZEN])
        outputs = [
            *(ffmpeg.output(pictures[r], f"pipe:{fds[r.name]}", **_encoding(r, work)) for r in work.rungs),
            _still(both[1], work, fds[STILL]),
        ]
    options = (*GLOBAL, "-copyts", "-filter_complex_threads", "1")
    compiled: list[str] = ffmpeg.merge_outputs(*outputs).compile(cmd=[ffmpeg_path, *options])
    return compiled


def _on_the_grid(picture: Any, work: Work) -> Any:
    """The first picture of each 1/fps, sent on at once: the ``fps`` filter would hold it until the next one comes."""
    if not work.rungs:
        return picture
    begins = work.lead_frames + work.from_part * work.part_frames
    first = f"gte(pts,{begins})*(isnan(prev_selected_pts)+gt(pts,prev_selected_pts))"
    on_the_grid = picture.filter("settb", f"1/{work.fps}").filter("select", first)
    return on_the_grid.filter("setpts", f"if(N,PTS,{begins})")  # where the first one is, segments are counted from


def _masked(picture: Any, boxes: Sequence[Box]) -> Any:
    """Burned in before anything is made of the picture.

    ``drawbox`` cuts all four to whole pixels: one more each way, or lines stay open between two boxes.
    """
    for box in boxes:
        size = {"w": f"ceil(iw*{box.width})+1", "h": f"ceil(ih*{box.height})+1"}
        place = {"x": f"iw*{box.left}", "y": f"ih*{box.top}", **size}
        picture = picture.filter("drawbox", **place, color="black", t="fill")
    return picture


def _fitted(picture: Any, rung: Rung) -> Any:
    """The camera's picture in the frame of a rung, whole."""
    return (
        picture.filter("scale", rung.width_px, rung.height_px, force_original_aspect_ratio="decrease", out_range="tv")
        .filter("pad", rung.width_px, rung.height_px, -1, -1)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )


def _scaled(picture: Any, rungs: tuple[Rung, ...]) -> dict[Rung, Any]:
    """Each rung's picture, made from the next taller one, so that the camera's size is scaled once."""
    *lower, _ = rungs
    pictures = {}
    for rung, below in zip(reversed(rungs), reversed(lower), strict=False):
        both = picture.filter_multi_output("split")
        pictures[rung] = both[0]
        picture = both[1].filter("scale", below.width_px, below.height_px).filter("setsar", 1)
    return pictures | {rungs[0]: picture}


def _watched(picture: Any, fd: int) -> Any:
    """The picture, whose standing still is written to a pipe."""
    return picture.filter("freezedetect", n=SAME, d=FROZEN_S).filter(
        "metadata", mode="print", file=f"pipe:{fd}", direct=1
    )


def _still(picture: Any, work: Work, fd: int) -> Any:
    """A JPEG for each second there is a picture of, with the time it was taken at."""
    begins = f"{work.starts_at.timestamp() - LEAD_MS / 1000 + KST_S:.3f}"
    drawn = (
        picture.filter("select", "isnan(prev_selected_t)+gte(floor(t),floor(prev_selected_t)+1)")
        .filter("scale", STILL_WIDTH_PX, -2, out_range="pc")
        .filter("drawtext", fontfile=work.font, text=f"%{{pts:gmtime:{begins}:%F %T}} KST", **CAPTION)
        .filter("format", "yuvj420p")
    )
    coded = {"c:v": "mjpeg", "q:v": STILL_QUALITY, "threads": 1, "fps_mode": "passthrough", "flush_packets": 1}
    return ffmpeg.output(drawn, f"pipe:{fd}", an=None, f="smjpeg", **coded)


def _encoding(rung: Rung, work: Work) -> dict[str, str | int | None]:
    """H.264 that is what the playlist says it is: profile, level, rate, and an IDR where a segment begins."""
    return {
        "an": None,
        "r": work.fps,  # the grid's holes are filled by repeating a picture, but for those before the first
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
        "g": 10 * work.ladder.segment_parts * work.part_frames,  # never reached: the next line decides
        "force_key_frames": f"expr:{_segment_begins(work)}",
        "forced-idr": 1,
        "sc_threshold": 0,
        **FLV,
    }


def _segment_begins(work: Work) -> str:
    """In ffmpeg's expression language, over ``n`` = frames sent so far: whether this frame begins a segment."""
    size = work.part_frames
    frame = f"(n+{work.from_part * size})"
    *begins, opening = accumulate(work.ladder.opening_parts, initial=0)
    early = "+".join(f"eq({frame},{part * size})" for part in begins) or "0"
    later = f"not(mod({frame}-{opening * size},{work.ladder.segment_parts * size}))"
    return f"if(lt({frame},{opening * size}),{early},{later})"
