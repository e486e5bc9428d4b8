"""What one camera costs in CPU and memory: its ladder through our transcoder, beside ffmpegs that do the same encodes and nothing else.

*Bare* is one ffmpeg that pulls the camera, decodes once and makes the same three rungs with the same options, to nowhere. *One per
rung* is what most setups run: an ffmpeg for each rung, each of which pulls and decodes. Ours runs at the same time as each of them, on
the same pictures, so that all see the same machine; what ours does besides (stills, looking whether the picture stands still, the
packaging) is on its bill.

The rest is counted above the same transcoder with nothing to do: a camera kept warm, one of which only stills are looked at, and a
rung that is the camera's own stream.
"""

import contextlib
import hashlib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from demo.pictures import numbers
from tests.bench import host
from tests.bench.altered import altered
from tests.bench.bitrate import our_options
from tests.bench.host import FPS, Meter, Setting
from tests.bench.report import Figure
from tests.transcoder.running import Transcoder
from tests.transcoder.waiting import until
from transcoder import settings
from transcoder.ladder import DEFAULT, Rung

FOLDER = Path("var/bench/films")
SETTLE_S = 2.0  # after the first pictures: starting is not what is measured
MANY = 4  # cameras, where one costs too little to be seen
STILLS_WITHIN_S = 30.0
LADDER, COPIED = "ladder", "copied"
OPEN = "open"  # the same film without a password, for those ffmpegs that have their address on the command line
COPIABLE = (
    *("-vf", "scale=960:540", "-c:v", "libx264", "-preset", "superfast", "-profile:v", "main", "-pix_fmt", "yuv420p"),
    *("-g", str(2 * FPS), "-keyint_min", str(2 * FPS), "-sc_threshold", "0", "-bf", "0"),
    *("-b:v", "500k", "-maxrate", "500k", "-bufsize", "250k", "-an", "-f", "h264"),
)


