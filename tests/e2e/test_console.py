"""The console on the whole product: each story as the person at the screen walks it, and no view that a blind one could not."""

import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from demo import screenshots
from demo.caller import Caller
from demo.province import SCENE
from demo.scenarios.call_112 import close_call, raise_call
from demo.scenarios.programme import SCENARIOS
from tests.e2e.console import WITHIN_MS, until
from tests.server.provider import CLIENT, SECRET, StubProvider

pytestmark = pytest.mark.e2e

FIRE = {
    "service": "fire_119",
    "external_id": "console-fire",
    "type": "FIRE",
    "priority": 1,
    "location": {"lat": SCENE.lat, "lon": SCENE.lon, "address": "중앙시장 남문 상가 화재"},
    "summary": "상가 화재",
    "legal_basis": "FIRE119_11_2_1",
}


def offer(page, call_sign):
    """A car that is near is offered by itself, any other when it is chosen."""
    button = page.get_by_role("button", name=re.compile(f"^{call_sign} "))
    chosen = page.locator("select[data-key=other] option", has_text=call_sign)
    until(lambda: button.count() or chosen.count())
    if chosen.count():
        page.get_by_label("다른 차량", exact=True).select_option(label=call_sign)


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

    offer(page, "순11")
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


def test_a_call_comes_in_its_order_is_followed_on_board_and_map_and_it_is_closed_with_a_code(product, console_of):
    console = console_of("dispatcher")
    page = console.page
    console.open("board")
    officer, at = product.officer("officer"), {"lat": SCENE.lat + 0.002, "lon": SCENE.lon}
    officer.call("PUT", f"/v1/units/{product.unit_id}/position", at | {"at": datetime.now(UTC).isoformat()})
    raised = raise_call(product.room(), unit_id=product.unit_id)
    page.locator(f".incidents a[href='#/board/{raised['id']}']").click()  # pushed: nobody has read anew
    order = page.locator(".beside .badge", has_text="순11")
    for told, shown in (
        ({"seen": "delivered"}, "도착함"),
        ({"seen": "shown"}, "화면에 뜸"),
        ({"status": "acknowledged"}, "접수"),
    ):
        officer.call("PATCH", f"/v1/dispatches/{raised['dispatches'][0]['id']}", told)
        order.filter(has_text=shown).first.wait_for()
    page.get_by_role("img", name="순11 · 접수").wait_for()
    page.locator(".sketch .ground :is(canvas, svg)").first.wait_for()
    camera = page.locator(".sketch .mark[data-kind=camera]").first
    camera.focus()
    page.keyboard.press("Enter")
    page.locator(".tile.chosen").wait_for()

    console.open(f"board/{raised['id']}")
    console.press("사건 종결")
    page.get_by_label("종결 구분").select_option(label="불발견")
    assert console.faults() == []
    console.confirm("사건 종결")
    page.get_by_text(re.compile("종결 · 불발견")).wait_for()
    assert product.room().call("GET", f"/v1/incidents/{raised['id']}")["closing_code"] == "nothing_found"


@contextlib.contextmanager
def turning(product, camera_id):
    """The inventory says that the camera turns, and the room may steer it; nobody answers at its ONVIF port."""
    admin = product.officer("admin", managing=True)
    address = f"/v1/cameras/{camera_id}"
    known = {name: value for name, value in admin.call("GET", address).items() if name not in {"id", "health"}}
    del known["rtsp"]["has_password"]
    admin.call("PUT", address, known | {"ptz": True, "onvif_port": 9, "ptz_presets": [{"token": "1", "name": "정문"}]})
    admin.call("PUT", "/v1/agencies/police_112/policy", {"ptz": "room"})
    yield
    admin.call("PUT", "/v1/agencies/police_112/policy", {"ptz": "nobody"})
    admin.call("PUT", address, known)


