"""The console on the whole product: each story as the person at the screen walks it, and no view that a blind one could not."""

import contextlib
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from demo import screenshots
from demo.caller import Caller
from demo.province import SCENE
from demo.scenarios.call_112 import close_call
from demo.scenarios.programme import SCENARIOS
from tests.server.provider import CLIENT, SECRET, StubProvider

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WITHIN_MS = 20_000
SERIOUS = """async () => (await axe.run()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)"""


FIRE = {
    "service": "fire_119",
    "external_id": "console-fire",
    "type": "FIRE",
    "priority": 1,
    "location": {"lat": SCENE.lat, "lon": SCENE.lon, "address": "중앙시장 남문 상가 화재"},
    "summary": "상가 화재",
    "legal_basis": "FIRE119_11_2_1",
}


class Console:
    """One person's page. Waits are asked again and again from here: the page's policy forbids evaluating text in it."""

    def __init__(self, page, base_url, account):
        self.page, self.base_url = page, base_url
        self.problems = []
        page.set_default_timeout(WITHIN_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.add_init_script(path=AXE)
        page.goto(f"{base_url}/console/")
        page.locator("[name=username]").fill(account["username"])
        page.locator("[name=password]").fill(account["password"])
        page.locator("button[type=submit]").click()
        page.locator("#logout").wait_for()

    def open(self, view):
        self.page.goto(f"{self.base_url}/console/#/{view}")
        self.page.locator(f"#views a[aria-current], .{view.split('/')[0]}").first.wait_for()

    def faults(self):
        return self.page.evaluate(SERIOUS) + self.problems

    def press(self, name, within=None):
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def says(self, text):
        self.page.get_by_text(text).first.wait_for()


@pytest.fixture(scope="module")
def consoles(product, browser):
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


@pytest.fixture
def console_of(consoles):
    return consoles


def until(found, within_s=20):
    deadline = time.monotonic() + within_s
    while not (given := found()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
    return given


def test_a_dispatcher_enters_an_incident_sends_a_unit_watches_and_closes_it(product, console_of):
    console = console_of("dispatcher")
    page = console.page
    console.open("create")
    assert console.faults() == []
    scene = product.told["cameras"][0]
    page.get_by_label("위도").fill(str(scene["lat"]))
    page.get_by_label("경도").fill(str(scene["lon"]))
    page.get_by_label("주소").fill("목포역 앞 시험 사건")
    page.get_by_label("내용").fill("직접 입력한 사건")
    console.press("사건 접수")
    page.get_by_role("heading", name="목포역 앞 시험 사건").wait_for()
    incident_id = page.url.split("#/board/")[1]

    page.get_by_label("다른 차량", exact=True).select_option(product.unit_id)
    console.press("순11 보내기")
    page.locator(".beside .badge", has_text=re.compile("순11 (보냄|도착함)")).first.wait_for()
    officer = product.officer("officer")
    mine = officer.call("GET", "/v1/me/dispatches")["dispatches"]
    (sent,) = [one for one in mine if one["incident"]["id"] == incident_id]
    officer.call("PATCH", f"/v1/dispatches/{sent['id']}", {"status": "acknowledged"})
    page.locator(".beside .badge", has_text="순11 접수").first.wait_for()  # pushed, not read again by hand
    assert console.faults() == []

    page.get_by_role("link", name=re.compile("영상 보기")).click()
    playing = "() => { const v = document.querySelector('.tile.chosen video'); return v && v.currentTime > 0 && v.videoWidth; }"
    until(lambda: page.evaluate(playing))
    assert console.faults() == []
    product.room().call("PATCH", f"/v1/incidents/{incident_id}", {"status": "closed", "closing_reason": "종결"})
    until(lambda: not page.evaluate("() => document.querySelectorAll('.tile video, .tile canvas').length"))
    console.says("사건이 종결되어 영상 제공이 끝났습니다.")
    assert console.faults() == []


def test_a_room_hears_what_another_asks_and_joins_in_one_press(product, console_of):
    console = console_of("dispatcher")
    console.open("create")
    fire = product.client("fire_119")
    raised = fire.call("POST", "/v1/incidents", FIRE | {"reported_at": datetime.now(UTC).isoformat()})
    asked = {"verb": "joint_response", "to_agency": "police_112", "reason": "교통 통제 요청"}
    fire.call("POST", f"/v1/incidents/{raised['id']}/sharings", asked)
    console.page.locator("#views [href='#/sharings'] .new").wait_for()  # pushed while another view is open
    console.open("sharings")
    card = console.page.locator(".card", has_text="교통 통제 요청")
    card.get_by_text("전남소방본부 119종합상황실 → 전남경찰청 112치안종합상황실").wait_for()
    assert console.faults() == []
    console.press("수락", card)
    card.get_by_role("link", name="사건").click()
    console.page.get_by_role("heading", name=FIRE["location"]["address"]).wait_for()
    parts = {one["agency_id"]: one["part"] for one in fire.call("GET", f"/v1/incidents/{raised['id']}")["rooms"]}
    assert parts == {"fire_119": "owns", "police_112": "owns"}
    for room in (fire, product.room()):
        close_call(room, raised["id"])


def test_a_supervisor_sees_who_watches_cuts_it_answers_a_request_and_takes_access_back(product, incident, console_of):
    console = console_of("supervisor")
    page = console.page
    officer = product.officer("officer")
    camera = incident["cameras"][0]
    session = officer.call("POST", "/v1/playback", {"camera_id": camera["camera_id"], "incident_id": incident["id"]})
    console.open("watching")
    console.press(f"홍길동, {camera['name']}: 중단")
    page.get_by_label("사유").fill("잘못 열람")
    assert console.faults() == []
    console.press("중단", page.get_by_role("dialog"))
    console.says("열람을 중단했습니다.")
    stranger = Caller(product.base_url)
    until(lambda: stranger.status(session["url"]) == 403)
    assert console.faults() == []

    asked = {"agency": "police_112", "incident_id": incident["id"], "camera_ids": [], "reason": "옆 골목 수색"}
    product.officer("other_officer").call("POST", "/v1/access-requests", asked)
    page.locator("#views .new").wait_for()  # pushed while another view is open
    console.open("requests")
    console.says("옆 골목 수색")
    assert console.faults() == []
    console.press("1시간 허용")
    console.says("허용했습니다.")

    console.open("grants")
    card = page.locator(".card", has_text="옆 골목 수색")
    card.get_by_text("전우치").wait_for()
    assert console.faults() == []
    console.press("회수", card)
    console.says("회수했습니다.")
    grants = product.officer("other_officer").call("GET", "/v1/grants")["items"]
    assert [one["status"] for one in grants if one["reason"] == "옆 골목 수색"] == ["ended"]

    console.open(f"board/{incident['id']}")
    page.get_by_label("다른 차량", exact=True).select_option(label="순12")
    console.press("순12 1시간 열람 주기")
    console.says("임시 권한을 주었습니다.")
    console.press("임시 권한 주기")
    page.get_by_label("받는 사람").select_option(label="이몽룡 · 상황 근무자")
    assert console.faults() == []
    console.press("주기", page.get_by_role("dialog"))
    page.get_by_role("dialog").wait_for(state="detached")
    given = product.officer("dispatcher").call("GET", "/v1/grants")["items"]
    assert [one["to_name"] for one in given if one["to_kind"] == "officer"] == ["이몽룡"]


def test_the_page_speaks_english_by_day_too(product, console_of):
    console = console_of("supervisor")
    page = console.page
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="Who watches").wait_for()
    page.get_by_role("button", name="Light/dark").click()
    console.open("watching")
    console.says("watch")
    assert not re.search("[가-힣]", page.locator("#views").inner_text())
    assert console.faults() == []
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("link", name="열람 현황").wait_for()
    page.get_by_role("button", name="밝게/어둡게").click()


def test_every_view_is_reached_with_the_keyboard(product, console_of):
    page = console_of("supervisor").page
    seen = []
    page.locator("#skip").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.getAttribute('href') ?? document.activeElement.id"))
    assert {"#/board", "#/watching", "#/grants", "#/requests"} <= set(seen)
    page.locator("#views a[href='#/watching']").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="열람 현황").wait_for()


