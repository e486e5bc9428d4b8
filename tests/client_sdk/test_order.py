"""A new order on the tablet: it takes over the screen, rings, is answered with one tap, and the server knows of each step."""

import re

from playwright.sync_api import expect

from tests.client_sdk.backend import CAMERAS, dispatch
from tests.client_sdk.conftest import holds, state, take
from tests.client_sdk.test_tablet import on_duty, playing, pytestmark, watching
from tests.nginx.conftest import until

__all__ = ["on_duty", "pytestmark", "watching"]


def test_it_takes_over_the_screen_beside_a_picture_that_plays_already(on_duty, backend):
    backend.send(dispatch())
    order = on_duty.get_by_role("alertdialog", name="새 지령")
    for said in ("코드 0", "112 신고 · 폭행", "영산로 98 목포역 광장", "흰 상의, 검은 모자"):
        expect(order).to_contain_text(said)
    playing(on_duty)
    expect(on_duty.locator("#incident")).to_be_hidden()
    expect(on_duty.get_by_role("button", name="영산로 중앙시장")).to_be_hidden()
    assert order.locator(".address").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 40
    assert order.get_by_role("button").bounding_box()["height"] >= 120
    take(on_duty)
    expect(order).to_be_hidden()
    expect(on_duty.get_by_role("button", name="영산로 중앙시장")).to_be_visible()
    assert on_duty.problems == []


def test_it_rings_until_it_is_answered(on_duty, backend):
    on_duty.get_by_role("heading", name="지령 대기 중").click()  # browsers give no sound before the first touch
    backend.send(dispatch())
    holds(on_duty, "document.querySelector('#order').dataset.sounded >= 1")
    holds(on_duty, "document.querySelector('#order').dataset.sounded >= 2")
    take(on_duty)
    assert on_duty.locator("#order").get_attribute("data-sounded") == "0"


def test_the_server_hears_that_it_is_there_shown_and_answered_once_each(on_duty, backend):
    backend.send(dispatch())
    until(lambda: ("seen", "dispatch-1", "shown") in backend.calls)
    take(on_duty)
    until(lambda: ("report", "dispatch-1", "acknowledged") in backend.calls)
    seen = [call for call in backend.calls if call[0] in {"seen", "report"}]
    assert sorted(seen) == [
        ("report", "dispatch-1", "acknowledged"),
        ("seen", "dispatch-1", "delivered"),
        ("seen", "dispatch-1", "shown"),
    ]


def test_an_answer_without_a_line_is_said_again_until_the_server_has_it(on_duty, backend):
    backend.deaf = True
    backend.send(dispatch())
    take(on_duty)
    expect(on_duty.locator("#order")).to_be_hidden()
    expect(on_duty.get_by_role("button", name="접수")).to_be_disabled()
    backend.deaf = False
    backend.send(dispatch(2, priority=4))  # whatever makes the page read again
    until(lambda: ("report", "dispatch-1", "acknowledged") in backend.calls)


def test_an_answered_order_does_not_take_over_again_after_a_restart(tablet, backend):
    backend.dispatches = [dispatch() | {"status": "acknowledged"}]
    from_login(tablet)
    expect(tablet.get_by_role("button", name="영산로 중앙시장")).to_be_visible()
    expect(tablet.locator("#order")).to_be_hidden()


def from_login(page):
    page.get_by_label("아이디").fill("officer")
    page.get_by_label("비밀번호").fill("correct horse battery")
    page.get_by_role("button", name="로그인").click()


def test_an_order_that_is_withdrawn_leaves_the_screen(on_duty, backend):
    backend.send(dispatch())
    expect(on_duty.locator("#order")).to_be_visible()
    backend.close(reason="dispatch_withdrawn")
    expect(on_duty.locator("#order")).to_be_hidden()
    expect(on_duty.locator("#waiting")).to_contain_text("배차를 해제")


