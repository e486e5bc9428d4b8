"""The sub streams of the simulated cameras: their clips once more, small, as a camera offers them beside the large one.

A sub clip is H.264 main, 640x360, as many frames a second as its main clip, a GOP of 2 s, no B-frames, at most
400 kbit/s. Frame n shows what frame n of the main clip shows, so that both are the same moment on the wall clock.

Invariants: as for the main clips: a file of the final name is whole, and its name holds a hash of what made it.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from demo.cameras import h264
from demo.pictures import clips

WIDTH, HEIGHT = 640, 360
ENCODE = (
    *("-vf", f"scale={WIDTH}:{HEIGHT}:flags=area,format=yuv420p"),
    *("-c:v", "libx264", "-preset", "superfast", "-profile:v", "main"),
    *("-g", str(2 * clips.FPS), "-keyint_min", str(2 * clips.FPS), "-sc_threshold", "0", "-bf", "0"),
    *("-crf", "27", "-maxrate", "320k", "-bufsize", "160k", "-x264-params", "sliced-threads=0"),
    *("-an", "-f", "h264"),
)

Progress = Callable[[int, int, str], None]


def make(mains: Mapping[str, Path], folder: Path, *, progress: Progress, ffmpeg: Path | None = None) -> dict[str, Path]:
    """Files of the sub clips by the ids of ``mains``, making those that are not there yet: eight in 14 s on two cores.

    Args:
        mains: what ``clips.make`` gave.
        folder: where the files are kept, about 2 MB each; it must be there.
        progress: called with how many are ready, of how many, and the id.
        ffmpeg: the binary; by default the one imageio-ffmpeg brings.

    Raises:
        ClipsNotMade: ``ffmpeg_missing`` or ``encoder_failed``.
    """
    binary = ffmpeg or clips.installed_ffmpeg()
    files: dict[str, Path] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for an ffmpeg that keeps about one core busy
        made = pool.map(lambda id_: _file(id_, mains[id_], folder, binary), mains)
        for ready, (id_, file) in enumerate(zip(mains, made, strict=True), start=1):
            files[id_] = file
            progress(ready, len(mains), id_)
    return files


def _file(id_: str, main: Path, folder: Path, ffmpeg: Path) -> Path:
    made_by = hashlib.sha256(json.dumps([main.name, ENCODE]).encode()).hexdigest()[:16]
    final = folder / f"{id_}.sub-{made_by}.h264"
    if final.exists():
        return final
    with tempfile.TemporaryDirectory(prefix=clips.DESK, dir=folder) as desk:
        made = Path(desk) / "clip"
        source = ("-r", str(clips.FPS), "-i", str(main.resolve()))
        said = clips.run([str(ffmpeg), "-nostdin", "-v", "error", "-y", *source, *ENCODE, made.name], made.parent, None)
        if _frames(made) != clips.FRAMES:
            raise clips.ClipsNotMade(f"encoder_failed: {final.name}: not {clips.FRAMES} frames; ffmpeg said: {said}")
        made.rename(final)
    for old in folder.glob(f"{id_}.sub-{'[0-9a-f]' * 16}.h264"):
        if old != final:
            old.unlink()
    return final


def _frames(clip: Path) -> int:
    try:
        return len(h264.load(clip).units)
    except h264.ClipUnusable:
        return 0
