import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.caller import Caller
from demo.scenarios.call_112 import close_call, raise_call
from demo.tablet import Tablet
from tests.e2e.console import Console
from tests.e2e.processes import descendants, running

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 180
FIRST_S = 300  # with the cameras' pictures, which the first start draws


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.timeout(FIRST_S))


class Product:
    """The whole product with its simulated province, as ``demo.json`` tells of it."""

    def __init__(self, told, var):
        self.told = told
        self.var = var
        self.base_url = told["base_url"]
        self.management_url = told["management_url"]
        self.unit_ids = {unit["key"]: unit["id"] for unit in told["units"]}
        self.unit_id = told["accounts"]["officer"]["unit_id"]

    def officer(self, key, *, managing=False):
        """One of the people; ``managing``: by the listener that has what administrators and auditors do."""
        caller = Caller(self.management_url if managing else self.base_url)
        account = self.told["accounts"][key]
        caller.sign_in(account["username"], account["password"])
        return caller

    def room(self):
        return self.client("police_112")

    def client(self, key):
        """One of the machines."""
        caller = Caller(self.base_url)
        client = self.told["clients"][key]
        caller.sign_in_as_client(client["client_id"], client["client_secret"])
        return caller

    def watch(self, incident, camera_id, key="officer"):
        """A playback session of one of the people."""
        return self.officer(key).call("POST", "/v1/playback", {"camera_id": camera_id, "incident_id": incident["id"]})


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    var = tmp_path_factory.mktemp("product")
    told = var / "demo.json"
    argv = [sys.executable, "-m", "demo", "--no-scenario", "--port", "0", "--var", str(var), "--clips", "var/clips"]
    with (var / "demo.out").open("w+") as out:
        process = subprocess.Popen(argv, cwd=ROOT, stdout=out, stderr=out)
        deadline = time.monotonic() + READY_WITHIN_S
        while not told.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                out.seek(0)
                pytest.fail(f"the demo did not start: {out.read()[-2000:]}")
            time.sleep(0.05)
        family = descendants(process.pid)
        yield Product(json.loads(told.read_text()), var)
        family |= descendants(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert not told.exists()
    assert not (var / "nginx" / "cache").exists(), "pictures are left on the disk"
    assert not family & set(running()), "a process of the demo is still there"


@pytest.fixture
def tablet_of(product, browser):
    """Makes somebody's tablet, logged in and waiting."""
    contexts = []

    def log_in(key):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR"))
        tablet = Tablet(contexts[-1].new_page(), product.base_url)
        account = product.told["accounts"][key]
        tablet.log_in(account["username"], account["password"])
        tablet.wait_for_view("waiting")
        return tablet

    yield log_in
    for context in contexts:
        context.close()


@pytest.fixture
def tablet(tablet_of):
    """The officer's."""
    return tablet_of("officer")


@pytest.fixture
def incident(product):
    """An open 112 call to which the officer's unit is sent; closed afterwards, if the test has not done it."""
    room = product.room()
    raised = raise_call(room, unit_id=product.unit_id)
    yield raised
    if room.call("GET", f"/v1/incidents/{raised['id']}")["status"] == "open":
        close_call(room, raised["id"])


@pytest.fixture(scope="module")
def console_of(product, browser):
    """One page for each person and listener: signing in anew for each test costs more than most of them."""
    signed_in = {}

    def sign_in(key, *, managing=False):
        if (key, managing) not in signed_in:
            context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR")
            base_url = product.management_url if managing else product.base_url
            signed_in[key, managing] = Console(context.new_page(), base_url, product.told["accounts"][key])
        return signed_in[key, managing]

    yield sign_in
    for console in signed_in.values():
        console.page.context.close()
