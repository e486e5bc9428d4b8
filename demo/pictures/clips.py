"""The pictures of the simulated cameras: a clip of one minute each, made once by ffmpeg and kept.

A clip is H.264 main, 1280x720, 15 fps, a GOP of 2 s, no B-frames, 900 frames: on the wall clock its first frame is the
full minute. Burned in: the camera's name, the second of the minute, and the clock that machines read (``wallclock``).

Invariants: a file of the final name is whole; its name holds a hash of all that made it, so a second start does
nothing, and of two starts at once each clip is made by one. No text or path is put into a filter string: ffmpeg works
in a folder where they have fixed names.
"""

import contextlib
import fcntl
import hashlib
import inspect
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from demo.cameras import h264
from demo.pictures import canvas, fonts, perspective, street, traffic, wallclock

WIDTH, HEIGHT, FPS, SECONDS = 1280, 720, 15, 60
FRAMES = FPS * SECONDS
DESK = ".making-"  # prefix of the folder in which one clip is made
ABANDONED_S = 3600.0
CLIP_MAX_BYTES = 16 * 1024 * 1024
SOURCES = frozenset({".mp4", ".mkv", ".mov", ".avi", ".webm", ".ts", ".m4v"})
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

ENCODE = (
    *("-c:v", "libx264", "-preset", "superfast", "-profile:v", "main", "-pix_fmt", "yuv420p"),
    *("-g", str(2 * FPS), "-keyint_min", str(2 * FPS), "-sc_threshold", "0", "-bf", "0"),
    *("-crf", "27", "-maxrate", "1500k", "-bufsize", "1500k", "-x264-params", "sliced-threads=0"),
    *("-frames:v", str(FRAMES), "-an", "-f", "h264"),
)
RAW = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{canvas.WIDTH}x{canvas.HEIGHT}", "-r", str(FPS), "-i", "pipe:0")
GRAIN = "noise=c0s=4"  # the same in every frame, as a coarse wall is
SECOND_OF_THE_MINUTE = f":%{{eif:trunc(n/{FPS}):d:2}}.%{{eif:mod(trunc(n*10/{FPS}),10):d}}"
WRITING = "fontfile=font:fontsize=34:fontcolor=white:borderw=3:bordercolor=black@0.7:y=22"
LABELS = f"drawtext=textfile=name:expansion=none:{WRITING}:x=26,drawtext=textfile=clock:{WRITING}:x=w-124"


class ClipsNotMade(RuntimeError):
    """The pictures could not be made; the message begins with a stable code and ends with the mend."""


@dataclass(frozen=True)
class Clip:
    """The picture of one camera. The seed chooses street and hour, or the recording."""

    id: str  # matches ID; becomes part of the file name
    name: str  # shown in the picture
    seed: int


Progress = Callable[[int, int, Clip], None]


def make(
    clips: Sequence[Clip],
    folder: Path,
    *,
    progress: Progress,
    ffmpeg: Path | None = None,
    source_clips: Path | None = None,
) -> dict[str, Path]:
    """Files of the clips by id, making those that are not there yet.

    Args:
        clips: wanted; ids differ.
        folder: where the files are kept, about 9 MB each; made when missing.
        progress: called with how many are ready, of how many, and the clip just made or found.
        ffmpeg: the binary; by default the one imageio-ffmpeg brings.
        source_clips: folder of recordings to show instead of drawn streets.

    Raises:
        ClipsNotMade: ``clip_id_invalid``, ``ffmpeg_missing``, ``font_missing``, ``source_empty``, ``disk_full`` or
            ``encoder_failed``.
    """
    for clip in clips:
        if not ID.fullmatch(clip.id):
            raise ClipsNotMade(f"clip_id_invalid: {clip.id!r} cannot be part of a file name; use letters and digits")
    recordings = _recordings(source_clips) if source_clips else []
    maker = _Maker(ffmpeg or installed_ffmpeg(), _font(), folder)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    files: dict[str, Path] = {}
    for ready, clip in enumerate(clips, start=1):
        recording = recordings[clip.seed % len(recordings)] if recordings else None
        files[clip.id] = maker.file(clip, recording)
        progress(ready, len(clips), clip)
    return files


def installed_ffmpeg() -> Path:
    """The binary that imageio-ffmpeg brings."""
    return Path(imageio_ffmpeg.get_ffmpeg_exe())


def drawn(seed: int) -> Iterator[bytearray]:
    """The frames of a street, FRAMES of them, each one I420 frame of the canvas."""
    scene = street.layout(seed)
    background, moving = street.background(scene), traffic.movers(scene)
    for number in range(FRAMES):
        yield traffic.paint(background, scene, moving, number / FPS).data


