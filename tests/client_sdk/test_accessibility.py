"""Every view of the tablet: no serious fault that axe-core finds, and everything reached and left by the keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.client_sdk.backend import PASSWORD, dispatch, grant
from tests.client_sdk.conftest import holds, log_in
from tests.client_sdk.test_tablet import pytestmark
from tests.client_sdk.test_wheel import RECEIVER

__all__ = ["pytestmark"]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """async (theme) => {
  document.documentElement.dataset.theme = theme;
  const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`);
}"""
CONTROLS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })).length"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  window.visited ??= new WeakSet();
  const first = !window.visited.has(one);
  window.visited.add(one);
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
  return { first, name: one.outerHTML.slice(0, 80), ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 3 && outlineColor };
}"""
PLACE = [
    {
        "kind": "hydrant",
        "label": "소화전 12",
        "hydrant": {"type": "above_ground", "in_service": True, "flow_l_min": 900},
    },
    {"kind": "hazmat", "label": "지하 저장고", "hazmat": {"substance": "염소", "un_number": "1017"}},
]


class Walk:
    """One sitting at the tablet, from the login to the end of an order; ``stop(name)`` is told of each view on the way."""

    def __init__(self, page, backend, stop):
        self.page, self.backend, self.stop = page, backend, stop

    def all(self):
        page, backend = self.page, self.backend
        backend.steers = True
        self.login()
        page.wait_for_selector("[data-view=waiting][data-line=online]")
        self.stop("calm")
        page.locator("#new_pin").fill("1357")
        page.locator("#choose button").click()
        page.locator("#choose").wait_for(state="hidden")
        self.given()
        backend.send(dispatch(attachments=PLACE, alert_id="alert-1"))
        page.locator("#order").wait_for()
        holds(page, "document.querySelector('video')?.currentTime > 0", 20)
        self.stop("order")
        page.locator("#order button").click()
        self.stop("cameras")
        self.panels()
        self.ends()

    def login(self):
        page = self.page
        page.locator("#login h1:not(:empty)").wait_for()
        self.stop("sign-in")
        page.locator("#username").fill("officer")
        page.locator("#password").fill("wrong")
        page.locator("#login [type=submit]").click()
        page.locator("#login .wrong:not(:empty)").wait_for()
        self.stop("error")
        page.locator("#password").fill(PASSWORD)
        page.locator("#login [type=submit]").click()

    def given(self):
        page, backend = self.page, self.backend
        backend.give(grant())
        page.locator("#given [data-grant]").wait_for()
        self.stop("given")
        page.locator("#given [data-grant] button").click()
        holds(page, "document.querySelector('video')?.currentTime > 0", 20)
        self.stop("granted")
        backend.take_back()
        page.locator("#ended").wait_for()

    def panels(self):
        page = self.page
        page.locator("#four").click()
        page.locator(".pictures.four .enlarge").nth(2).wait_for()
        self.stop("four")
        page.locator("#four").click()
        for panel, there in (("facts", "#facts canvas"), ("map", "#map button.mark"), ("more", "#more .access")):
            page.locator(f"#tabs [data-panel={panel}]").click()
            page.locator(there).first.wait_for()
            self.stop(panel)
        page.locator("#more .access").click()
        page.locator("#more .answer:not(:empty)").wait_for()
        self.stop("request")
        page.locator("#report_open").click()
        page.locator("#report .phrases button").first.wait_for()
        self.stop("report")
        page.locator("#turn").click()
        page.locator("#steer .reasons").wait_for()
        self.stop("reason")
        page.locator("#steer .reasons button").first.click()
        page.locator("#steer .arrows").wait_for()
        self.stop("steering")

    def ends(self):
        page, backend = self.page, self.backend
        page.evaluate("window.drive(40)")
        page.locator("#wheel").wait_for()
        self.stop("driving")
        page.locator("#wheel button").click()
        page.locator("#wheel").wait_for(state="hidden")
        backend.cut("expired")
        page.locator(".cover button").first.wait_for()
        self.stop("denied")
        backend.close()
        page.locator("#ended").wait_for()
        self.stop("ended")
        if page.evaluate("document.documentElement.lang") == "ko":  # it takes three seconds
            backend.events_down = True
            backend.cut_events()
            page.locator("#band:not(:empty)").wait_for()
            self.stop("offline")
        page.reload()
        page.locator("#pin").wait_for()
        self.stop("locked")


@pytest.fixture
def sitting(tablet, backend):
    tablet.add_init_script(RECEIVER)
    tablet.add_init_script(path=AXE)
    tablet.reload()
    return lambda stop: Walk(tablet, backend, stop).all()


VIEWS = ["sign-in", "error", "calm", "given", "granted", "order", "cameras", "four", "facts", "map", "more"]
VIEWS += ["request", "report", "reason", "steering", "driving", "denied", "ended", "offline", "locked"]


def test_axe_finds_no_serious_fault_in_any_view_by_night_and_by_day(tablet, sitting):
    seen, faults = [], []

    def look(view):
        seen.append(view)
        faults.extend(f"{view} {fault}" for theme in ("day", "night") for fault in tablet.evaluate(SERIOUS, theme))

    sitting(look)
    assert seen == VIEWS
    assert faults == []


def test_in_english_too_and_every_control_is_reached_by_the_keyboard_and_shows_that_it_is(tablet, sitting):
    tablet.get_by_role("button", name="English").click()
    tablet.get_by_role("button", name="한국어").wait_for()
    faults = []

    def tab(view):
        faults.extend(f"{view} {fault}" for fault in tablet.evaluate(SERIOUS, "night"))
        tablet.evaluate("() => { window.visited = new WeakSet(); document.activeElement?.blur(); }")
        wanted, reached = tablet.evaluate(CONTROLS), 0
        for _ in range(wanted + 4):
            tablet.keyboard.press("Tab")
            at = tablet.evaluate(FOCUSED)
            reached += bool(at and at["first"])
            if at and not at["ring"]:
                faults.append(f"{view}: no ring on {at['name']}")
        if reached < wanted:
            faults.append(f"{view}: {reached} of {wanted}")

    sitting(tab)
    assert tablet.evaluate("document.documentElement.lang") == "en"
    assert faults == []


def test_escape_closes_what_lies_on_top_and_neither_an_order_nor_the_drivers_lock(tablet, backend):
    tablet.add_init_script(RECEIVER)
    tablet.reload()
    backend.dispatches = [dispatch()]
    log_in(tablet)
    tablet.locator("#order").wait_for()
    tablet.keyboard.press("Escape")
    expect(tablet.locator("#order")).to_be_visible()
    expect(tablet.locator("#order button")).to_be_focused()
    tablet.keyboard.press("Enter")
    expect(tablet.locator("#order")).to_be_hidden()
    tablet.locator("#four").press("Enter")
    tablet.locator(".pictures.four .enlarge").nth(2).wait_for()
    tablet.keyboard.press("Escape")
    expect(tablet.locator(".pictures .picture")).to_have_count(1)
    tablet.locator("#tabs [data-panel=map]").press("Enter")
    expect(tablet.locator("#map")).to_be_visible()
    tablet.keyboard.press("Escape")
    expect(tablet.locator("#map")).to_be_hidden()
    expect(tablet.locator("#tabs [data-panel=cameras]")).to_be_focused()
    tablet.evaluate("window.drive(40)")
    tablet.keyboard.press("Escape")
    expect(tablet.locator("#wheel")).to_be_visible()
