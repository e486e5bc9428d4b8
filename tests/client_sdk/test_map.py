"""The map both pages use, on a page of nginx in a real browser: once by WebGL, once without; and the agency's tiles."""

import base64
import re

import pytest
from playwright.sync_api import expect

from demo.tablet import chromium
from deploy import nginx
from tests.client_sdk.backend import dispatch
from tests.client_sdk.conftest import holds, log_in, serving, take
from tests.nginx.conftest import until

pytestmark = pytest.mark.nginx
OPEN = """async ({ without_webgl, scene }) => {
  if (without_webgl) HTMLCanvasElement.prototype.getContext = () => null;
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/sdk/map.css' });
  const loaded = new Promise((resolve) => (sheet.onload = resolve));
  document.head.append(sheet);
  const place = document.createElement('div');
  Object.assign(place.style, { width: '900px', height: '600px' });
  for (let id = setInterval(() => {}, 1e6); id > 0; id--) clearInterval(id); // the page's own parts are gone in a moment
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
    "units": [
        {"id": "u", "name": "순12", "kind": "patrol_car", "age_s": 12, "lat": 34.7915, "lon": 126.3820},
        {"id": "v", "name": "펌프1", "kind": "fire_engine", "age_s": 130, "lat": 34.7880, "lon": 126.3790},
    ],
    "water": [
        {"id": "w", "name": "광장 소화전", "in_service": True, "lat": 34.7897, "lon": 126.3812},
        {"id": "x", "name": "시장 소화전", "in_service": False, "lat": 34.7910, "lon": 126.3790},
    ],
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
    page.locator("#login form button[type=submit]:enabled").wait_for()  # its own script is through
    page.evaluate(OPEN, {"without_webgl": request.param, "scene": SCENE})
    page.drawn = "svg polygon" if request.param else "canvas"
    yield page
    page.close()


def test_it_shows_the_scene_the_cameras_our_car_and_others(page):
    assert page.locator(f".ground {page.drawn}").count() >= 1
    for name in ("현장", "우리 차", "순12, 순찰차, 12초 전 위치", "펌프1, 소방차, 2분 전 위치"):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    for name in ("소화전 광장 소화전", "사용 불가 소화전 시장 소화전"):
        expect(page.get_by_role("img", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="카메라 광장")).to_have_attribute("aria-pressed", "true")
    assert page.problems == []


def test_cameras_that_would_cover_each_other_are_one_mark_of_the_highest_state(page):
    group = page.get_by_role("button", name="카메라 2 대")
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


def test_units_are_told_apart_by_shape_and_an_old_position_looks_old(page):
    shape = "e => getComputedStyle(e, '::before').clipPath"
    car, engine = (page.get_by_role("img", name=name).locator(".sign") for name in ("순12", "펌프1"))
    assert car.evaluate(shape) != engine.evaluate(shape)
    assert [one.evaluate("e => getComputedStyle(e).borderStyle") for one in (car, engine)] == ["solid", "dashed"]
    expect(page.locator(".under", has_text="순12")).to_have_text("순12 · 12초 전")


def test_a_mark_keeps_its_focus_while_positions_come_and_is_gone_with_its_camera(page):
    camera = page.get_by_role("button", name="카메라 광장")
    camera.focus()
    moved = {**SCENE, "own": {**SCENE["own"], "lat": 34.7885}}
    page.evaluate("(scene) => window.map.show(scene)", moved)
    expect(camera).to_be_focused()
    page.evaluate("(scene) => window.map.show(scene)", {**moved, "cameras": [], "units": [], "water": []})
    expect(camera).to_have_count(0)
    assert page.get_by_role("img").count() == 2


@pytest.mark.parametrize("heading_up", [False, True])
def test_a_pixel_is_the_place_that_is_shown_there(page, heading_up):
    page.evaluate("heading_up => window.map.turn(heading_up)", heading_up)
    box = page.get_by_role("img", name="순12").bounding_box()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    place = page.evaluate(
        """([x, y]) => {
        const { left, top } = document.querySelector('.map').getBoundingClientRect();
        return window.map.placeAt(x - left, y - top);
    }""",
        middle,
    )
    shown = SCENE["units"][0]
    assert (place["lat"], place["lon"]) == pytest.approx((shown["lat"], shown["lon"]), abs=2e-5)


def test_who_looks_elsewhere_by_hand_is_not_moved_by_what_comes(page):
    camera = page.get_by_role("button", name="카메라 광장")
    page.get_by_role("button", name="축소").click()
    before = camera.bounding_box()
    page.evaluate("(scene) => window.map.show(scene)", {**SCENE, "units": []})
    assert camera.bounding_box() == before
    page.get_by_role("button", name="전체 보기").click()
    page.evaluate("(scene) => window.map.show(scene)", {**SCENE, "own": None, "units": []})
    assert camera.bounding_box() != before


def test_its_marks_and_tools_are_large_enough_for_gloves(page):
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 76


def test_nothing_of_it_is_left_after_it_is_closed(page):
    page.evaluate("window.map.close()")
    assert page.locator(".map *").count() == 0


TILE = base64.b64decode(  # one white pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
)
TILES = "https://tiles.example"
BASE = {"url": f"{TILES}/base/{{z}}/{{x}}/{{y}}.png", "attribution": "© 국토지리정보원", "max_zoom": 18}
ABROAD = re.compile("^https:")
READS = "(url) => fetch(url).then(() => true, () => false)"


@pytest.fixture(scope="module")
def with_base(film):
    with serving(film, nginx.Options(tiles=TILES)) as started:
        started.map = BASE
        yield started


@pytest.fixture
def charted(drawing, with_base):
    """A tablet on a dispatch that looks at its map; ``status`` is how the base map's server answers, ``asked`` what it was asked."""
    context = drawing.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR")
    page = context.new_page()
    page.asked, page.status = [], 200

    def tile(route):
        page.asked.append(route.request)
        allowed = {"Access-Control-Allow-Origin": "*", "Content-Type": "image/png"}
        route.fulfill(status=page.status, body=TILE if page.status == 200 else b"", headers=allowed)

    context.route(ABROAD, tile)
    with_base.dispatches = [dispatch()]

    def look(status=200):
        page.status = status
        page.goto(f"http://127.0.0.1:{with_base.port}/")
        log_in(page)
        take(page)
        page.get_by_role("button", name="지도").click()
        return page

    yield look
    context.close()


