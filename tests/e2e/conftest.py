import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 120
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """The whole product with its simulated province, and no call yet: what ``var/demo.json`` says of it."""
    var = tmp_path_factory.mktemp("product")
    log = (var / "demo.out").open("w+")
    argv = [sys.executable, "-m", "demo", "--no-scenario", "--port", "0", "--var", str(var), "--clips", str(ROOT / "var/clips")]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=log)
    told = var / "demo.json"
    deadline = time.monotonic() + READY_WITHIN_S
    while not told.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            pytest.fail(f"the demo did not start: {log.read()[-2000:]}")
    yield json.loads(told.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert not told.exists()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
