"""What the officer has of the tablet: 1280 by 800 in a real browser, against the whole product, over a link that is thin, thinner and gone.

All in one sitting at one page. "Push" is when the page hears of the dispatch, and half the round trip before it. Pictures that move are LIVE
or, on a link as full as this one, DELAYED. A freeze stops what pulls the camera; LIVE more than three seconds later is false.
"""

import contextlib
import json
import os
import signal
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import CDPSession

from demo.running import Running, running
from demo.scenarios import call_112
from demo.tablet import Tablet, chromium
from tests.bench.first_picture import GOP_S
from tests.bench.link import Link, bearer
from tests.bench.report import Figure
from tests.e2e.processes import running as processes

CAR = {"down_bps": 1_500_000, "up_bps": 750_000, "rtt_s": 0.080}
THIN = {"down_bps": 150_000, "up_bps": 150_000, "rtt_s": 0.300}
TUNNEL_S = 30.0
STALE_WITHIN_S = 3.0
SETTLED_MS = 3_000  # for what is still fetched: the player's library, or what a call before has changed
PHASE_WITHIN_S = 0.1
LOOKED_ON_S = 6.0  # for a LIVE that comes again
BACK_WITHIN_S = 60.0
LOADED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter(({ name }) => !name.includes('/v1/') && !name.endsWith('.woff2'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
INSTALLED = "() => navigator.serviceWorker.ready.then(() => true)"
ONLINE = "() => document.body.innerText.includes('연결됨')"
HEARD_TO_STILL = """([camera, name]) => {
    const [heard] = performance.getEntriesByName('dispatch');
    const of = (one) => performance.getEntriesByName(one).find((m) => m.detail?.camera_id === camera && m.startTime > heard?.startTime);
    const seen = [of('first-frame'), name === 'still' && of('still')].filter(Boolean).map(({ startTime }) => startTime - heard.startTime);
    return seen.length && Math.min(...seen);
}"""
RESPONSE = """name => new Promise((resolve) => {
    const began = performance.now();
    document.querySelector(`#tabs button[data-panel=${name}]`).click();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
})"""
STILLS = (
    """since => performance.getEntriesByName('still').map(({ startTime }) => startTime).filter((at) => at >= since)"""
)
WORD = "() => document.querySelector('#picture .badge .english').textContent"
MOVES = f"() => ['LIVE', 'DELAYED'].includes(({WORD})())"


def measure(*, freezes: int = 5, soak: float = 60.0, seconds: float = 30.0, rounds: int = 5) -> Iterator[Figure]:
    """``seconds`` are watched on the thinnest link, ``soak`` seconds of one camera after another for the memory."""
    with (
        running(Path("var/bench"), port=0, clip_folder=Path("var/clips")) as (_, demo),
        bearer(demo.at.port, **CAR) as link,
        chromium(link_port=link.port) as browser,
    ):
        page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR").new_page()
        tablet = Tablet(page, demo.at.base_url)
        account = demo.accounts()["officer"]
        tablet.log_in(account["username"], account["password"])
        page.evaluate(INSTALLED)
        page.wait_for_timeout(SETTLED_MS)
        yield Figure("first load, gzipped, without fonts", round(page.evaluate(LOADED) / 1000), "kB", 600)
        yield from pushed(tablet, demo, rounds)
        tablet.forget_marks()
        incident = call_112.raise_call(demo.room(), unit_id=demo.unit_id)
        cameras = [one["camera_id"] for one in incident["cameras"]]
        tablet.first_frame_ms(cameras[0])
        tablet.acknowledge()
        yield from frozen(tablet, demo, cameras[0], freezes)
        yield from through_a_tunnel(tablet, link)
        yield from soaked(tablet, page.context.new_cdp_session(page), cameras[:2], soak)
        yield from on_thin_link(tablet, link, seconds)


def pushed(tablet: Tablet, demo: Running, rounds: int) -> Iterator[Figure]:
    """A closed call leaves its camera cold; a call beside it, with another car on its way, keeps it warm.

    A cold camera shows nothing before its next IDR: the pushes come at all times between two.
    """
    of = "1.5 Mbit/s 80 ms: push to first"
    phases_s = [GOP_S * turn / rounds for turn in range(rounds)]
    cold = [one_push(tablet, demo, phase_s) for phase_s in phases_s]
    for what, found_s, limit_s in zip(("picture", "video"), zip(*cold, strict=True), (1.0, 2.5), strict=True):
        yield Figure(f"{of} {what}, cold, median of {rounds}", round(statistics.median(found_s), 2), "s", limit_s)
        yield Figure("… worst", round(max(found_s), 2), "s", limit_s)
    beside = call_112.raise_call(demo.room(), unit_id=demo.accounts()["other_officer"]["unit_id"])
    warm = [one_push(tablet, demo, phase_s)[1] for phase_s in phases_s]
    yield Figure(f"{of} video, warm, worst of {rounds}", round(max(warm), 2), "s", 1.0)
    call_112.close_call(demo.room(), beside["id"])


def one_push(tablet: Tablet, demo: Running, phase_s: float) -> tuple[float, float]:
    """Seconds to the first picture of any kind, and to the first one of the video; then it is closed."""
    tablet.wait_for_view("waiting")
    tablet.wait(ONLINE)
    tablet.page.wait_for_timeout(SETTLED_MS)
    while (time.time() - phase_s) % GOP_S > PHASE_WITHIN_S:
        tablet.page.wait_for_timeout(10)
    tablet.forget_marks()
    incident = call_112.raise_call(demo.room(), unit_id=demo.unit_id)
    camera = incident["cameras"][0]["camera_id"]
    still_s, video_s = (tablet.wait(HEARD_TO_STILL, [camera, name]) / 1000 for name in ("still", "first-frame"))
    call_112.close_call(demo.room(), incident["id"])
    tablet.wait_until_blank()
    tablet.wait_for_view("waiting")
    return CAR["rtt_s"] / 2 + still_s, CAR["rtt_s"] / 2 + video_s


def frozen(tablet: Tablet, demo: Running, camera: str, freezes: int) -> Iterator[Figure]:
    after_s, false_live = [], 0
    for _ in range(freezes):
        tablet.wait(MOVES, within_s=BACK_WITHIN_S)
        with stopped(ingests(demo, camera)):
            hung_at = time.monotonic()
            words = {}
            while time.monotonic() - hung_at < LOOKED_ON_S:
                asked_s = time.monotonic() - hung_at
                words[asked_s] = tablet.page.evaluate(WORD)
                tablet.page.wait_for_timeout(20)
        after_s.append(min((at_s for at_s, word in words.items() if word == "STALE"), default=LOOKED_ON_S))
        false_live += any(word == "LIVE" for at_s, word in words.items() if at_s > STALE_WITHIN_S)
    if freezes:
        yield Figure(f"STALE said after a freeze, worst of {freezes}", round(max(after_s), 2), "s", STALE_WITHIN_S)
        yield Figure(f"false LIVE in {freezes} freezes", false_live, "", 0)


def ingests(demo: Running, camera: str) -> set[int]:
    """What pulls a camera now."""
    lines = map(json.loads, (demo.at.var / "log" / "transcoder.log").read_text().splitlines())
    return {one["pid"] for one in lines if one["event"] == "ingest_started" and one["camera"] == camera} & set(
        processes()
    )


@contextlib.contextmanager
def stopped(pids: set[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # the transcoder gave it up meanwhile
                os.kill(pid, signal.SIGCONT)


def said(tablet: Tablet, seconds: float) -> set[str]:
    """Every word that stood on the picture meanwhile."""
    words, until = set(), time.monotonic() + seconds
    while time.monotonic() < until:
        words.add(tablet.page.evaluate(WORD))
        tablet.page.wait_for_timeout(20)
    return words


def through_a_tunnel(tablet: Tablet, link: Link) -> Iterator[Figure]:
    tablet.wait(MOVES, within_s=BACK_WITHIN_S)
    with link.tunnel():
        said(tablet, STALE_WITHIN_S)
        words = said(tablet, TUNNEL_S - STALE_WITHIN_S)
    out_at = time.monotonic()
    tablet.wait(MOVES, within_s=BACK_WITHIN_S)
    yield Figure(f"tunnel of {TUNNEL_S:g} s: pictures again after", round(time.monotonic() - out_at, 2), "s", 5.0)
    yield Figure("tunnel: LIVE said in it, after 3 s", int("LIVE" in words), "", 0)


def soaked(tablet: Tablet, devtools: CDPSession, cameras: Sequence[str], seconds: float) -> Iterator[Figure]:
    """The first third is for what is made once."""
    heaps, switches, began = [], 0, time.monotonic()
    while (past_s := time.monotonic() - began) < seconds:
        camera = cameras[(switches + 1) % len(cameras)]
        tablet.tap(camera)
        tablet.first_frame_ms(camera)
        switches += 1
        if past_s > seconds / 3:
            heaps.append(heap_bytes(devtools))
    if len(heaps) > 1:
        grown = statistics.median(heaps[-5:]) - statistics.median(heaps[:5])
        yield Figure(f"heap grown over the last of {switches} switches", round(grown / 1e6, 2), "MB", 1.0)


def heap_bytes(devtools: CDPSession) -> int:
    devtools.send("HeapProfiler.collectGarbage")
    return int(devtools.send("Runtime.getHeapUsage")["usedSize"])


def on_thin_link(tablet: Tablet, link: Link, seconds: float) -> Iterator[Figure]:
    """Low data is one tap, as the officer has it."""
    link.become(**THIN)
    tablet.page.evaluate("() => document.querySelector('#more .thin').click()")
    since_ms = tablet.page.evaluate("() => performance.now()")
    tablet.wait(f"since => ({STILLS})(since).length > 0", since_ms)
    response_ms, began = [], time.monotonic()
    while time.monotonic() - began < seconds:
        for name in ("more", "cameras"):
            response_ms.append(tablet.page.evaluate(RESPONSE, name))
            tablet.page.wait_for_timeout(250)
    stills = [*tablet.page.evaluate(STILLS, since_ms), tablet.page.evaluate("() => performance.now()")]
    longest_ms = max(later - earlier for earlier, later in zip(stills, stills[1:], strict=False))
    yield Figure("150 kbit/s 300 ms: longest time without a new still", round(longest_ms / 1000, 2), "s", 5.0)
    yield Figure("150 kbit/s 300 ms: a control answers, worst", round(max(response_ms)), "ms", 100)
