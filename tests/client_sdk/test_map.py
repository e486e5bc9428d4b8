"""The map both pages use, on a page of nginx in a real browser: once by WebGL, once without."""

import pytest
from playwright.sync_api import expect

from demo.tablet import chromium
from tests.client_sdk.conftest import holds

pytestmark = pytest.mark.nginx
OPEN = """async ({ without_webgl, scene }) => {
  if (without_webgl) HTMLCanvasElement.prototype.getContext = () => null;
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/sdk/map.css' });
  const loaded = new Promise((resolve) => (sheet.onload = resolve));
  document.head.append(sheet);
  const place = document.createElement('div');
  Object.assign(place.style, { width: '900px', height: '600px' });
  document.body.replaceChildren(place);
  await loaded;
  const { openMap } = await import('/sdk/map.js');
  window.chosen = [];
  window.map = await openMap(place, { choose: (id) => window.chosen.push(id) });
  window.map.show(scene);
}"""
CAMERA = {"health": "ok", "looks_deg": 200, "fov_deg": 70, "range_m": 80}
SCENE = {
    "incident": {"lat": 34.79, "lon": 126.38},
    "cameras": [
        {**CAMERA, "id": "cam-1", "name": "광장", "lat": 34.7905, "lon": 126.3805, "rank": 1},
        {**CAMERA, "id": "cam-2", "name": "시장", "lat": 34.7893, "lon": 126.3788, "rank": 2, "health": "down"},
        {**CAMERA, "id": "cam-3", "name": "시장 뒤", "lat": 34.78931, "lon": 126.37881, "rank": 3},
    ],
    "own": {"lat": 34.7880, "lon": 126.3830, "heading_deg": 315},
    "units": [{"id": "u", "name": "순12", "lat": 34.7915, "lon": 126.3820}],
    "selected": "cam-1",
}


@pytest.fixture(scope="module")
def drawing():
    """A browser that draws WebGL without a graphics card."""
    with chromium(webgl=True) as browser:
        yield browser


@pytest.fixture(params=[False, True], ids=["webgl", "without"])
def page(drawing, backend, request):
    page = drawing.new_page(viewport={"width": 1000, "height": 700})
    page.problems = []
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(f"http://127.0.0.1:{backend.port}/")
    page.get_by_role("button", name="English").wait_for()  # its own script is through
    page.evaluate(OPEN, {"without_webgl": request.param, "scene": SCENE})
    page.drawn = "svg polygon" if request.param else "canvas"
    yield page
    page.close()


def test_it_shows_the_scene_the_cameras_our_car_and_others(page):
    assert page.locator(f".ground {page.drawn}").count() >= 1
    for name in ("현장", "우리 차", "순12"):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="카메라 광장")).to_have_attribute("aria-pressed", "true")
    assert page.problems == []


def test_cameras_that_would_cover_each_other_are_one_mark_of_the_highest_state(page):
    group = page.get_by_role("button", name="카메라 2대")
    expect(group).to_have_attribute("data-state", "down")
    group.click()
    assert page.evaluate("window.chosen") == [], "the first tap looks closer"


def test_a_tap_on_a_camera_chooses_it(page):
    page.get_by_role("button", name="카메라 광장").click()
    assert page.evaluate("window.chosen") == ["cam-1"]


def test_heading_up_turns_the_map_and_our_arrow_points_up(page):
    arrow = page.locator("[data-kind=own] .sign")
    assert arrow.evaluate("e => e.style.rotate") == "315deg"
    page.get_by_role("button", name="진행 방향을 위로").click()
    holds(page, "document.querySelector('[data-kind=own] .sign').style.rotate === '0deg'")


def test_its_marks_and_tools_are_large_enough_for_gloves(page):
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 76


def test_nothing_of_it_is_left_after_it_is_closed(page):
    page.evaluate("window.map.close()")
    assert page.locator(".map *").count() == 0
