"""Signing in on the page: the device's key, its code, and the PIN after a restart."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.client_sdk.backend import CAMERAS, CODE, PASSWORD, dispatch
from tests.client_sdk.conftest import log_in
from tests.client_sdk.test_tablet import on_duty, playing
from tests.nginx.conftest import until

__all__ = ["on_duty"]
pytestmark = pytest.mark.nginx


def choose_pin(page, backend, pin="2580"):
    page.get_by_label("다시 켰을 때 쓸 PIN").fill(pin)
    page.get_by_role("button", name="PIN 저장").click()
    until(lambda: backend.pin == pin, 10)


def unlock(page, pin="2580"):
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="잠금 해제").click()


def test_a_restart_goes_on_with_the_pin_and_a_logout_does_not(on_duty, backend):
    choose_pin(on_duty, backend)
    expect(on_duty.get_by_label("다시 켰을 때 쓸 PIN")).to_be_hidden()
    backend.send(dispatch())
    playing(on_duty)
    on_duty.reload()
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()
    assert on_duty.locator("video").count() == 0
    unlock(on_duty, "1379")
    expect(on_duty.get_by_text("4번 더 시도할 수 있습니다")).to_be_visible()
    unlock(on_duty)
    playing(on_duty)
    on_duty.get_by_role("button", name="로그아웃").click()
    expect(on_duty.get_by_label("아이디")).to_be_visible()
    assert on_duty.locator("video").count() == 0
    assert on_duty.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    on_duty.reload()
    expect(on_duty.get_by_label("아이디")).to_be_visible()


def test_a_page_that_is_not_ready_sends_no_form_and_no_password_as_an_address(tablet, backend):
    held = []

    def hold(route):
        held.append(route)

    tablet.route("**/words/ko.json", hold)
    assert "form-action 'none'" in tablet.reload().headers["content-security-policy"]
    tablet.locator("#username").fill("officer")
    tablet.locator("#password").fill(PASSWORD)
    tablet.locator("#password").press("Enter")
    until(lambda: held)
    assert tablet.locator("#login form button[type=submit]").is_disabled()
    assert tablet.url == f"http://127.0.0.1:{backend.port}/"
    for route in held:
        route.continue_()
    tablet.get_by_role("button", name="로그인").click()
    expect(tablet.locator("body[data-view=waiting]")).to_be_visible()


def test_without_a_pin_a_restart_asks_for_the_password(on_duty):
    on_duty.reload()
    expect(on_duty.get_by_label("아이디")).to_be_visible()


def test_five_wrong_pins_ask_for_the_password(on_duty, backend):
    choose_pin(on_duty, backend)
    backend.wrong_pins = 4
    on_duty.reload()
    unlock(on_duty, "1379")
    expect(on_duty.get_by_label("아이디")).to_be_visible()
    expect(on_duty.locator("#signed_out")).to_contain_text("PIN을 다섯 번 틀림")
    on_duty.get_by_label("아이디").fill("officer")
    on_duty.get_by_label("비밀번호").fill(PASSWORD)
    on_duty.get_by_role("button", name="로그인").click()
    expect(on_duty.get_by_role("heading", name="지령 대기 중")).to_be_visible()
    expect(on_duty.locator("#signed_out")).to_be_hidden()


def test_the_key_cannot_be_read_and_stays_over_a_restart(on_duty):
    script = """() => new Promise((resolve, reject) => {
      const request = indexedDB.open('goldentime', 1);
      request.onsuccess = () => {
        const got = request.result.transaction('kept').objectStore('kept').get('key');
        got.onsuccess = async () => {
          const { privateKey, publicKey } = got.result;
          const read = await crypto.subtle.exportKey('jwk', privateKey).then(() => 'read', (error) => error.name);
          resolve([read, privateKey.extractable, (await crypto.subtle.exportKey('jwk', publicKey)).x]);
        };
      };
      request.onerror = () => reject(request.error);
    })"""
    before = on_duty.evaluate(script)
    assert before[:2] == ["InvalidAccessError", False]
    on_duty.reload()
    assert on_duty.evaluate(script) == before


def test_a_code_is_asked_for_where_only_enrolled_devices_may(tablet, backend):
    backend.only_enrolled = True
    expect(tablet.get_by_label("단말 등록 코드")).to_be_hidden()
    log_in(tablet)
    expect(tablet.get_by_text("관리자에게 받은 등록 코드를 입력하세요")).to_be_visible()
    tablet.get_by_label("단말 등록 코드").fill("WRONG")
    tablet.get_by_role("button", name="로그인").click()
    expect(tablet.get_by_text("등록 코드가 맞지 않음")).to_be_visible()
    tablet.get_by_label("단말 등록 코드").fill(CODE)
    tablet.get_by_role("button", name="로그인").click()
    tablet.wait_for_selector("[data-view=waiting]")


def six_minutes_pass(page):
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=6))


def test_it_locks_when_nobody_touches_it_and_a_call_rings_before_it_is_shown(on_duty, backend):
    choose_pin(on_duty, backend)
    six_minutes_pass(on_duty)
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()
    backend.send(dispatch())
    expect(on_duty.get_by_text("출동", exact=True)).to_be_visible()
    until(lambda: ("seen", "dispatch-1", "delivered") in backend.calls, 10)
    assert on_duty.locator("video").count() == 0
    assert "영산로" not in on_duty.content()
    unlock(on_duty)
    playing(on_duty)
    until(lambda: ("seen", "dispatch-1", "shown") in backend.calls, 10)


def test_a_call_that_is_over_before_the_pin_is_no_longer_said(on_duty, backend):
    choose_pin(on_duty, backend)
    six_minutes_pass(on_duty)
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()
    backend.send(dispatch())
    expect(on_duty.get_by_text("출동", exact=True)).to_be_visible()
    backend.close()
    expect(on_duty.get_by_text("출동", exact=True)).to_be_hidden()


def test_it_does_not_lock_with_a_call_on_the_screen(on_duty, backend):
    choose_pin(on_duty, backend)
    backend.send(dispatch())
    playing(on_duty)
    six_minutes_pass(on_duty)
    age = on_duty.locator(".badge .age")
    said = age.text_content()
    until(lambda: age.text_content() != said, 10)
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_hidden()
    playing(on_duty)


def test_a_second_page_waits_and_takes_over_when_it_is_told_to(on_duty, backend):
    choose_pin(on_duty, backend)
    other = on_duty.context.new_page()
    other.goto(on_duty.url)
    expect(other.get_by_role("heading", name="다른 탭에서 사용 중")).to_be_visible()
    assert backend.locked is False
    other.get_by_role("button", name="여기서 이어받기").click()
    expect(other.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()
    expect(on_duty.get_by_role("heading", name="다른 탭에서 사용 중")).to_be_visible()
    other.close()
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()


def test_a_page_that_does_not_let_go_is_made_to(on_duty, backend):
    choose_pin(on_duty, backend)
    other = on_duty.context.new_page()
    other.add_init_script("BroadcastChannel.prototype.postMessage = () => {}")
    other.goto(on_duty.url)
    other.get_by_role("button", name="여기서 이어받기").click()
    expect(other.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()
    expect(on_duty.get_by_role("heading", name="다른 탭에서 사용 중")).to_be_visible()


def test_the_other_language_is_one_tap_away_and_stays(tablet, backend):
    tablet.get_by_role("button", name="English").click()
    expect(tablet.get_by_label("User name")).to_be_visible()
    tablet.reload()
    expect(tablet.get_by_role("button", name="한국어")).to_be_visible()
    assert tablet.evaluate("[document.documentElement.lang, document.title]") == ["en", "Goldentime"]
    tablet.get_by_label("User name").fill("officer")
    tablet.get_by_label("Password").fill(PASSWORD)
    tablet.get_by_role("button", name="Sign in").click()
    expect(tablet.get_by_role("heading", name="Waiting for a dispatch")).to_be_visible()
    backend.refuse_playback = "camera_disabled"
    backend.send(dispatch())
    expect(tablet.locator("#order").get_by_text("Code 0", exact=True)).to_be_visible()
    page = tablet.evaluate("document.body.innerText")
    said = dispatch()["incident"]
    for name in [said["summary"], said["location"]["address"], "목포 순11", "한국어", *(c["name"] for c in CAMERAS)]:
        page = page.replace(name, "")
    assert not re.search("[가-힣]", page)
