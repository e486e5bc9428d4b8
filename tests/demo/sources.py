"""Pictures of every shape that a camera of the field may send, short, with the clock that machines read."""

import subprocess
from dataclasses import dataclass

import imageio_ffmpeg

from demo.pictures import wallclock


@dataclass(frozen=True)
class Source:
    """Two GOPs of it make the loop. The name of its file ends with the codec."""

    width: int
    height: int
    fps: int = 15
    gop: int = 10
    codec: str = "h264"
    b_frames: int = 0
    bit_rate: str = "1M"
    options: tuple[str, ...] = ()  # more of ffmpeg

    @property
    def frames(self):
        return 2 * self.gop


ROTATE = ("-bsf:v", "h264_metadata=display_orientation=insert:rotate=90")
SOURCES = {
    "five_fps": Source(640, 360, fps=5),
    "fifty_fps": Source(640, 360, fps=50, gop=25),
    "four_k": Source(3840, 2160, gop=5, bit_rate="40M"),
    "odd": Source(706, 398),
    "portrait": Source(1080, 1920),
    "rotated": Source(640, 360, options=ROTATE),  # it asks to be shown upright, 360x640
    "interlaced": Source(704, 576, fps=25, options=("-flags", "+ildct+ilme")),
    "high": Source(640, 360, b_frames=2, options=("-profile:v", "high", "-preset", "veryfast")),
    "scaling_lists": Source(640, 360, options=("-profile:v", "high", "-x264-params", "8x8dct=1:cqm=jvt")),
    "full_chroma": Source(354, 246, options=("-profile:v", "high444", "-pix_fmt", "yuv444p")),
    "long_gop": Source(320, 180, gop=150),
    "h265": Source(1280, 720, codec="h265"),
    "h265_odd": Source(706, 398, codec="h265"),
}


def make(name, folder):
    """The clip of that name in ``folder``."""
    source, clip = SOURCES[name], folder / f"{name}.{SOURCES[name].codec}"
    size = source.width, source.height
    picture = f"testsrc2=s={size[0]}x{size[1]}:r={source.fps},noise=c0s=6:c0f=t,{wallclock.drawbox_filters(*size)}"
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", picture]
    argv += [
        "-frames:v",
        str(source.frames),
        "-g",
        str(source.gop),
        "-bf",
        str(source.b_frames),
        "-preset",
        "ultrafast",
    ]
    argv += ["-pix_fmt", "yuv420p", "-b:v", source.bit_rate, "-maxrate", source.bit_rate, "-bufsize", source.bit_rate]
    if source.codec == "h265":
        argv += ["-c:v", "libx265", "-x265-params", "log-level=none:repeat-headers=1:scenecut=0", "-f", "hevc"]
    else:
        argv += ["-c:v", "libx264", "-sc_threshold", "0", "-f", "h264"]
    subprocess.run([*argv, *source.options, str(clip)], check=True)
    return clip