def test_a_dispatcher_steers_the_camera_that_is_watched_by_keys_and_gives_it_back(product, incident, console_of):
    camera = incident["cameras"][0]["camera_id"]
    console = console_of("dispatcher")
    page = console.page
    with turning(product, camera):
        console.open(f"wall/incident/{incident['id']}/{camera}")
        console.press("카메라 돌리기")
        assert console.faults() == []
        console.press("도주 방향 확인")
        page.get_by_text("초 남음").wait_for()
        page.keyboard.press("ArrowLeft")
        console.says("카메라가 응답하지 않아 움직이지 않았습니다.")
        assert console.faults() == []
        console.press("다시 1분")
        console.press("끝내기")
        console.says("카메라가 원래 위치로 돌아갑니다.")
        recorded = product.officer("auditor", managing=True).call("GET", "/v1/audit/events?tag=viewer:ptz&limit=50")
        acts = [row["tag"] for row in recorded["items"] if row["subject"]["camera"] == camera]
        assert {"viewer:ptz:held", "viewer:ptz:moved", "viewer:ptz:released"} <= set(acts)
        console.open("board")


def test_a_room_reads_what_units_report_as_it_comes_reports_itself_and_changes_the_code(product, incident, console_of):
    console = console_of("dispatcher")
    page = console.page
    console.open(f"board/{incident['id']}")
    address = f"/v1/incidents/{incident['id']}"
    product.officer("officer").call("POST", f"{address}/reports", {"kind": "first", "text": "현장 도착, 2명 대치"})
    row = page.locator(".reports tr", has_text="현장 도착, 2명 대치")  # pushed, not read again by hand
    row.get_by_text("순11").wait_for()
    row.get_by_text("최초 보고").wait_for()
    console.press("보고하기")
    for kind, shown in (("종결 보고", True), ("수시 보고", False)):
        page.get_by_label("종류").select_option(kind)
        assert page.get_by_label("종결 구분").is_visible() == shown
    page.get_by_label("내용").fill("지원 차량 보냄")
    assert console.faults() == []
    console.confirm("보내기")
    page.locator(".reports tr", has_text="지원 차량 보냄").get_by_text("수시 보고").wait_for()
    console.press("코드 변경")
    page.get_by_label("긴급도").select_option("1")
    console.confirm("코드 변경")
    page.locator(".beside header", has_text="코드 1").wait_for()
    assert product.room().call("GET", address)["priority"] == 1
    assert console.faults() == []


def test_an_order_nobody_answers_is_told_in_words_after_a_minute(console_of):
    page = console_of("dispatcher").page
    stands = """async (sent) => {
        const { unit } = await import('/console/board.js');
        const badge = unit({ unit: 'u', sent_at: '2026-11-02T09:00:00Z', ...sent }, { now_ms: Date.parse('2026-11-02T09:01:01Z'), call_sign: () => '순11' });
        return `${badge.dataset.kind} ${badge.textContent}`;
    }"""
    told = {"status": "sent", "delivered_at": None, "shown_at": None}
    assert page.evaluate(stands, told) == "alarm 순11 보냄 · 응답 없음"
    assert page.evaluate(stands, told | {"shown_at": "2026-11-02T09:00:05Z"}) == "alarm 순11 화면에 뜸 · 응답 없음"
    assert page.evaluate(stands, told | {"sent_at": "2026-11-02T09:00:30Z"}) == "late 순11 보냄"
    assert page.evaluate(stands, told | {"status": "acknowledged"}) == "good 순11 접수"


def test_a_tap_on_the_ground_is_the_place_of_a_new_incident(incident, console_of):
    console = console_of("dispatcher")
    page = console.page
    console.open("create")
    page.locator(".sketch .mark", has_text="강도").first.wait_for()
    ground = page.locator(".sketch").bounding_box()
    page.mouse.click(ground["x"] + 12, ground["y"] + 12)
    page.locator(".sketch .mark", has_text="새 사건").wait_for()
    lat, lon = (float(page.get_by_label(name).input_value()) for name in ("위도", "경도"))
    north, east = lat - incident["location"]["lat"], lon - incident["location"]["lon"]
    assert 0 < north < 0.02
    assert -0.02 < east < 0, "north-west of what is shown"


