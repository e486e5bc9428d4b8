"""Access that a supervisor gave, at the tablet: seen, accepted, watched, and gone at once when it is over."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.client_sdk.backend import dispatch, grant
from tests.client_sdk.conftest import holds, state, take
from tests.client_sdk.test_tablet import on_duty, playing, pytestmark
from tests.client_sdk.test_tablet_login import choose_pin, six_minutes_pass, unlock
from tests.client_sdk.test_wheel import RECEIVER
from tests.nginx.conftest import until

__all__ = ["on_duty", "pytestmark"]


def cards(page, view):
    return page.locator(f"{view} [data-grant]")


def test_it_is_offered_while_waiting_accepted_with_one_tap_watched_and_left_for_an_order_and_come_back_to(
    on_duty, backend
):
    backend.give(grant())
    card = cards(on_duty, "#given")
    for said in (
        "열람 허가",
        "실종 노인 수색 지원",
        "성춘향",
        "112치안종합상황실",
        "카메라 4대",
        "분 남음",
        "목적으로만",
    ):
        expect(card).to_contain_text(said)
    assert backend.calls == [], "nothing is accepted by itself"
    button = card.get_by_role("button", name="조건에 동의하고 보기")
    assert button.bounding_box()["height"] >= 76
    button.click()
    playing(on_duty)
    assert backend.calls[:2] == [("accept", "grant-1"), ("play", "cam-1")]
    expect(cards(on_duty, "#access")).to_contain_text("분 남음")
    expect(on_duty.locator("#incident")).to_be_hidden()
    on_duty.locator("#cameras button").nth(1).click()
    until(lambda: (state(on_duty)["camera_id"], state(on_duty)["grant_id"]) == ("cam-2", "grant-1"))
    playing(on_duty)
    on_duty.locator("#four").click()
    holds(on_duty, "document.querySelectorAll('.picture.four, .four .picture').length === 4")

    backend.send(dispatch())
    take(on_duty)
    expect(on_duty.locator("#incident")).to_be_visible()
    expect(cards(on_duty, "#access")).to_have_count(0)
    until(lambda: state(on_duty)["dispatch_id"] == "dispatch-1")
    playing(on_duty)
    assert len(backend.sessions) == 1, "the wall is left"
    backend.close()
    expect(on_duty.locator("[data-notice=over]")).to_contain_text("사건 종결")
    until(lambda: state(on_duty)["grant_id"] == "grant-1")
    playing(on_duty)
    for of_the_order in ("영산로 98", "흰 상의", "폭행", "코드 0"):
        assert of_the_order not in on_duty.content(), "hidden is not gone"
    backend.take_back()
    expect(on_duty.locator("#ended")).to_contain_text("감독자가 임시 열람 권한을 회수")
    assert on_duty.locator("video, canvas").count() == 0
    assert on_duty.problems == []


def test_beside_an_order_it_is_offered_too_and_the_order_stays_one_tap_away(on_duty, backend):
    backend.send(dispatch())
    take(on_duty)
    backend.give(grant())
    expect(on_duty.locator("[data-notice=given]")).to_contain_text("더 보기에서")
    on_duty.locator("#tabs [data-panel=more]").click()
    cards(on_duty, "#more").get_by_role("button").click()
    until(lambda: state(on_duty)["grant_id"] == "grant-1")
    playing(on_duty)
    expect(on_duty.locator("[data-notice=given]")).to_have_count(0)
    on_duty.locator("#others button").click()
    until(lambda: state(on_duty)["dispatch_id"] == "dispatch-1")
    playing(on_duty)
    on_duty.locator("#tabs [data-panel=more]").click()
    cards(on_duty, "#more").get_by_role("button", name="보기").click()
    backend.send(dispatch(2, location={"address": "둘째 현장"}))
    expect(on_duty.locator("#order")).to_contain_text("둘째 현장")
    until(lambda: state(on_duty)["dispatch_id"] == "dispatch-2")
    take(on_duty)
    backend.take_back()
    expect(cards(on_duty, "#more")).to_have_count(0)
    assert backend.calls.count(("accept", "grant-1")) == 1


def test_the_drivers_lock_the_idle_lock_and_a_restart_hold_for_it_and_its_time_ends_it_by_the_pages_own_clock(
    on_duty, backend
):
    choose_pin(on_duty, backend)
    on_duty.add_init_script(RECEIVER)
    backend.give(grant(lasts_s=3600))
    cards(on_duty, "#given").get_by_role("button").click()
    playing(on_duty)
    on_duty.reload()
    expect(on_duty.locator("#pin")).to_be_visible()
    assert on_duty.locator("[data-grant], video").count() == 0
    unlock(on_duty)
    playing(on_duty)
    assert state(on_duty)["grant_id"] == "grant-1"
    on_duty.evaluate("window.drive(40)")
    expect(on_duty.locator("#wheel")).to_be_visible()
    expect(cards(on_duty, "#access").get_by_role("button")).to_be_hidden()
    on_duty.locator("#wheel button").click()

    six_minutes_pass(on_duty)
    expect(on_duty.get_by_role("heading", name="화면이 잠겼습니다")).to_be_visible()
    assert on_duty.locator("[data-grant], video").count() == 0
    unlock(on_duty)
    playing(on_duty)
    backend.grants[0]["until"] = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    backend.give(grant(2, **{"from": (datetime.now(UTC) + timedelta(hours=1)).isoformat(), "lasts_s": 7200}))
    expect(on_duty.locator("#ended")).to_contain_text("임시 권한 만료")
    assert on_duty.locator("video").count() == 0
    later = cards(on_duty, "#given")
    expect(later).to_contain_text("부터")
    expect(later.get_by_role("button")).to_be_hidden()
