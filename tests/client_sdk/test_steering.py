"""Steering a camera from the tablet: taken for a reason, moved by taps, given back whatever ends the picture, and never by a driver."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.client_sdk.test_tablet import playing, pytestmark
from tests.client_sdk.test_wheel import car
from tests.nginx.conftest import until

__all__ = ["car", "pytestmark"]


@pytest.fixture(autouse=True)
def _turns(backend):
    """The camera that is watched can be steered."""
    backend.steers = True


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def took(backend, *call):
    until(lambda: call in backend.calls)


def acts(backend):
    return [call for call in backend.calls if call[0] in {"steer", "move", "let_go", "stop"}]


def test_a_camera_is_taken_for_a_reason_moved_by_taps_kept_and_given_back(car, backend):
    said = car.locator("#steer .told")
    later = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    press(car, "카메라 돌리기")
    for refusal, words in (
        ({"code": "ptz_held", "until": later, "by": "펌프1"}, "펌프1에서 돌리는 중입니다"),
        ({"code": "ptz_not_allowed"}, "카메라 조작 권한이 없음"),
    ):
        backend.refuse_steering = refusal
        press(car, "사람 찾기")
        expect(said).to_contain_text(words)
    backend.refuse_steering = None
    press(car, "사람 찾기")
    took(backend, "steer", "cam-1", "사람 찾기")
    expect(car.get_by_text("초 남음")).to_be_visible()
    for button in car.locator("#steer button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 76
    press(car, "왼쪽으로")
    took(backend, "move", {"pan": -0.5, "duration_ms": 400})
    press(car, "확대")
    took(backend, "move", {"zoom": 0.5, "duration_ms": 400})
    press(car, "정문")
    took(backend, "move", {"preset": "gate"})
    car.keyboard.press("ArrowUp")
    took(backend, "move", {"tilt": 0.5, "duration_ms": 400})
    backend.hold |= {"done": 4, "outcome": "unreachable"}
    expect(said).to_contain_text("움직이지 않았습니다")
    press(car, "다시 1분")
    until(lambda: backend.calls.count(("steer", "cam-1", "사람 찾기")) == 2)
    press(car, "끝내기")
    took(backend, "let_go", "cam-1")
    expect(said).to_contain_text("원래 위치로 돌아갑니다")
    assert [said for said in car.problems if "409" not in said] == []  # but for the two refusals


def test_what_ends_the_picture_gives_the_camera_back_first_and_a_driver_never_steers(car, backend):
    def take():
        press(car, "카메라 돌리기")
        press(car, "차량 확인")
        expect(car.get_by_text("초 남음")).to_be_visible()

    take()
    car.evaluate("window.drive(40)")
    took(backend, "let_go", "cam-1")
    expect(car.get_by_role("button", name="왼쪽으로")).to_be_hidden()
    expect(car.get_by_role("button", name="카메라 돌리기")).to_be_hidden()
    press(car, "동승자입니다 · 제가 봅니다 (기록됨)")
    take()
    press(car, "지도")
    until(lambda: backend.calls.count(("let_go", "cam-1")) == 2)
    take()
    backend.hold = None  # the room took the access
    expect(car.get_by_text("조작할 수 있는 시간이 끝났습니다")).to_be_visible()
    press(car, "카메라 돌리기")
    press(car, "차량 확인")
    expect(car.get_by_text("초 남음")).to_be_visible()
    backend.cut()
    expect(car.locator("#turn")).to_be_hidden()
    expect(car.locator("#steer")).to_be_hidden()
    until(lambda: backend.calls.count(("let_go", "cam-1")) == 3)


def test_where_the_server_does_not_say_so_nothing_is_offered(car, backend):
    backend.steers = False
    car.get_by_role("button", name="영산로 중앙시장 입구").click()
    until(lambda: ("play", "cam-2") in backend.calls)
    playing(car)
    expect(car.locator("#turn")).to_be_hidden()
