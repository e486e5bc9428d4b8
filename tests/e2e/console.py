"""One person at the console's page, and waiting for what the page or the server says."""

import time
from pathlib import Path

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WITHIN_MS = 20_000
SERIOUS = """async () => (await axe.run()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)"""


class Console:
    """One person's page. Waits are asked again and again from here: the page's policy forbids evaluating text in it."""

    def __init__(self, page, base_url, account):
        self.page, self.base_url = page, base_url
        self.problems = []
        page.set_default_timeout(WITHIN_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.add_init_script(path=AXE)
        page.goto(f"{base_url}/console/")
        self.sign_in(account)

    def sign_in(self, account):
        self.page.locator("[name=username]").fill(account["username"])
        self.page.locator("[name=password]").fill(account["password"])
        self.page.locator("button[type=submit]").click()
        self.page.locator("#logout").wait_for()

    def open(self, view):
        self.page.goto(f"{self.base_url}/console/#/{view}")
        self.page.locator(f".view.{view.split('/')[0]}[data-shown]").wait_for()

    def faults(self):
        return self.page.evaluate(SERIOUS) + self.problems

    def press(self, name, within=None):
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def confirm(self, name):
        """Press it in the question that is open, and wait until that is gone."""
        dialog = self.page.get_by_role("dialog")
        self.press(name, dialog)
        dialog.wait_for(state="detached")

    def says(self, text):
        self.page.get_by_text(text).first.wait_for()


def until(found, within_s=20):
    deadline = time.monotonic() + within_s
    while not (given := found()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
    return given
