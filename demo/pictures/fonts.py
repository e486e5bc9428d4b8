"""Where this machine keeps a font that has Korean letters."""

import subprocess
from pathlib import Path

KNOWN = (
    Path("/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf"),
    Path("/usr/share/fonts/truetype/nanum/NanumBarunGothicBold.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
)
SUFFIXES = (".ttf", ".otf", ".ttc")


class FontMissing(LookupError):
    """No font with Korean letters was found; the message says how to get one."""


def hangul() -> Path:
    """Font file with Korean letters: a known one, else the first that fontconfig knows for Korean.

    Raises:
        FontMissing: there is none.
    """
    known = next((path for path in KNOWN if path.is_file()), None)
    if known:
        return known
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=ko", "file"], capture_output=True, check=False, text=True, timeout=20
        )
    except OSError:
        listed = None
    lines = sorted(listed.stdout.splitlines()) if listed else []
    paths = [Path(line.rstrip(": ")) for line in lines]
    found = next((path for path in paths if path.suffix.lower() in SUFFIXES and path.is_file()), None)
    if found is None:
        raise FontMissing("no font with Korean letters is installed; apt-get install fonts-nanum")
    return found
