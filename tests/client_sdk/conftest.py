"""The page in a real browser, through a real nginx, with a backend that a test can change."""

import contextlib
import subprocess
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deploy import nginx
from tests.client_sdk import clip
from tests.client_sdk.backend import PASSWORD, Backend
from tests.nginx.conftest import certificate, free_port, listening, until

expect.set_options(timeout=20_000)  # a loaded machine; what a test claims about time it says itself

PLAIN = nginx.Options()

__all__ = ["certificate"]


@pytest.fixture(scope="session")
def film():
    return clip.make()


@contextlib.contextmanager
def serving(film, options=PLAIN):
    with tempfile.TemporaryDirectory(prefix="gt-") as name:
        folder = Path(name)
        backend = Backend(film)
        origin_port, backend.port = free_port(), free_port()
        backend.start(folder, origin_port)
        conf = nginx.render(
            folder=folder / "nginx",
            port=backend.port,
            sockets=folder,
            origins={"host-1": f"127.0.0.1:{origin_port}"},
            options=options,
        )
        process = subprocess.Popen(nginx.argv(conf), stderr=subprocess.DEVNULL)
        try:
            until(lambda: listening(backend.port))
            backend.nginx = process
            yield backend
        finally:
            process.terminate()
            process.wait(10)
            backend.stop()


@pytest.fixture
def backend(film):
    with serving(film) as started:
        yield started


@pytest.fixture
def tablet(browser, backend):
    """A page of the tablet; ``tablet.problems`` are its console's errors."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text) if is_problem(message) else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(f"http://127.0.0.1:{backend.port}/")
    yield page
    context.close()


def is_problem(message):
    """An error, but for a still: the origin has none until a test puts one there, and a slow machine asks for it."""
    return message.type == "error" and not message.location["url"].endswith("/still.jpg")


def log_in(page, password=PASSWORD):
    page.get_by_label("아이디").fill("officer")
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="로그인").click()


def take(page):
    """Acknowledge the order that is on the screen."""
    page.locator("#order button").click()


def state(page):
    return page.evaluate("window.goldentime.state()")


def holds(page, expression, within_s=30):
    """Wait until an expression is true. Playwright's own wait evaluates in the page, which its security policy forbids."""
    until(lambda: page.evaluate(expression), within_s)
