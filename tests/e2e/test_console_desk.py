"""The console on the whole product: who looks after people, devices and centres, the second person, and what goes wrong."""

import re

import pytest
from playwright.sync_api import expect

from demo.caller import Caller, CallRefused
from demo.province import SCENE
from demo.scenarios import sensing, vulnerable_person
from demo.scenarios.call_112 import close_call
from tests.e2e.console import Console, until

pytestmark = pytest.mark.e2e
VIEWS = {
    ("dispatcher", False): ("board", "alerts", "create", "grants", "sharings", "hits", "lookup", "duties", "explain"),
    ("supervisor", False): ("board", "watching", "requests", "devices"),
    ("operator", False): ("alerts", "centre"),
    ("auditor", True): ("audit", "ledgers", "anomalies", "reviews"),
    ("admin", True): ("devices", "officers", "discovery"),
}
PLAYS = "() => window.goldentime.state().grant_id && window.goldentime.state().verdict === 'live' && document.querySelector('video')?.currentTime > 0"
PLAYS_WITHIN_S = 60  # a camera that nobody watched yet, on a machine with other work
STOPS = """() => {
    const stops = 'main :is(a[href], button, input, select, textarea, [tabindex="0"])';
    window.wanted = [...document.querySelectorAll(stops)].filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && !e.closest('[inert]'));
    window.reached = new Set();
    return window.wanted.length;
}"""
RING = """() => {
    if (document.activeElement === document.body) return ['past the end', true];
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    window.reached.add(document.activeElement);
    return [document.activeElement.outerHTML.slice(0, 120), outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2];
}"""
MISSED = """() => window.wanted.filter((e) => e.isConnected && !e.closest('[inert]') && !window.reached.has(e)).map((e) => e.outerHTML.slice(0, 120))"""
MOST_STOPS = 90
DRAWN = (
    "(where) => [...document.querySelectorAll(`${where} canvas`)].some((one) => one.width > 0 && one.checkVisibility())"
)


@pytest.fixture
def admin(product):
    return product.officer("admin", managing=True)


@pytest.fixture
def person(product, browser, admin):
    """Signs in somebody new, of an agency and in a role."""
    contexts = []

    def sign_in(agency, role, username):
        made = admin.call(
            "POST", "/v1/officers", {"agency_id": agency, "username": username, "name": "배비장", "role": role}
        )
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR"))
        return Console(contexts[-1].new_page(), product.base_url, made), made

    yield sign_in
    for context in contexts:
        context.close()


def test_an_administrator_makes_an_account_and_another_confirms_and_approves_as_that_person(
    product, incident, admin, browser, console_of
):
    console = console_of("admin", managing=True)
    page = console.page
    console.open("officers")
    page.get_by_role("cell", name="홍길동", exact=True).wait_for()
    console.press("계정 만들기")
    page.get_by_label("기관").select_option("police_112")
    page.get_by_label("이름").fill("변학도")
    page.get_by_label("아이디").fill("second.supervisor")
    page.get_by_label("역할").select_option(label="감독자")
    assert console.faults() == []
    console.confirm("계정 만들기")
    password = page.locator(".code b").inner_text()
    console.open("devices")
    console.open("officers")
    page.get_by_role("cell", name="변학도", exact=True).wait_for()
    assert password not in page.content(), "it is shown once"
    page.get_by_label("찾기").fill("second.")
    until(lambda: page.locator("tbody tr").count() == 1)

    glass = {"incident_id": incident["id"], "reason": "급박한 추적", "legal_basis": "POLICE112_9_1"}
    product.officer("other_officer").call("POST", "/v1/break-glass", glass)
    admin.call("PUT", "/v1/agencies/police_112/policy", {"approval": "always"})
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR")
    second = Console(context.new_page(), product.base_url, {"username": "second.supervisor", "password": password})
    second.open("grants")
    card = second.page.locator(".card", has_text="급박한 추적")
    assert second.faults() == []
    second.press("긴급 접근 확인", card)
    card.get_by_text("긴급 · 확인됨").wait_for()

    first = console_of("supervisor")
    first.open(f"board/{incident['id']}")
    first.page.get_by_label("다른 차량", exact=True).select_option(label="순13")
    first.press("순13 1시간 열람 주기")
    waiting = second.page.locator(".card", has_text="순13")
    waiting.get_by_text("승인 대기").wait_for()
    second.press("승인", waiting)
    waiting.get_by_text("유효", exact=True).wait_for()
    admin.call("PUT", "/v1/agencies/police_112/policy", {"approval": "never"})
    context.close()


