"""The picture of a number plate as a reader at the road cuts it out: at an angle, at night, a little out of focus."""

import tempfile
from pathlib import Path

from demo.pictures import clips, fonts

WIDTH, HEIGHT = 400, 150
PLATE = "drawbox=x=34:y=38:w=332:h=74:c=0xe9ebe6:t=fill,drawbox=x=34:y=38:w=332:h=74:c=0x30363c:t=3"
LETTERS = "drawtext=fontfile=font:textfile=plate:expansion=none:fontsize=54:fontcolor=0x15181b:x=(w-tw)/2:y=(150-th)/2"
LENS = "rotate=-0.035:c=0x23282d,gblur=sigma=1.1,noise=alls=9:all_seed=7,eq=brightness=-0.05,format=yuvj420p"
SOURCE = ("-f", "lavfi", "-i", f"color=c=0x23282d:s={WIDTH}x{HEIGHT}:d=1:r=1")
ENCODE = ("-frames:v", "1", "-q:v", "6", "-f", "mjpeg")


def drawn(text: str, *, ffmpeg: Path | None = None) -> bytes:
    """A JPEG of the plate, some 8 kB.

    Raises:
        FontMissing: no font with Korean letters is installed.
        ClipsNotMade: ``ffmpeg_missing`` or ``encoder_failed``.
    """
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        (desk / "font").symlink_to(fonts.hangul())
        (desk / "plate").write_text(text, encoding="utf-8")
        argv = [str(ffmpeg or clips.installed_ffmpeg()), "-nostdin", "-v", "error", "-y", *SOURCE]
        said = clips.run([*argv, "-vf", f"{PLATE},{LETTERS},{LENS}", *ENCODE, "picture"], desk, None)
        made = desk / "picture"
        if not made.exists():
            raise clips.ClipsNotMade(f"encoder_failed: the picture of a plate; ffmpeg said: {said}")
        return made.read_bytes()