@dataclass(frozen=True)
class _Maker:
    ffmpeg: Path
    font: Path
    folder: Path

    def file(self, clip: Clip, recording: Path | None) -> Path:
        """The whole clip under its final name."""
        final = self.folder / f"{clip.id}-{self._fingerprint(clip, recording)}.h264"
        with _alone_in(self.folder):
            if not final.exists():
                self._make(clip, recording, final)
        return final

    def _make(self, clip: Clip, recording: Path | None, final: Path) -> None:
        if shutil.disk_usage(self.folder).free < CLIP_MAX_BYTES:
            raise ClipsNotMade(
                f"disk_full: {self.folder} has less than {CLIP_MAX_BYTES >> 20} MB left; free some space"
            )
        with tempfile.TemporaryDirectory(prefix=DESK, dir=self.folder) as desk:
            self._encode(clip, recording, Path(desk))
            (Path(desk) / "clip").rename(final)
        for old in self.folder.glob(f"{clip.id}-{'[0-9a-f]' * 16}.h264"):
            if old != final:
                old.unlink()

    def _fingerprint(self, clip: Clip, recording: Path | None) -> str:
        """Sixteen hexadecimal digits that change with anything that changes the picture."""
        seen = [
            clip.name,
            clip.seed,
            _filters(clip, drawn=recording is None),
            ENCODE,
            SECOND_OF_THE_MINUTE,
            self.font.name,
        ]
        if recording:
            about = recording.stat()
            seen += [str(recording), about.st_size, about.st_mtime_ns]
        else:
            seen += [inspect.getsource(part) for part in (canvas, perspective, street, traffic)]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]

    def _encode(self, clip: Clip, recording: Path | None, desk: Path) -> None:
        (desk / "font").symlink_to(self.font)
        (desk / "name").write_text(clip.name, encoding="utf-8")
        (desk / "clock").write_text(SECOND_OF_THE_MINUTE, encoding="utf-8")
        if recording:
            (desk / "recording").symlink_to(recording.resolve())
        source = ("-stream_loop", "-1", "-i", "recording") if recording else RAW
        argv = [str(self.ffmpeg), "-nostdin", "-v", "error", "-y", *source]
        argv += ["-vf", _filters(clip, drawn=recording is None), *ENCODE, "clip"]
        said = run(argv, desk, None if recording else drawn(clip.seed))
        try:
            frames = len(h264.load(desk / "clip").units)
        except h264.ClipUnusable:
            frames = 0
        if frames != FRAMES:
            raise ClipsNotMade(
                f"encoder_failed: {clip.name}: {frames} of {FRAMES} frames came out; ffmpeg said: {said}"
            )


def _filters(clip: Clip, *, drawn: bool) -> str:
    size = f"{WIDTH}:{HEIGHT}"
    if drawn:
        picture = [f"scale={size}:flags=bicubic", GRAIN]
    else:
        begin = clip.seed * 7 % 30  # s; cameras that share a recording differ
        picture = [f"trim=start={begin},setpts=PTS-STARTPTS,fps={FPS}"]
        picture += [f"scale={size}:force_original_aspect_ratio=increase,crop={size},setsar=1"]
    return ",".join([*picture, LABELS, wallclock.drawbox_filters(WIDTH, HEIGHT), "format=yuv420p"])


def run(argv: list[str], desk: Path, frames: Iterable[bytearray] | None) -> str:
    """Run ffmpeg in ``desk``, feeding it frames if it wants any; its last words. It never outlives this call."""
    stdin = subprocess.DEVNULL if frames is None else subprocess.PIPE
    with (desk / "said").open("w+b") as said:
        try:
            process = subprocess.Popen(argv, cwd=desk, stdin=stdin, stdout=subprocess.DEVNULL, stderr=said)
        except OSError as error:
            raise ClipsNotMade(f"ffmpeg_missing: {argv[0]} cannot be run: {error.strerror}") from error
        try:
            if process.stdin:
                with (
                    contextlib.suppress(BrokenPipeError),
                    process.stdin as pipe,
                ):  # it gave up; what it said is the reason
                    pipe.writelines(frames or ())
            process.wait()
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        return said.read()[-400:].decode(errors="replace").strip() or "nothing"


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Until the end of the block, or of the process, another one waits here."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _sweep(folder: Path) -> None:
    """Remove what a killed run left behind; another run may be at work on younger ones."""
    for desk in folder.glob(f"{DESK}*"):
        if desk.stat().st_mtime < time.time() - ABANDONED_S:
            shutil.rmtree(desk, ignore_errors=True)


def _recordings(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in SOURCES)
    if not found:
        raise ClipsNotMade(f"source_empty: {folder} holds no {' '.join(sorted(SOURCES))}; unset GOLDENTIME_CLIPS")
    return found


def _font() -> Path:
    try:
        return fonts.hangul()
    except fonts.FontMissing as error:
        raise ClipsNotMade(f"font_missing: {error}") from error