def test_access_given_in_one_tap_is_on_the_units_tablet_plays_there_and_is_blank_with_the_reason_when_taken_back(
    product, incident, console_of, tablet_of
):
    console, tablet = console_of("supervisor"), tablet_of("other_officer")
    page = tablet.page
    console.open(f"board/{incident['id']}")
    console.page.get_by_label("다른 차량", exact=True).select_option(label="순12")
    console.press("순12 1시간 열람 주기")
    why = f"사건 {incident['external_id']} 대응"
    card = page.locator("#given [data-grant]", has_text=why)
    card.wait_for()
    for said in ("열람 허가", "112치안종합상황실 · 성춘향", f"카메라 {len(incident['cameras'])}대", "남음"):
        assert said in card.inner_text()
    card.get_by_role("button", name="조건에 동의하고 보기").click()
    tablet.wait(PLAYS, within_s=PLAYS_WITHIN_S)
    page.locator("#cameras button").nth(1).click()
    tablet.wait(PLAYS, within_s=PLAYS_WITHIN_S)
    assert page.locator("#access .until").inner_text().endswith("남음")

    console.open("watching")
    console.page.locator("tr", has_text="전우치").first.wait_for()
    console.open("grants")
    card = console.page.locator(".card", has_text=why)
    console.press("회수", card)
    console.confirm("회수")
    tablet.wait_until_blank()
    page.locator("#ended", has_text="감독자가 임시 열람 권한을 회수했습니다").wait_for()
    assert tablet.state()["view"] == "waiting"


def test_a_centres_supervisor_switches_a_camera_off_for_everybody_and_on_again(product, incident, person):
    console, _ = person("cctv_46110", "supervisor", "centre.supervisor")
    page, camera = console.page, incident["cameras"][0]
    session = product.watch(incident, camera["camera_id"])
    console.open("centre")
    row = page.locator("tr", has=page.get_by_role("cell", name=camera["name"], exact=True))
    row.get_by_text("목포경찰서").wait_for()
    console.press(f"{camera['name']}: 차단")
    page.get_by_label("사유").fill("집회 보호")
    assert console.faults() == []
    console.confirm(f"{camera['name']}: 차단")
    row.get_by_text("차단됨").wait_for()
    stranger = Caller(product.base_url)
    until(lambda: stranger.status(session["url"]) == 403)
    console.press(f"{camera['name']}: 해제")
    page.get_by_label("사유").fill("집회 끝")
    console.confirm(f"{camera['name']}: 해제")
    row.get_by_text("차단됨").wait_for(state="detached")


