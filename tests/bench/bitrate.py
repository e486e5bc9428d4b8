"""What a rung costs in bit/s: our capped quality beside the usual constant rate, with VMAF of both, on a static and a busy scene.

Both encode the same decoded camera picture, scaled to the rung once; both are compared with that scaled picture. The constant
rate has the rung's cap as its rate and a buffer of a second. Further encodes look for the constant rate that is as good as ours.

VMAF is that of the rung's own size, and counts the sensor's noise as picture: what an encoder smooths away is given up.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import film
from tests.bench.report import Figure
from transcoder import command, settings
from transcoder.ladder import DEFAULT, Rung

FOLDER = Path("var/bench/films")
ALMOST_EQUAL = 2.0  # points of VMAF; one in six viewers sees six
STATIC_SHARE = 1 / 3  # of the cap
OURS = ("c:v", "preset", "tune", "threads", "profile:v", "level:v", "bf", "sc_threshold")
CAPPED = ("crf", "maxrate", "bufsize", "rc_init_occupancy")


def our_options(rung: Rung) -> dict[str, str]:
    """What the transcoder gives its encoder for a rung, as the command line has it. The only thing here that knows how it is made."""
    work = command.Work(
        rungs=(rung,),
        ladder=DEFAULT,
        from_part=0,
        begins_at=0.0,
        starts_at=datetime.fromtimestamp(0, UTC),
        is_slow=False,
        masked=(),
        font="",
    )
    fds = {name: number for number, name in enumerate(work.outputs, start=3)}
    argv = command.encoder("ffmpeg", work, feed_fd=0, fds=fds)
    end = argv.index(f"pipe:{fds[rung.name]}")
    begin = max(number for number, word in enumerate(argv[:end]) if word == "-map")
    words = argv[begin + 2 : end]
    return {word.removeprefix("-"): words[number + 1] for number, word in enumerate(words[:-1]) if word.startswith("-")}


def measure(*, seconds: float = 20.0) -> Iterator[Figure]:
    """Each scene is ``seconds`` long."""
    ffmpeg = settings.Settings.model_construct(ffmpeg="").ffmpeg_path
    for scene in (film.STATIC, film.BUSY):
        source = film.made(scene, FOLDER, ffmpeg, seconds=seconds)
        for rung in reversed(DEFAULT.rungs):
            with tempfile.TemporaryDirectory(dir=FOLDER) as desk:
                yield from compare(Bench(ffmpeg, rung, Path(desk), seconds), scene, source)


def compare(bench: "Bench", scene: film.Film, source: Path) -> Iterator[Figure]:
    bench.scale(source)
    given = our_options(bench.rung)
    common = {name: given[name] for name in OURS}
    cap_bps = bench.rung.cap_bps
    ours_kbps, ours = bench.encode(common | {name: given[name] for name in CAPPED})
    constant_kbps, constant = bench.encode(common | at_rate(cap_bps))
    equal_kbps = equally_good(bench, common, ours, kbps=(ours_kbps / 2, cap_bps / 1000))
    what, is_static = f"{scene.name} {bench.rung.name}", scene is film.STATIC
    bound = round(cap_bps * STATIC_SHARE / 1000) if is_static else None
    yield Figure(f"{what}: capped quality", round(ours_kbps), "kbit/s", bound)
    yield Figure(f"{what}: … of the cap", round(ours_kbps * 1000 / cap_bps, 2), "of it")
    yield Figure(f"{what}: constant rate at the cap", round(constant_kbps), "kbit/s")
    yield Figure(f"{what}: VMAF, capped quality", round(ours, 1), "")
    yield Figure(f"{what}: VMAF, constant rate at the cap", round(constant, 1), "")
    yield Figure(f"{what}: … VMAF given up for it", round(constant - ours, 1), "", ALMOST_EQUAL if is_static else None)
    yield Figure(f"{what}: constant rate as good as capped quality", round(equal_kbps), "kbit/s")
    yield Figure(f"{what}: … capped quality, of that", round(ours_kbps / equal_kbps, 2), "of it")


def equally_good(bench: "Bench", common: Mapping[str, str], vmaf: float, *, kbps: tuple[float, float]) -> float:
    """The constant rate that has this VMAF, to 5 %, looked for between two rates; one of them if it is not between."""
    low, high = kbps
    took = high
    while high / low > 1.05:
        middle = (low * high) ** 0.5
        took, reached = bench.encode(common | at_rate(round(middle * 1000)))
        low, high = (middle, high) if reached < vmaf else (low, middle)
    return took


def at_rate(bps: int) -> dict[str, str]:
    return {"b:v": str(bps), "maxrate": str(bps), "bufsize": str(bps)}


class Bench:
    """A folder with one rung's reference picture; ffmpeg runs in it."""

    def __init__(self, ffmpeg: str, rung: Rung, desk: Path, seconds: float) -> None:
        self.rung = rung
        self._ffmpeg, self._desk, self._seconds = ffmpeg, desk, seconds

    def scale(self, source: Path) -> None:
        size = f"scale={self.rung.width_px}:{self.rung.height_px},setsar=1,format=yuv420p"
        self._run(
            "-r", str(DEFAULT.fps), "-i", str(source.resolve()), "-vf", size, "-f", "yuv4mpegpipe", "reference.y4m"
        )

    def encode(self, options: Mapping[str, str]) -> tuple[float, float]:
        """Mean kbit/s without a container, and mean VMAF against the scaled picture."""
        words = [word for name, value in options.items() for word in (f"-{name}", value)]
        segment = str(DEFAULT.fps * DEFAULT.target_duration_s)
        self._run("-i", "reference.y4m", *words, "-g", segment, "-keyint_min", segment, "-f", "h264", "coded.h264")
        vmaf = "libvmaf=log_fmt=json:log_path=vmaf.json:n_threads=2"
        inputs = ("-r", str(DEFAULT.fps), "-i", "coded.h264", "-r", str(DEFAULT.fps), "-i", "reference.y4m")
        self._run(*inputs, "-lavfi", vmaf, "-f", "null", "-")
        told = json.loads((self._desk / "vmaf.json").read_text())
        frames = len(told["frames"])
        assert frames == round(self._seconds * DEFAULT.fps), f"{frames} frames were compared"
        bits = (self._desk / "coded.h264").stat().st_size * 8
        return bits / self._seconds / 1000, told["pooled_metrics"]["vmaf"]["mean"]

    def _run(self, *words: str) -> None:
        subprocess.run([self._ffmpeg, "-nostdin", "-v", "error", "-y", *words], cwd=self._desk, check=True)