def test_another_order_is_one_tap_away_after_it_was_answered(watching, backend):
    backend.send(dispatch(2, location={"address": "둘째 현장"}))
    take(watching)
    watching.get_by_role("button", name="코드 0 · 둘째 현장").click()
    expect(watching.get_by_role("heading", name="둘째 현장")).to_be_visible()
    playing(watching)


def test_the_map_is_one_tap_away_and_a_camera_on_it_plays(on_duty, backend):
    backend.send(dispatch(cameras=[CAMERAS[0], CAMERAS[1] | {"lat": 34.7925}]))
    playing(on_duty)
    take(on_duty)
    on_duty.get_by_role("button", name="지도").click()
    expect(on_duty.get_by_role("img", name="현장")).to_be_visible()
    assert on_duty.evaluate("performance.getEntriesByType('resource').some((e) => e.name.endsWith('/sdk/map.js'))")
    on_duty.locator("#map").get_by_role("button", name="카메라 영산로 중앙시장 입구").focus()
    on_duty.keyboard.press("Enter")
    holds(on_duty, "goldentime.state().camera_id === 'cam-2'")
    playing(on_duty)
    assert on_duty.problems == []


def test_the_picture_goes_on_with_a_wearer_until_the_officer_chooses_another(on_duty, backend):
    backend.send(dispatch(service="ankle_monitor", type="zone_entry"))
    playing(on_duty)
    take(on_duty)
    backend.see(1, CAMERAS[1:5])
    holds(on_duty, "goldentime.state().camera_id === 'cam-2'")
    playing(on_duty)
    on_duty.get_by_role("button", name="뒤편 주차장").click()
    holds(on_duty, "goldentime.state().camera_id === 'cam-4'")
    backend.see(1, CAMERAS[2:5])
    expect(on_duty.get_by_role("button", name="영산로 중앙시장")).to_have_count(0)  # it has heard
    playing(on_duty)
    assert state(on_duty)["camera_id"] == "cam-4"
    assert [call for call in backend.calls if call[0] == "play"] == [("play", f"cam-{n}") for n in (1, 2, 4)]


def test_the_screen_stays_lit_while_an_order_is_on_it(on_duty, backend):
    on_duty.evaluate(
        """() => {
          window.awake = [];
          navigator.wakeLock.request = async (kind) => {
            window.awake.push(kind);
            return { release: async () => window.awake.push('released') };
          };
        }"""
    )
    backend.send(dispatch())
    holds(on_duty, "window.awake.join() === 'screen'")
    on_duty.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the browser had let go of it
    holds(on_duty, "window.awake.filter((one) => one === 'screen').length === 2")
    backend.close()
    holds(on_duty, "window.awake.filter((one) => one === 'released').length === 2")


def test_a_crew_reports_with_two_taps_and_what_was_not_sent_stays_and_nothing_of_it_after_the_end(watching, backend):
    written, answer = watching.get_by_label("수시 보고"), watching.locator("#report .answer")
    watching.locator("#report_open").click()
    watching.get_by_role("button", name="보고 보내기").click()
    expect(answer).to_contain_text("고르거나 적으세요")
    watching.get_by_role("button", name="피의자 도주").click()
    written.press_sequentially(" 북쪽")
    backend.deaf = True
    watching.get_by_role("button", name="보고 보내기").click()
    expect(answer).to_have_text(re.compile("^(?!.*고르거나).+"))
    expect(written).to_have_value("피의자 도주 북쪽")
    backend.deaf = False
    watching.get_by_role("button", name="보고 보내기").click()
    expect(answer).to_have_text("상황실에 보고했습니다.")
    assert ("reports", {"kind": "update", "text": "피의자 도주 북쪽"}) in backend.calls
    expect(written).to_have_value("")
    watching.get_by_role("button", name="지원 요청").click()
    backend.close()
    expect(watching.locator("#ended")).to_contain_text("사건 종결")
    assert written.input_value() == answer.inner_text() == ""
    assert [call for call in backend.calls if call[0] == "reports"][1:] == [], "a phrase alone sends nothing"