def test_an_alert_comes_by_itself_is_opened_and_escalated_and_its_crew_sees_whom_to_look_for(
    product, console_of, tablet_of
):
    console, tablet, room = console_of("operator"), tablet_of("officer"), product.room()
    page = console.page
    console.open("centre")
    alert = vulnerable_person.press(product.client("safety_46110"), product.officer("operator"))
    page.locator("#views [href='#/alerts'] .new").wait_for()  # pushed while another view is open
    page.locator("#said[data-sounded=true]").wait_for()
    console.open("alerts")
    console.says("대응 필요")
    assert "노란 우산" not in page.content(), "only when it is opened"
    console.press("사람·보호자·사진 보기")
    until(lambda: page.evaluate(DRAWN, ".person"))
    page.get_by_role("link", name="010-0000-0000").wait_for()
    assert console.faults() == []
    console.press("112에 넘기기")
    page.get_by_role("dialog").get_by_text("곧바로 112 상황실의 사건이 됩니다").wait_for()
    assert console.faults() == []
    console.confirm("112에 넘기기")
    page.locator("header .badge", has_text="112치안종합상황실에 넘김").wait_for()

    dispatcher = console_of("dispatcher")
    dispatcher.open(f"alerts/{alert['id']}")
    dispatcher.page.get_by_role("link", name="사건", exact=True).click()
    dispatcher.page.get_by_role("link", name="찾는 사람의 사진과 보호자").wait_for()
    incident_id = dispatcher.page.url.split("#/board/")[1]
    room.call("POST", f"/v1/incidents/{incident_id}/dispatches", {"unit": product.unit_id})
    tablet.page.click("#order button")
    tablet.page.get_by_role("button", name="사람 · 현장").click()
    until(lambda: tablet.page.evaluate(DRAWN, "#facts"))
    tablet.page.get_by_text("7세, 노란 우산").wait_for()
    kept = "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat()"
    assert not [url for url in tablet.page.evaluate(kept) if "/v1/" in url]
    close_call(room, incident_id)
    until(lambda: "노란 우산" not in tablet.page.content())
    page.locator("header .badge", has_text="끝남").wait_for()
    assert "노란 우산" not in page.content()


def test_a_centre_hears_what_its_cameras_see_and_makes_an_incident_of_it(product, console_of):
    console, operator = console_of("operator"), product.officer("operator")
    page = console.page
    console.open("centre")
    event = sensing.see(product.client("readers_46110"), operator)
    row = page.locator(f"[data-row='{event['id']}']")  # pushed: nobody has read anew
    row.get_by_text("3회").wait_for()
    assert console.faults() == []
    row.get_by_role("link", name="영상").click()
    page.locator(".view.wall[data-shown] .tile.chosen .screen[data-source=video]").wait_for()
    console.open("centre")
    console.press(f"{event['camera_name']}: 싸움: 사건으로 보고")
    page.get_by_label("눈으로 본 것").fill("두 사람이 몸싸움")
    assert console.faults() == []
    console.confirm("사건으로 보고")
    row.get_by_text("사건으로 보고됨").wait_for()
    (reported,) = [
        one for one in operator.call("GET", "/v1/sensor-events?newest_first=true")["items"] if one["id"] == event["id"]
    ]
    row.get_by_text(reported["incident_id"]).wait_for()
    raised = product.room().call("GET", f"/v1/incidents/{reported['incident_id']}")
    assert raised["summary"] == "[관제센터] 두 사람이 몸싸움"
    close_call(product.room(), raised["id"])


def test_the_disaster_room_draws_an_area_and_the_cameras_in_it_are_chosen(product, person):
    console, _ = person("disaster", "dispatcher", "disaster.dispatcher")
    page = console.page
    console.open("create")
    page.get_by_label("종류").select_option("flood")
    page.get_by_label("내용").fill("하수 역류")
    page.get_by_label("위도").fill(str(SCENE.lat))
    page.get_by_label("경도").fill(str(SCENE.lon))
    page.keyboard.press("Tab")
    page.locator(".sketch .mark", has_text="새 사건").wait_for()
    console.press("지도에서 영역 그리기")
    box = page.locator(".sketch").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for right, down in ((-150, -150), (150, -150), (0, 170)):
        page.mouse.click(middle[0] + right, middle[1] + down)
    console.says("꼭짓점 3개의 영역")
    assert console.faults() == []
    console.press("사건 접수")
    page.locator(".view.board header.card").wait_for()
    incident_id = page.url.split("#/board/")[1]
    room = product.client("disaster")
    chosen = room.call("GET", f"/v1/incidents/{incident_id}")["cameras"]
    assert any("in_area" in camera["reasons"] for camera in chosen)
    close_call(room, incident_id)