def test_a_row_stays_under_the_finger_while_others_come_and_go(product, incident, console_of):
    console = console_of("supervisor")
    page = console.page
    officer = product.officer("officer")

    def watch(number):
        camera = incident["cameras"][number]
        wanted = {"camera_id": camera["camera_id"], "incident_id": incident["id"]}
        return officer.call("POST", "/v1/playback", wanted)["session_id"], camera["name"]

    console.open("watching")
    (_, first), (second_id, second) = watch(0), watch(1)
    cut = page.get_by_role("button", name=f"홍길동, {first}: 중단").first
    cut.hover()
    before = cut.element_handle(), cut.bounding_box()
    officer.call("DELETE", f"/v1/playback/{second_id}")
    _, third = watch(2)
    page.get_by_role("button", name=f"홍길동, {third}: 중단").wait_for()
    assert page.locator("tr.over", has_text=second).count() == 1
    assert cut.evaluate("(now, before) => now === before", before[0])
    assert cut.bounding_box() == before[1]
    console.open("board")


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
    console.confirm("중단")
    console.says("열람을 중단했습니다.")
    stranger = Caller(product.base_url)
    until(lambda: stranger.status(session["url"]) == 403)
    assert console.faults() == []

    asked = {"agency": "police_112", "incident_id": incident["id"], "camera_ids": [], "reason": "옆 골목 수색"}
    product.officer("other_officer").call("POST", "/v1/access-requests", asked)
    page.locator("#views [href='#/requests'] .new").wait_for()  # pushed while another view is open
    console.open("requests")
    console.says("옆 골목 수색")
    assert console.faults() == []
    console.press("1시간 허용")
    console.says("허용했습니다.")

    console.open("grants")
    card = page.locator(".card", has_text="옆 골목 수색")
    card.get_by_text("전우치").wait_for()
    assert console.faults() == []
    console.press("지금부터 1시간", card)
    console.says("기간을 늘렸습니다.")
    console.press("회수", card)
    assert console.faults() == []
    console.confirm("회수")
    console.says("회수했습니다.")
    grants = product.officer("other_officer").call("GET", "/v1/grants")["items"]
    assert [one["status"] for one in grants if one["reason"] == "옆 골목 수색"] == ["ended"]

    console.open(f"board/{incident['id']}")
    offer(page, "순12")
    console.press("순12 1시간 열람 주기")
    console.says("임시 권한을 주었습니다.")
    console.press("임시 권한 주기")
    page.get_by_label("받는 사람").select_option(label="이몽룡 · 상황 근무자")
    assert console.faults() == []
    console.confirm("주기")
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


def look_up(console):
    """One digit is another than was seen: the plate is found, and which one it is."""
    page = console.page
    console.open("lookup")
    page.get_by_label("조회 방법").select_option("last_four")
    page.get_by_label("차량번호").fill("4566")
    page.get_by_label("찾을 범위").select_option("near")
    page.get_by_label("사유").fill("강도 사건 수사")
    console.press("조회")
    page.get_by_text("조회가 기록되었습니다").wait_for()
    assert set(page.locator(".plate mark").all_inner_texts()) == {"8"}
    assert console.faults() == []


