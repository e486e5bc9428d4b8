"""A short film cut into parts of four frames, as the origin would hold it: two renditions, H.264 at 15 fps, an IDR every 28 frames."""

import struct
import subprocess
from dataclasses import dataclass

import imageio_ffmpeg

FPS = 15
PART_FRAMES = 4
PART_S = PART_FRAMES / FPS
SEGMENT_PARTS = 7
LENGTH_S = 90
RUNGS = {"180p": (320, 180, 150), "360p": (640, 360, 400)}  # width, height, kbit/s


@dataclass(frozen=True)
class Rendition:
    """``parts[i]`` begins at ``i * PART_S`` of the film; those whose index is a multiple of SEGMENT_PARTS begin with an IDR."""

    init: bytes
    parts: list[bytes]


def make():
    """Encode the film; about two seconds of work."""
    return {rung: _cut(_encode(*size)) for rung, size in RUNGS.items()}


def still():
    """One JPEG of 320 by 180 that no part of the film looks like."""
    words = "-v error -f lavfi -i color=c=blue:size=320x180 -frames:v 1 -f mjpeg pipe:1"
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), *words.split()]
    return subprocess.run(argv, capture_output=True, check=True).stdout


def _encode(width, height, kbit_s):
    words = (
        f"-v error -f lavfi -i testsrc2=size={width}x{height}:rate={FPS} -t {LENGTH_S} -an -c:v libx264 -preset ultrafast "
        f"-profile:v main -level:v 3.0 -pix_fmt yuv420p -bf 0 -g {PART_FRAMES * SEGMENT_PARTS} "
        f"-keyint_min {PART_FRAMES * SEGMENT_PARTS} -sc_threshold 0 -b:v {kbit_s}k -maxrate {kbit_s}k -bufsize {kbit_s}k "
        "-x264-params cabac=1 -f mp4 -movflags +empty_moov+default_base_moof+frag_every_frame pipe:1"
    )
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), *words.split()]
    return subprocess.run(argv, capture_output=True, check=True).stdout


def _cut(film):
    init, frames, at = b"", [], 0
    while at < len(film):
        size, kind = struct.unpack_from(">I4s", film, at)
        box = film[at : at + size]
        if kind in {b"ftyp", b"moov"}:
            init += box
        elif kind == b"moof":
            frames.append(box)
        elif kind == b"mdat":
            frames[-1] += box
        at += size
    whole = len(frames) - len(frames) % PART_FRAMES
    return Rendition(init, [b"".join(frames[i : i + PART_FRAMES]) for i in range(0, whole, PART_FRAMES)])