def test_a_supervisor_checks_a_wanted_vehicle_by_eye_and_shuts_a_lost_device(product, console_of):
    scene = SCENARIOS["wanted-vehicle"].play(product)
    console = console_of("supervisor")
    page = console.page
    console.open("hits")
    page.get_by_text("눈으로 확인 필요").first.wait_for()
    assert console.faults() == []
    console.press("맞음")
    page.get_by_text("확인됨", exact=True).first.wait_for()
    scene.end()

    console.open("devices")
    console.press("단말기 등록")
    page.get_by_label("이름").fill("순11 태블릿")
    console.press("단말기 등록", page.get_by_role("dialog"))
    page.locator(".code", has_text=re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}")).wait_for()
    assert console.faults() == []
    for view in ("duties", "explain"):
        console.open(view)
        assert console.faults() == []


def test_an_operator_sees_how_each_camera_of_the_centre_is_and_has_no_switch(product, console_of):
    console = console_of("operator")
    console.open("centre")
    console.page.get_by_role("cell", name="목포역 광장", exact=True).wait_for()
    console.says("부하")
    assert console.page.get_by_role("button", name=re.compile("차단")).count() == 0
    assert console.faults() == []


def test_an_auditor_searches_the_record_takes_a_ledger_and_reads_a_month(product, incident, console_of):
    officer = product.officer("officer")
    watched = {"camera_id": incident["cameras"][0]["camera_id"], "incident_id": incident["id"]}
    officer.call("POST", "/v1/playback", watched)
    outside = console_of("auditor")
    outside.says("내부 관리 주소에서만")

    console = console_of("auditor", managing=True)
    page = console.page
    console.open("audit")
    page.get_by_label("행위").fill("viewer:playback")
    page.get_by_label("누가").fill("officer")
    console.press("찾기")
    console.says(f"camera: {watched['camera_id']}")
    assert console.faults() == []
    console.open("ledgers")
    with page.expect_download() as download:
        console.press("열람대장 CSV 내려받기")
    assert download.value.suggested_filename.startswith("viewing-")
    assert watched["camera_id"] in Path(download.value.path()).read_text()
    assert console.faults() == []
    console.open("anomalies")
    console.press("지금 살펴보기")
    console.says("건을 찾았습니다.")
    assert console.faults() == []
    console.open("reviews")
    page.locator("table, .empty").first.wait_for()
    assert console.faults() == []