def test_the_agencys_tiles_lie_under_the_map_who_made_them_is_said_and_no_other_origin_is_read_from(charted):
    page = charted()
    until(lambda: page.evaluate("1") and page.asked, 15)
    assert {request.url.split("/base/")[0] for request in page.asked} == {TILES}
    assert {request.headers["referer"] for request in page.asked} == {page.url}  # without path: it is one
    assert not [request for request in page.asked if "cookie" in request.headers or "authorization" in request.headers]
    expect(page.locator("#map .note")).to_have_text("© 국토지리정보원")

    assert page.evaluate(READS, f"{TILES}/anything")
    for other in ("https://other.example/", "https://tiles.example:8443/", "http://tiles.example/"):
        assert not page.evaluate(READS, other)
    assert "other.example" not in str([request.url for request in page.asked])


def test_where_no_base_map_is_set_nothing_is_read_from_elsewhere(drawing, backend):
    page = drawing.new_page()
    page.route(ABROAD, lambda route: route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"}))
    page.goto(f"http://127.0.0.1:{backend.port}/")
    assert not page.evaluate(READS, f"{TILES}/anything")
    page.close()


def test_when_tiles_fail_the_sketch_stays_and_says_so(charted):
    page = charted(status=503)
    expect(page.locator("#map .note")).to_have_text("배경 지도를 받지 못함 · 약도")
    expect(page.get_by_role("img", name="현장")).to_be_visible()
    expect(page.locator("#map canvas")).to_be_visible()
    page.evaluate(
        "document.documentElement.dataset.theme = document.documentElement.dataset.theme === 'day' ? 'night' : 'day'"
    )
    page.status = 200
    page.get_by_role("button", name="확대").click()
    expect(page.locator("#map .note")).to_have_text("© 국토지리정보원")


OTHER = {"id": "unit-2", "call_sign": "목포 순12", "kind": "patrol_car", "heading_deg": None, "age_s": 3.0}


def test_the_map_shows_the_incidents_other_units_until_it_ends_and_never_our_own_twice(charted, with_base):
    here = {"lat": 34.7905, "lon": 126.3805}
    with_base.positions = [OTHER | here, OTHER | here | {"id": "unit-1", "call_sign": "목포 순11"}]
    page = charted()
    expect(page.locator("#map [data-kind=unit]")).to_have_count(1)
    expect(page.get_by_role("img", name="목포 순12, 순찰차, ")).to_be_visible()
    with_base.close()
    page.wait_for_selector("[data-view=waiting]")
    assert page.locator("#map *").count() == 0
