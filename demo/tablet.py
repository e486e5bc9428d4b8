"""A person at the tablet page, played by a headless Chromium: taps, looks, and reads the clock in the picture."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from demo.pictures.clips import FPS, FRAMES

TWIN = Path(__file__).with_name("pictures") / "wallclock.js"
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
WITHIN_S = 20.0
LOOK_EVERY_MS = 20.0
WATCH = """
() => {
  const { readClock, ageMs } = (() => { %(twin)s; return { readClock, ageMs }; })();
  window.glassToGlass = { ages: [], indices: [], unread: 0, stalls: 0, longest_gap_ms: 0 };
  const seen = window.glassToGlass;
  const video = document.querySelector('video');
  video.addEventListener('waiting', () => { seen.stalls += 1; });
  let last_ms = performance.now();
  const look = (now, { expectedDisplayTime }) => {
    seen.longest_gap_ms = Math.max(seen.longest_gap_ms, now - last_ms);
    last_ms = now;
    const read = readClock(video);
    if (read) {
      seen.indices.push(read.index);
      seen.ages.push(ageMs(read.index, %(fps)d, %(frames)d, performance.timeOrigin + expectedDisplayTime));
    } else seen.unread += 1;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}
"""


class Tablet:
    """One page, one officer. Every wait has a deadline of 20 s and raises TimeoutError after it.

    The page is asked again and again from here: Playwright's own waiting would evaluate text inside the page, which the
    page's content security policy rightly refuses.
    """

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        page.set_default_timeout(WITHIN_S * 1000)
        page.goto(base_url + "/")

    def log_in(self, username: str, password: str) -> None:
        """Fill the form in, and wait until the page waits for a dispatch or shows one."""
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("#login button[type=submit]")
        self.wait("() => document.body.dataset.view !== 'login'")

    def wait_for_view(self, name: str) -> None:
        """``login``, ``waiting`` or ``dispatch``."""
        self.wait("name => document.body.dataset.view === name", name)

    def tap(self, camera_id: str) -> None:
        """Choose a camera of the incident."""
        self.acknowledge()
        self.page.click(f'button[data-camera="{camera_id}"]')

    def acknowledge(self) -> None:
        """Tap on the order that has taken over the screen, if there is one."""
        self.page.evaluate("() => document.querySelector('#order:not([hidden]) button')?.click()")

    def first_frame_ms(self, camera_id: str) -> float:
        """Wait for the first picture of the newest tap on a camera; milliseconds from that tap to it."""
        script = """camera => {
              const of = (name) =>
                performance.getEntriesByName(name).filter((mark) => mark.detail?.camera_id === camera).at(-1);
              const [tap, frame] = [of('tap'), of('first-frame')];
              return tap && frame && frame.startTime > tap.startTime && frame.startTime - tap.startTime;
            }"""
        return float(self.wait(script, camera_id))

    def forget_marks(self) -> None:
        """What is waited for from now on is new, though it is of the same camera."""
        self.page.evaluate("() => performance.clearMarks()")

    def marked_at_s(self, name: str, camera_id: str) -> float:
        """When the newest mark of a name was made for a camera, in epoch seconds."""
        script = """([name, camera]) => performance.timeOrigin + performance.getEntriesByName(name)
            .filter((m) => m.detail?.camera_id === camera).at(-1).startTime"""
        return float(self.page.evaluate(script, [name, camera_id])) / 1000

    def watch_clock(self) -> None:
        """Begin to read the clock in every picture shown."""
        twin = TWIN.read_text().replace("export ", "")
        self.page.evaluate(WATCH % {"twin": twin, "fps": FPS, "frames": FRAMES})

    def clock(self) -> dict[str, Any]:
        """What was read since ``watch_clock``: ages in ms, indices, unread, stalls, longest_gap_ms."""
        read: dict[str, Any] = self.page.evaluate("() => window.glassToGlass")
        return read

    def wait_for_pictures(self, count: int, *, within_s: float = WITHIN_S) -> dict[str, Any]:
        """Wait until the clock was read ``count`` times; what was read."""
        self.wait("count => window.glassToGlass.ages.length >= count", count, within_s=within_s)
        return self.clock()

    def wait_until_blank(self) -> None:
        """Wait until no video is in the page."""
        self.wait("() => !document.querySelector('video')")

    def wait(self, script: str, argument: Any = None, *, within_s: float = WITHIN_S) -> Any:
        """Wait until a function of the page gives something true; what it gave.

        Raises:
            TimeoutError: it did not within ``within_s``; the text holds the function, the page's state and its words.
        """
        deadline = time.monotonic() + within_s
        while not (given := self.page.evaluate(script, argument)):
            if time.monotonic() > deadline:
                words = self.page.evaluate("() => document.body.innerText.replace(/\\s+/g, ' ').slice(0, 600)")
                raise TimeoutError(f"never came true: {script} {argument}; the page: {self.state()}: {words}")
            self.page.wait_for_timeout(LOOK_EVERY_MS)
        return given

    def state(self) -> dict[str, Any]:
        """The page's figures for measurements."""
        state: dict[str, Any] = self.page.evaluate("() => window.goldentime.state()")
        return state


@contextmanager
def chromium(*, link_port: int | None = None, webgl: bool = False) -> Iterator[Browser]:
    """A headless browser of this machine; with a port, all it asks of the loopback address goes there, to a link.

    ``webgl`` draws it on the processor, which costs much of one.

    Raises:
        RuntimeError: none is installed.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        raise RuntimeError("no Chromium here: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        rules = [f"--host-resolver-rules=MAP 127.0.0.1 127.0.0.1:{link_port}"] if link_port else []
        drawing = ["--enable-unsafe-swiftshader", "--use-angle=swiftshader"] if webgl else []
        browser = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, *rules, *drawing])
        try:
            yield browser
        finally:
            browser.close()