def test_who_signs_in_at_the_agencys_service_ends_at_the_console_and_a_strange_state_ends_nowhere(product, browser):
    with StubProvider(lambda: datetime.now(UTC)) as provider, agency_service(product, provider):
        page = browser.new_context(locale="ko-KR").new_page()
        page.set_default_timeout(WITHIN_MS)
        sent_back = []

        def signs_in(route):
            asked = {name: given[0] for name, given in parse_qs(urlsplit(route.request.url).query).items()}
            said = {"code": provider.signed_in(route.request.url, "idp-dispatcher"), "state": asked["state"]}
            sent_back.append(f"{asked['redirect_uri']}?{urlencode(said)}")
            route.fulfill(status=302, headers={"Location": sent_back[-1]})

        page.route(f"{provider.issuer}/authorize**", signs_in)
        page.goto(f"{product.base_url}/?code=x&state=nobody-began-this")
        page.wait_for_url(f"{product.base_url}/")
        page.goto(f"{product.base_url}/console/")
        page.get_by_role("button", name="전남경찰청 112치안종합상황실 계정으로 로그인").click()
        page.locator("#who", has_text="이몽룡").wait_for()
        assert page.url.partition("#")[0] == f"{product.base_url}/console/", "the code is out of the address"
        page.goto(sent_back[0])
        page.wait_for_url(f"{product.base_url}/")
        page.context.close()


@contextlib.contextmanager
def agency_service(product, provider):
    """The 112 room's people may sign in at the provider, which knows its dispatcher."""
    admin = product.officer("admin", managing=True)
    address = "/v1/agencies/police_112/provider"
    admin.call("PUT", address, {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET})
    found = admin.call("GET", "/v1/officers?limit=200")["items"]
    (officer_id,) = [one["id"] for one in found if one["username"] == "dispatcher"]
    admin.call("PUT", f"/v1/officers/{officer_id}/identity", {"external_id": "idp-dispatcher"})
    yield
    admin.call("DELETE", address)


def test_a_picture_of_a_view_is_taken_by_a_command(product, incident, browser, tmp_path):
    accounts = product.told["accounts"]
    sitting = screenshots.Sitting(product.base_url, product.management_url, accounts, incident["id"])
    (taken,) = screenshots.of_console(browser, sitting, tmp_path, "en", screenshots.SHOTS[:1])
    assert taken.name == "console-board.en.jpg"
    assert 10_000 < taken.stat().st_size < 120_000