def measure(*, seconds: float = 20.0) -> Iterator[Figure]:
    """Each of eight looks takes ``seconds``."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir="var/bench") as name:
        desk, film = Path(name), host.films()[0]
        copied = Setting(copiable(film), asdict(numbers.of(copiable(film), fps=FPS)))
        few = {f"few-{number}": Setting(film) for number in range(MANY)}
        cameras = {LADDER: Setting(film), COPIED: copied, **few}
        with host.simulated(desk / "cameras", cameras) as port, open_camera(desk / "open", film) as url:
            with host.transcoding(host.folder(desk, "three"), module=altered("unspared")) as transcoder:
                host.register(transcoder, cameras, port)
                yield from ladder(transcoder, url, seconds)
                yield from little(transcoder, list(few), seconds)
                with_copy = copying(transcoder, seconds)
            with host.transcoding(host.folder(desk, "two"), module=altered("unspared", "two_rungs")) as transcoder:
                host.register(transcoder, {COPIED: Setting(copied.clip)}, port)
                without = copying(transcoder, seconds)
            yield Figure("a copied rung: what it adds", round(with_copy - without, 4), "cores", 0.02)


def copiable(film: Path) -> Path:
    """The film as a camera sends it that fits our tallest rung, made once."""
    told = hashlib.sha256(repr([film.name, COPIABLE]).encode()).hexdigest()[:16]
    final = FOLDER / f"copiable-{told}.h264"
    if not final.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        begun = final.with_suffix(".part")
        argv = [ffmpeg(), "-nostdin", "-v", "error", "-y", "-r", str(FPS), "-i", str(film), *COPIABLE, str(begun)]
        subprocess.run(argv, check=True)
        begun.rename(final)
    return final


def ffmpeg() -> str:
    return settings.Settings.model_construct(ffmpeg="").ffmpeg_path


@contextlib.contextmanager
def open_camera(desk: Path, film: Path) -> Iterator[str]:
    """Its address: one that anybody may pull."""
    with host.simulated(desk, {OPEN: Setting(film)}, username="", password="") as port:
        yield f"rtsp://127.0.0.1:{port}/{OPEN}"


def ladder(transcoder: Transcoder, url: str, seconds: float) -> Iterator[Figure]:
    """All rungs of one camera, beside others that make them."""
    idle = measured(transcoder, seconds).python
    empty_mb = host.pss_mb(transcoder.process.pid)
    transcoder.want(LADDER, seconds=600)
    host.ask(transcoder, LADDER)
    transcoder.encoding(rungs=len(DEFAULT.rungs))
    bare, bare_ours = beside(transcoder, [bare_argv(url, DEFAULT.rungs)], seconds)
    host.ask(transcoder, LADDER)
    each, each_ours = beside(transcoder, [bare_argv(url, (rung,)) for rung in DEFAULT.rungs], seconds)
    yield Figure("ladder: ours", round(bare_ours.all, 3), "cores")
    yield Figure("ladder: … of that our Python", round(bare_ours.python, 4), "cores")
    yield Figure("ladder: … of that Python with no camera at all", round(idle, 4), "cores")
    yield Figure("ladder: one bare ffmpeg, the same encodes", round(bare, 3), "cores")
    yield Figure("ladder: ours, of one bare ffmpeg", round(bare_ours.all / bare, 3), "of it", 1.05)
    yield Figure("ladder: an ffmpeg per rung, the same encodes", round(each, 3), "cores")
    yield Figure("ladder: ours, of an ffmpeg per rung", round(each_ours.all / each, 3), "of it")
    pids = transcoder.children()
    grown_mb = host.pss_mb(transcoder.process.pid) - empty_mb
    yield Figure("memory: of one live camera", round(sum(map(host.pss_mb, pids)) + grown_mb), "MB", 120)
    yield Figure("memory: … its ffmpegs, shared pages counted whole", round(sum(map(host.rss_mb, pids))), "MB")
    yield Figure("memory: … our Python in all", round(host.rss_mb(transcoder.process.pid)), "MB")
    leave(transcoder, LADDER)


def little(transcoder: Transcoder, ids: Sequence[str], seconds: float) -> Iterator[Figure]:
    """Cameras that nobody watches, above a transcoder with none."""
    idle = measured(transcoder, seconds).all
    host.keep_warm(transcoder, ids, warm=True)
    until(lambda: len(transcoder.children()) == len(ids))
    warm = measured(transcoder, seconds)
    yield Figure("kept warm: each camera", round((warm.all - idle) / len(ids), 4), "cores", 0.01)
    yield Figure("kept warm: … of that ffmpeg", round(warm.ffmpegs / len(ids), 4), "cores")
    for id_ in ids:
        transcoder.want(id_, seconds=600)
        transcoder.get(f"/live/{id_}/still.jpg")

    def only_stills() -> bool:
        for id_ in ids:
            transcoder.get(f"/live/{id_}/still.jpg")
        begun = {line["camera"] for line in transcoder.events("encoder_started") if not line["rungs"]}
        return begun >= set(ids) and len(transcoder.children()) == 2 * len(ids)

    until(only_stills, within_s=STILLS_WITHIN_S)
    stills = measured(transcoder, seconds)
    yield Figure("stills only: each camera", round((stills.all - idle) / len(ids), 4), "cores", 0.02)
    yield Figure("stills only: … of that ffmpegs", round(stills.ffmpegs / len(ids), 4), "cores")
    host.keep_warm(transcoder, ids, warm=False)
    leave(transcoder, *ids)


def copying(transcoder: Transcoder, seconds: float) -> float:
    """Cores of our Python and of the ingest, for the camera that can be copied. What encodes does the same with and without a copy."""
    idle = measured(transcoder, seconds).python
    transcoder.want(COPIED, seconds=600)
    multivariant = transcoder.get(f"/live/{COPIED}/index.m3u8")[1]
    host.ask(transcoder, COPIED, tuple(name for name in host.RUNGS if name in multivariant))
    transcoder.encoding(rungs=2)
    seen = measured(transcoder, seconds, {"ingest": [transcoder.newest("ingest")]})
    told = transcoder.events("encoder_started")[-1]
    if "540p" in multivariant and told["copied"] != "540p":
        raise RuntimeError(f"the camera is not copied: {told}, {transcoder.log.read_text()[-2000:]}")
    leave(transcoder, COPIED)
    return seen.python - idle + seen.others["ingest"]


def measured(transcoder: Transcoder, seconds: float, others=None) -> host.Spent:
    """What is used from now on, once things have settled."""
    time.sleep(SETTLE_S)
    with Meter(transcoder, others) as meter:
        time.sleep(seconds)
    return meter.spent


def beside(transcoder: Transcoder, commands: Sequence[Sequence[str]], seconds: float) -> tuple[float, host.Spent]:
    """Cores of these commands, and of ours at the same time."""
    with contextlib.ExitStack() as running:
        pids = []
        for argv in commands:
            process = running.enter_context(subprocess.Popen(argv, stdin=subprocess.DEVNULL))
            running.callback(process.terminate)
            pids.append(process.pid)
        spent = measured(transcoder, seconds, {"theirs": pids})
    return spent.others["theirs"], spent


def bare_argv(url: str, rungs: Sequence[Rung]) -> list[str]:
    """An ffmpeg that makes these rungs of a camera as we do, the camera's size scaled once, and keeps nothing."""
    tallest_first = sorted(rungs, key=lambda rung: -rung.height_px)
    graph, source = [], "0:v"
    for number, rung in enumerate(tallest_first):
        scaled = f"[{source}]scale={rung.width_px}:{rung.height_px},setsar=1,format=yuv420p"
        if number + 1 < len(tallest_first):
            graph.append(f"{scaled},split[{rung.name}][below{number}]")
            source = f"below{number}"
        else:
            graph.append(f"{scaled}[{rung.name}]")
    outputs = []
    for rung in tallest_first:
        words = [word for name, value in our_options(rung).items() if name != "an" for word in (f"-{name}", value)]
        outputs += ["-map", f"[{rung.name}]", "-an", *words, "/dev/null"]
    pulled = ("-rtsp_transport", "tcp", "-allowed_media_types", "video", "-threads", "1", "-i", url)
    quiet = ("-hide_banner", "-nostats", "-v", "error", "-nostdin", "-y", "-filter_complex_threads", "1")
    return [ffmpeg(), *quiet, *pulled, "-filter_complex", ";".join(graph), *outputs]


def leave(transcoder: Transcoder, *ids: str) -> None:
    """Nobody watches any more, and nothing of it runs."""
    for id_ in ids:
        transcoder.want(id_, seconds=-1)
    until(lambda: not transcoder.children())