def test_a_supervisor_checks_a_wanted_vehicle_by_eye_and_shuts_a_lost_device(product, console_of):
    scene = SCENARIOS["wanted-vehicle"].play(product)
    console = console_of("supervisor")
    page = console.page
    console.open("hits")
    sight = page.get_by_role("region", name="판독 확인")
    picture = sight.get_by_role("img", name="번호판 사진")
    picture.wait_for()
    assert picture.evaluate("(canvas) => [canvas.width, canvas.height]") == [400, 150]
    page.get_by_role("img", name=re.compile("^2번째 목포역 광장")).wait_for()  # its way is on the map
    assert console.faults() == []
    console.press("맞음", sight)
    sight.get_by_text("확인됨", exact=True).wait_for()
    sight.get_by_role("button", name=re.compile("다음 판독 보기")).click()
    sight.get_by_text("눈으로 확인 필요").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_text("Sketch · no base map").wait_for()  # the map too speaks it at once
    page.get_by_role("button", name="한국어").click()
    page.get_by_text("약도 · 배경 지도 없음").wait_for()
    look_up(console)
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
    with (
        StubProvider(lambda: datetime.now(UTC)) as provider,
        agency_service(product, provider, "police_112", "dispatcher"),
    ):
        page = browser.new_context(locale="ko-KR").new_page()
        page.set_default_timeout(WITHIN_MS)
        sent_back = signing_in(page, provider, "idp-dispatcher")
        page.goto(f"{product.base_url}/?code=x&state=nobody-began-this")
        page.wait_for_url(f"{product.base_url}/")
        page.goto(f"{product.base_url}/console/")
        page.get_by_role("button", name="전남경찰청 112치안종합상황실 계정으로 로그인").click()
        page.locator("#who", has_text="이몽룡").wait_for()
        assert page.url.partition("#")[0] == f"{product.base_url}/console/", "the code is out of the address"
        page.goto(sent_back[0])
        page.wait_for_url(f"{product.base_url}/")
        page.context.close()


def test_an_officer_signs_in_on_the_tablet_at_the_agencys_service_and_who_is_not_vouched_for_does_not(product, browser):
    with (
        StubProvider(lambda: datetime.now(UTC)) as provider,
        agency_service(product, provider, "police_46110", "patrol11"),
    ):
        page = browser.new_context(locale="ko-KR").new_page()
        page.set_default_timeout(WITHIN_MS)
        page.goto(f"{product.base_url}/")
        page.route(f"{provider.issuer}/authorize**", lambda route: sent_away(route, {"error": "access_denied"}))
        page.get_by_role("button", name="목포경찰서 계정으로 로그인").click()
        page.get_by_text("기관 로그인 취소됨").wait_for()
        page.unroute(f"{provider.issuer}/authorize**")
        sent_back = signing_in(page, provider, "idp-patrol11")
        page.get_by_role("button", name="목포경찰서 계정으로 로그인").click()
        page.locator("#unit", has_text="순11").wait_for()
        assert page.url == f"{product.base_url}/", "the code is out of the address"
        page.goto(sent_back[0])
        page.get_by_role("button", name="목포경찰서 계정으로 로그인").wait_for()
        assert page.url == f"{product.base_url}/"
        page.context.close()


def sent_away(route, said):
    """The provider sends the browser back; where to."""
    asked = {name: given[0] for name, given in parse_qs(urlsplit(route.request.url).query).items()}
    back = f"{asked['redirect_uri']}?{urlencode(said | {'state': asked['state']})}"
    route.fulfill(status=302, headers={"Location": back})
    return back


def signing_in(page, provider, subject):
    """Whoever comes to the provider signs in there; gives the addresses it sends them back to."""
    sent_back = []

    def signs_in(route):
        sent_back.append(sent_away(route, {"code": provider.signed_in(route.request.url, subject)}))

    page.route(f"{provider.issuer}/authorize**", signs_in)
    return sent_back


@contextlib.contextmanager
def agency_service(product, provider, agency_id, username):
    """The agency's people may sign in at the provider, which knows one of them."""
    admin = product.officer("admin", managing=True)
    address = f"/v1/agencies/{agency_id}/provider"
    admin.call("PUT", address, {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET})
    found = admin.call("GET", "/v1/officers?limit=200")["items"]
    (officer_id,) = [one["id"] for one in found if one["username"] == username]
    admin.call("PUT", f"/v1/officers/{officer_id}/identity", {"external_id": f"idp-{username}"})
    yield
    admin.call("DELETE", address)


def test_a_picture_of_a_view_is_taken_by_a_command(product, incident, browser, tmp_path):
    accounts = product.told["accounts"]
    sitting = screenshots.Sitting(product.base_url, product.management_url, accounts, incident["id"])
    (taken,) = screenshots.of_console(browser, sitting, tmp_path, "en", screenshots.SHOTS[:1])
    assert taken.name == "console-board.en.jpg"
    assert 10_000 < taken.stat().st_size < 120_000
