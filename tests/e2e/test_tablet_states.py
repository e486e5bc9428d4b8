"""What can go wrong at the tablet, on the whole product: each has a state that says what happened and what to do, and a shape beside its colour."""

import base64
import contextlib
import json
import os
import signal
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from demo.scenarios.call_112 import close_call, raise_call
from demo.tablet import Tablet
from server.access import totp
from tests.e2e.processes import descendants, running

pytestmark = pytest.mark.e2e
PIN, OTHER_PIN = "2580", "1379"
WITHIN_S = 60  # a camera that nobody watched yet, on a machine with other work
SHIFTED = """(() => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length ? given : [Real.now() + %d])); }
    static now() { return Real.now() + %d; }
  };
})()"""
FULL = """;IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }"""
SAYS = """([where, text]) => [...document.querySelectorAll(where)].some(
    (one) => one.checkVisibility() && one.textContent.includes(text))"""
SHAPE = "(where) => getComputedStyle(document.querySelector(where), '::before').content.replaceAll('\"', '').trim()"
PLAYS = "() => window.goldentime.state().verdict === 'live' && document.querySelector('video')?.currentTime > 0"
CUT = """() => {
  const found = [];
  for (const one of document.querySelectorAll('button:not(.mark), input, h1, p:not(.said), strong, b, li')) {
    if (!one.checkVisibility({ visibilityProperty: true }) || !(one.textContent.trim() || one.matches('input'))) continue;
    const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
    const name = `${one.tagName} ${one.id || one.className || one.textContent.trim().slice(0, 20)}`;
    const rolls = one.closest('.panel, .login, .summary, .order');
    if (left < 0 || right > innerWidth + 1 || (!rolls && (top < 0 || bottom > innerHeight + 1))) found.push(`cut: ${name}`);
    if (one.matches('button') && (width < 76 || height < 76)) found.push(`small: ${name} ${width} x ${height}`);
  }
  return found;
}"""


def says(tablet, where, text):
    tablet.wait(SAYS, [where, text], within_s=WITHIN_S)


def plays(tablet):
    tablet.wait(PLAYS, within_s=WITHIN_S)


def give_pin(tablet, pin=PIN):
    """With the fingers, on the keys of the page."""
    for digit in pin:
        tablet.page.locator(".pad button", has_text=digit).click()
    tablet.page.click("#unlock button[type=submit]")


@contextlib.contextmanager
def call_of(product):
    """A call to which the officer's unit is sent; closed in the end."""
    incident = raise_call(product.room(), unit_id=product.unit_id)
    try:
        yield incident
    finally:
        close_call(product.room(), incident["id"])


def choose_pin(tablet):
    tablet.page.fill("#new_pin", PIN)
    tablet.page.click("#choose button")
    tablet.wait("() => document.querySelector('#choose').hidden")


