"""Small films as a camera sends them: made by a real ffmpeg, read as the packets that an ingest gives."""

import subprocess

import imageio_ffmpeg

from transcoder import flv
from transcoder.gop import Packet

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
BEGIN = 1000.0  # monotonic seconds: when the first packet came
CODERS = {
    "h264": ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-sc_threshold", "0"],
    "h265": ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:bframes=0"],
}


def film(picture, seconds, *, fps=15, gop=30, codec="h264"):
    """The packets of a lavfi ``picture`` (its size in it), each dated by its own time."""
    source = ["-f", "lavfi", "-i", picture if "fps=" in picture else f"{picture}:r={fps}", "-t", str(seconds)]
    coded = [*CODERS[codec], "-g", str(gop), "-pix_fmt", "yuv420p", "-f", "flv", "-flvflags", "no_duration_filesize"]
    made = subprocess.run([FFMPEG, "-v", "error", *source, *coded, "pipe:"], capture_output=True, check=True)
    return [Packet(BEGIN + tag.at_ms / 1000, tag) for tag in flv.Reader().feed(made.stdout)]


def grey(data, *options):
    """Each picture of a video or JPEG as rows of bytes, 0 black to 255 white."""
    probe = subprocess.run([FFMPEG, "-hide_banner", "-i", "pipe:"], input=data, capture_output=True, check=False)
    size = next(word for word in probe.stderr.decode().replace(",", " ").split() if is_size(word))
    width, height = map(int, size.split("x"))
    raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-fps_mode", "passthrough", "pipe:"]
    argv = [FFMPEG, "-v", "error", "-i", "pipe:", *options, *raw]
    pixels = subprocess.run(argv, input=data, capture_output=True, check=True).stdout
    assert len(pixels) % (width * height) == 0
    rows = [pixels[at : at + width] for at in range(0, len(pixels), width)]
    return [rows[at : at + height] for at in range(0, len(rows), height)]


def is_size(word):
    """Whether ffmpeg means the size of a picture: 640x360."""
    width, cross, height = word.partition("x")
    return bool(cross) and width.isdigit() and height.isdigit() and width != "0"