def test_an_administrator_enrols_a_device_shuts_it_and_asks_a_camera_what_it_is(product, console_of):
    console = console_of("admin", managing=True)
    page = console.page
    console.open("devices")
    console.press("단말기 등록")
    page.get_by_label("이름").fill("순12 태블릿")
    console.confirm("단말기 등록")
    page.locator(".code", has_text=re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}")).wait_for()
    console.open("discovery")
    page.get_by_label("카메라", exact=True).fill(product.told["cameras"][0]["name"])
    console.press("보기")
    console.says("물은 적 없음")
    assert console.faults() == []
    console.press("지금 카메라에 묻기")
    page.locator("#said", has_text="ONVIF").wait_for()


def test_an_auditor_has_the_record_verified_and_sees_no_picture(product, incident, console_of):
    console = console_of("auditor", managing=True)
    page = console.page
    console.open("audit")
    console.press("기록 검증")
    page.locator(".verdict [data-kind=good]").wait_for()
    assert console.faults() == []
    seen = product.officer("auditor", managing=True)
    with pytest.raises(CallRefused):
        seen.call(
            "POST", "/v1/playback", {"camera_id": incident["cameras"][0]["camera_id"], "incident_id": incident["id"]}
        )
    for view in ("wall", f"wall/incident/{incident['id']}", "watching"):
        page.goto(f"{product.management_url}/console/#/{view}")
        page.get_by_role("heading", name="접속기록").wait_for()
        assert page.locator(".tile").count() == 0


@pytest.mark.parametrize(("key", "managing"), VIEWS)
def test_every_view_is_worked_with_the_keyboard_alone(key, managing, console_of):
    console = console_of(key, managing=managing)
    page = console.page
    for view in VIEWS[key, managing]:
        console.open(view)
        page.locator("#main").focus()
        count = page.evaluate(STOPS)
        for _ in range(min(MOST_STOPS, count + 20)):  # a field of a time has seven
            page.keyboard.press("Tab")
            element, ringed = page.evaluate(RING)
            assert ringed, (view, element)
        if count < MOST_STOPS - 20:
            assert page.evaluate(MISSED) == [], view


def test_the_location_centre_is_offered_no_form_that_is_refused_and_is_told_why(console_of):
    console = console_of("location_dispatcher")
    console.open("board")
    console.says("위치추적 시스템이 접수하고 옮깁니다")
    links = console.page.locator("#views a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert "#/board" in links
    assert "#/create" not in links
    assert console.faults() == []


def test_escape_leaves_a_question_and_the_keyboard_is_where_it_was(console_of):
    console = console_of("dispatcher")
    page = console.page
    console.open("grants")
    page.get_by_role("button", name="긴급 접근", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("() => document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("() => document.activeElement.textContent") == "긴급 접근"


@pytest.mark.parametrize(("key", "managing"), VIEWS)
def test_no_view_has_a_serious_fault_in_english_by_day(key, managing, console_of):
    console = console_of(key, managing=managing)
    page = console.page
    assert page.evaluate("() => document.documentElement.lang") == "ko"
    assert page.evaluate("() => getComputedStyle(document.body).wordBreak") == "keep-all"
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Light/dark").click()
    for view in VIEWS[key, managing]:
        console.open(view)
        assert console.faults() == [], view
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), view
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.get_by_role("button", name="밝게/어둡게").click()


def test_without_an_answer_a_view_says_so_and_comes_back_by_itself(console_of):
    console = console_of("supervisor")
    page = console.page
    console.open("watching")
    page.route("**/v1/playback?**", lambda route: route.fulfill(status=502, body="bad gateway"))
    page.locator(".state", has_text="서버가 응답하지 않습니다").wait_for()
    assert console.faults() == []
    page.get_by_role("button", name="다시 시도").wait_for()
    page.unroute("**/v1/playback?**")
    until(lambda: page.locator(".state").inner_text() == "")


def test_who_signs_in_again_after_a_login_has_ended_is_at_the_same_view(person, admin):
    console, made = person("police_112", "supervisor", "late.supervisor")
    console.open("requests")
    for enabled in (False, True):
        admin.call("PATCH", f"/v1/officers/{made['id']}", {"enabled": enabled})
    console.says("로그인이 끝났습니다.")
    assert console.faults() == []
    console.sign_in(made)
    console.page.get_by_role("heading", name="열람 요청").wait_for()