@pytest.fixture
def opened(product, browser):
    """Opens the page for somebody who has not signed in; ``script`` runs before it."""
    contexts = []

    def open_page(script=None):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR"))
        if script:
            contexts[-1].add_init_script(script)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def sitting(product, browser):
    """The officer's tablet with a call whose picture plays, and a PIN; each test leaves it like that."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ko-KR")
    tablet = Tablet(context.new_page(), product.base_url)
    account = product.told["accounts"]["officer"]
    tablet.log_in(account["username"], account["password"])
    choose_pin(tablet)
    with call_of(product):
        plays(tablet)
        tablet.acknowledge()
        yield tablet
    context.close()


def test_a_wrong_clock_a_full_storage_and_a_refused_position_are_said_and_the_call_plays(product, opened):
    page = opened(SHIFTED % (600_000, 600_000) + FULL)
    tablet = Tablet(page, product.base_url)
    account = product.told["accounts"]["officer"]
    tablet.log_in(account["username"], account["password"])
    tablet.wait_for_view("waiting")
    for name, said in (("clock", "10분 빠름"), ("storage", "저장 공간 부족"), ("gps", "위치 꺼짐")):
        says(tablet, f"[data-notice={name}]", said)
        assert tablet.page.evaluate(SHAPE, f"[data-notice={name}] b") == "▲"
    with call_of(product):
        plays(tablet)
    tablet.wait_until_blank()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 34.79, "longitude": 126.38})
    tablet.wait("() => !document.querySelector('[data-notice=gps]')")
    page.reload()
    tablet.wait_for_view("login")


def test_where_no_clock_can_be_told_the_login_says_to_set_it(product, opened):
    page = opened(SHIFTED % (-600_000, -600_000))

    def without_time(route):
        answer = route.fetch()
        kept = {name: value for name, value in answer.headers.items() if name not in {"x-time", "date"}}
        route.fulfill(response=answer, headers=kept)

    page.route("**/v1/auth/**", without_time)
    tablet = Tablet(page, product.base_url)
    account = product.told["accounts"]["officer"]
    page.fill("#username", account["username"])
    page.fill("#password", account["password"])
    page.click("#login button[type=submit]")
    says(tablet, "#login .wrong", "날짜와 시간을 자동으로")
    assert page.evaluate(SHAPE, "#login .wrong") == "✕"


def test_nobody_touches_it_and_it_locks_a_call_rings_without_a_word_of_it_and_wrong_pins_end_the_login(product, tablet):
    choose_pin(tablet)
    page = tablet.page
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=6))
    tablet.wait_for_view("locked")
    with call_of(product) as incident:
        tablet.wait("() => Number(document.querySelector('#called:not([hidden])')?.dataset.sounded) >= 1")
        says(tablet, "#called", "출동")
        assert page.evaluate(SHAPE, "#called strong") == "▲"
        shown = page.content()
        assert not [part for part in (incident["location"]["address"], incident["summary"]) if part in shown]
        assert page.locator("video, canvas").count() == 0
        give_pin(tablet, OTHER_PIN)
        says(tablet, "#unlock .wrong", "4번 더")
        give_pin(tablet)
        plays(tablet)
        tablet.acknowledge()
    tablet.wait_for_view("waiting")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=12))
    tablet.wait_for_view("locked")
    for left in (4, 3, 2, 1):
        give_pin(tablet, OTHER_PIN)
        says(tablet, "#unlock .wrong", f"{left}번 더")
    give_pin(tablet, OTHER_PIN)
    tablet.wait_for_view("login")
    says(tablet, "#signed_out", "PIN을 다섯 번 틀림")
    assert page.evaluate(SHAPE, "#signed_out strong") == "■"


def test_codes_that_are_over_say_so_and_a_lost_device_is_told_what_it_is(product, opened):
    admin = product.officer("admin", managing=True)
    new = {"agency_id": "police_46110", "username": "states", "name": "심청", "role": "officer", "unit_id": None}
    made = admin.call("POST", "/v1/officers", new)
    secret = second_factor(product, made)
    tablet = Tablet(opened(), product.base_url)
    page = tablet.page
    page.fill("#username", "states")
    page.fill("#password", made["password"])
    page.click("#login button[type=submit]")
    for steps_ago, said in ((20, "다음 인증번호"), (0, None)):
        tablet.wait("() => !document.querySelector('#otp').hidden && !document.querySelector('#login button').disabled")
        page.fill("#otp", code_of(secret, steps_ago))
        page.click("#login button[type=submit]")
        if said:
            says(tablet, "#login .wrong", said)
    tablet.wait_for_view("waiting")

    device = admin.call("POST", "/v1/devices", {"label": "잃어버린 태블릿", "agency_id": "police_46110"})
    enrol = "async (code) => new (await import('/sdk/client.js')).Client().enrol(code).then(() => '', (e) => e.code)"
    assert page.evaluate(enrol, "XXXX-XXXX-XXXX") == "enrolment_code_invalid"
    assert page.evaluate(enrol, device["code"]) == ""
    admin.call("POST", f"/v1/devices/{device['id']}/lost")
    tablet.wait_for_view("login")
    says(tablet, "#signed_out", "분실 처리된 단말")


def second_factor(product, account):
    """The secret of a second factor that is set up for an account."""
    known = {"username": account["username"], "password": account["password"]}
    secret = base64.b32decode(posted(product, "/v1/auth/totp", known)["secret"])
    posted(product, "/v1/auth/totp/confirmation", known | {"otp": code_of(secret, steps_ago=1)})
    return secret


def posted(product, path, form):
    with urllib.request.urlopen(product.base_url + path, urlencode(form).encode(), timeout=20) as answer:
        return json.load(answer)


def code_of(secret, steps_ago):
    return totp._totp(secret).generate(time.time() - steps_ago * totp.STEP_S).decode()


def test_a_supervisor_cuts_it_and_it_says_so_and_another_camera_plays(product, sitting):
    supervisor = product.officer("supervisor")
    watched = supervisor.call("GET", "/v1/playback?active=true")["items"]
    (session,) = [one for one in watched if one["unit_id"] == product.unit_id]
    supervisor.call("DELETE", f"/v1/playback/{session['id']}?reason=x")
    says(sitting, ".cover .title", "열람 중단")
    says(sitting, ".cover .advice", "무전으로 요청")
    assert sitting.page.locator("video").count() == 0
    sitting.page.locator("#cameras button").nth(1).click()
    plays(sitting)


def test_a_server_that_restarts_is_said_and_gone_on_from_without_signing_in(product, sitting):
    before = sitting.state()["camera_id"]
    masters = [master(product, face) for face in ("events", "api", "gate")]
    for pid in masters:
        os.kill(pid, signal.SIGSTOP)  # so that the others are away long enough to be missed
        for worker in descendants(pid):
            os.kill(worker, signal.SIGKILL)
    try:
        says(sitting, "#band", "서버와 연결이 끊겼습니다")
        sitting.wait("() => window.goldentime.state().verdict !== 'live'")
    finally:
        for pid in masters:
            os.kill(pid, signal.SIGCONT)
    sitting.wait("() => document.querySelector('#band').hidden", within_s=WITHIN_S)
    plays(sitting)
    assert (sitting.state()["view"], sitting.state()["camera_id"]) == ("dispatch", before)


def master(product, face):
    """The process of this product that starts a face's workers anew."""
    ours = f"GOLDENTIME_DATA_DIR={product.var / 'data'}".encode()
    lines = {pid: line for pid, line in running().items() if f"server.wsgi_{face}:app".encode() in line}
    found = [pid for pid in lines if ours in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")]
    (top,) = set(found) - {below for pid in found for below in descendants(pid)}
    return top


def test_back_closes_what_lies_on_top_and_never_the_order(sitting):
    page = sitting.page
    page.click("#tabs [data-panel=map]")
    page.click("#four")
    sitting.wait("() => document.querySelectorAll('.picture').length === 4")
    page.go_back()
    sitting.wait("() => document.querySelectorAll('.picture').length === 1")
    page.go_back()
    sitting.wait(
        "() => document.querySelector('#map').hidden && !document.querySelector('#cameras').parentElement.hidden"
    )
    page.go_back()
    says(sitting, "[data-notice=back]", "출동 화면은 닫히지 않습니다")
    assert page.evaluate(SHAPE, "[data-notice=back] b") == "●"
    page.go_back()
    assert page.evaluate(PLAYS)


def test_turned_either_way_nothing_is_cut_and_every_target_fits_a_glove(sitting):
    page = sitting.page
    for width, height in ((800, 1280), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for tab in ("cameras", "map", "more"):
            page.click(f"#tabs [data-panel={tab}]")
            assert page.evaluate(CUT) == [], (width, tab)
        for view in ("login", "locked", "aside", "waiting", "dispatch"):
            page.evaluate("(view) => { document.body.dataset.view = view; }", view)
            assert page.evaluate(CUT) == [], (width, view)
        order = "(on) => { document.querySelector('#order').hidden = !on; document.body.toggleAttribute('data-order', on); }"
        page.evaluate(order, True)
        assert page.evaluate(CUT) == [], (width, "order")
        page.evaluate(order, False)
        page.click("#four")
        assert page.evaluate(CUT) == [], (width, "four")
        page.click("#four")
    page.click("#tabs [data-panel=cameras]")
    plays(sitting)


def comes(tablet, told, said):
    for _ in range(WITHIN_S * 20):
        if said in told:
            return
        tablet.page.wait_for_timeout(50)
    pytest.fail(f"never told: {said}")


def test_a_second_tab_says_so_takes_over_and_only_one_of_them_rings_and_answers(product, sitting):
    told = []
    sitting.page.context.on(
        "request", lambda request: told.append(request.post_data) if request.method == "PATCH" else None
    )
    second = Tablet(sitting.page.context.new_page(), product.base_url)
    second.wait_for_view("aside")
    says(second, ".aside h1", "다른 탭에서 사용 중")
    assert second.page.evaluate(SHAPE, ".aside h1") == "■"
    with call_of(product):
        sitting.wait("() => !document.querySelector('#order').hidden")
        comes(sitting, told, '{"seen":"shown"}')
        sitting.acknowledge()
        comes(sitting, told, '{"status":"acknowledged"}')
        assert second.page.evaluate("() => document.querySelector('#order').hidden && !document.querySelector('video')")
    assert sorted(told) == ['{"seen":"delivered"}', '{"seen":"shown"}', '{"status":"acknowledged"}']
    for taking, giving in ((second, sitting), (sitting, second)):
        taking.page.click("#take")
        taking.page.locator("body[data-view=locked]").wait_for()  # one of them is loaded anew
        giving.wait_for_view("aside")
        giving.wait_until_blank()
        give_pin(taking)
        plays(taking)
    second.page.close()
