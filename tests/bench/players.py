"""Two players on one stream while its rungs start, stop and switch: our page's, which is hls.js, and Shaka Player.

Rungs that nobody asks for are let go after seconds instead of a minute, and each player is told again and again how tall a picture it
may choose, as a link that changes would. So encoders are replaced all the time, and a player that goes up is first shown the next lower
rung in place of what is not there yet. On the thin link each player has a link of its own.
"""

import contextlib
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from demo.tablet import chromium
from tests.bench import host
from tests.bench.altered import altered
from tests.bench.first_picture import PROFILES, Profile
from tests.bench.peers import over
from tests.bench.report import Figure
from tests.transcoder.running import Transcoder

HERE = Path(__file__).with_name("watch")
FILES = {
    "index.html": HERE / "index.html",
    "seen.js": HERE / "seen.js",
    "ours.js": HERE / "ours.js",
    "shaka.js": HERE / "shaka.js",
    "hls.mjs": Path("node_modules/hls.js/dist/hls.mjs"),
    "shaka-player.js": Path("node_modules/shaka-player/dist/shaka-player.compiled.js"),
}
SDK = Path("client_sdk/js/src")
TYPES = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript"}
PLAYERS = {"our page's (hls.js)": ("ours.js",), "Shaka Player": ("shaka-player.js", "shaka.js")}
CAMERA = "camera"
CAPS_PX = ((540, 540), (240, 360), (540, 240), (360, 360), (240, 240), (540, 360))  # of the two players
CHANGE_EVERY_S = 8.0  # longer than a rung is kept without a viewer
SHOWN_WITHIN_MS = 20_000
TOLD = "var/bench/players.json"


def measure(*, seconds: float = 60.0) -> Iterator[Figure]:
    """Each network is watched for ``seconds``; everything seen is kept in ``var/bench/players.json``."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    kept = {}
    with tempfile.TemporaryDirectory(dir="var/bench") as name:
        desk, cameras = Path(name), {CAMERA: host.Setting(host.films()[0])}
        with (
            host.simulated(desk / "cameras", cameras) as port,
            host.transcoding(host.folder(desk, "host"), module=altered("unspared", "restless")) as transcoder,
            chromium() as browser,
        ):
            host.register(transcoder, cameras, port)
            for profile in PROFILES[:2]:
                transcoder.want(CAMERA, seconds=3600)
                host.ask(transcoder, CAMERA)
                started = len(transcoder.events("encoder_live"))
                kept[profile.name] = seen = watched(browser, transcoder, profile, seconds)
                for player, one in seen.items():
                    yield from told(f"{profile.name}, {player}", one, seconds)
                lived = transcoder.events("encoder_live")[started:]
                yield Figure(f"{profile.name}: times that an encoder took over", len(lived), "")
            yield Figure("breaks in the stream", len(ended(transcoder)), "", 0)
    Path(TOLD).write_text(json.dumps(kept, indent=1))


def watched(browser: Browser, transcoder: Transcoder, profile: Profile, seconds: float) -> Mapping[str, dict]:
    """What each player saw."""
    with contextlib.ExitStack() as stack:
        pages = {}
        for name, scripts in PLAYERS.items():
            base_url = stack.enter_context(over(profile, transcoder.port))
            pages[name] = shown(stack, browser, base_url, scripts)
        caps = itertools.cycle(CAPS_PX)
        began = time.monotonic()
        clear(pages.values())
        while (left_s := began + seconds - time.monotonic()) > 0:
            for page, height_px in zip(pages.values(), next(caps), strict=True):
                page.evaluate("height => window.cap(height)", height_px)
            next(iter(pages.values())).wait_for_timeout(min(CHANGE_EVERY_S, left_s) * 1000)
        return {name: page.evaluate("() => ({ ...window.seen, ...window.counts() })") for name, page in pages.items()}


def shown(stack: contextlib.ExitStack, browser: Browser, base_url: str, scripts: tuple[str, ...]) -> Page:
    """A page of its own, with its first pictures shown. What is not media comes from our folders, not over the link."""
    page = stack.enter_context(contextlib.closing(browser.new_context())).new_page()
    page.route("**/bench/**", serve)
    page.goto(f"{base_url}/bench/index.html")
    for script in scripts:
        page.add_script_tag(url=f"{base_url}/bench/{script}", type="" if script == "shaka-player.js" else "module")
    page.wait_for_function("() => window.open_")
    page.evaluate("url => { window.open_(url); }", f"{base_url}/live/{CAMERA}/index.m3u8")
    page.wait_for_function("() => window.seen.frames > 20", timeout=SHOWN_WITHIN_MS)
    return page


def clear(pages) -> None:
    """Starting is not what is measured."""
    for page in pages:
        page.evaluate(
            "() => Object.assign(window.seen, { frames: 0, stalls: 0, longest_gap_ms: 0, heights: [], ages_ms: [], moments: [] })"
        )


def serve(route: Route) -> None:
    """A file of the page."""
    name = route.request.url.split("/bench/", 1)[1]
    path = SDK / name.removeprefix("sdk/") if name.startswith("sdk/") else FILES[name]
    route.fulfill(path=path, content_type=TYPES[path.suffix])


def told(what: str, seen: Mapping, seconds: float) -> Iterator[Figure]:
    ages_ms = sorted(seen["ages_ms"])
    yield Figure(f"{what}: stalls in {seconds:g} s", seen["stalls"], "", 0)
    yield Figure(f"{what}: errors, or opened again", len(seen["errors"]) + seen.get("reopened", 0), "", 0)
    yield Figure(f"{what}: changes of size", max(0, len(seen["heights"]) - 1), "")
    yield Figure(f"{what}: pictures a second", round(seen["frames"] / seconds, 1), "/s")
    yield Figure(f"{what}: longest time without a new picture", round(seen["longest_gap_ms"]), "ms")
    if ages_ms:
        yield Figure(f"{what}: age of the picture, median", round(statistics.median(ages_ms)), "ms")
        yield Figure(f"{what}: … p95", round(ages_ms[int(len(ages_ms) * 0.95)]), "ms")


def ended(transcoder: Transcoder) -> list[dict]:
    """Runs that ended for a fault."""
    lines = [*transcoder.events("encoder_ended"), *transcoder.events("ingest_ended")]
    return [line for line in lines if line["reason"] != "not_wanted"]
