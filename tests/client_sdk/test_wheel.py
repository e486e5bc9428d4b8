"""The tablet in a car that moves: what the driver may not, what a passenger may, and what the server hears of it."""

import pytest
from playwright.sync_api import expect

from tests.client_sdk.backend import dispatch
from tests.client_sdk.conftest import holds, log_in
from tests.client_sdk.test_tablet import playing, pytestmark
from tests.nginx.conftest import until

__all__ = ["pytestmark"]
RECEIVER = """
navigator.geolocation.watchPosition = (take, refuse) => {
  window.drive = (kmh) => take({ timestamp: Date.now(), coords: { latitude: 34.78, longitude: 126.37, heading: 45, speed: kmh / 3.6 } });
  window.refuse = () => refuse({ code: 1, PERMISSION_DENIED: 1 });
  return 1;
};
"""


@pytest.fixture
def car(tablet, backend):
    """On duty with an order on the screen, standing still."""
    tablet.add_init_script(RECEIVER)
    tablet.reload()
    log_in(tablet)
    tablet.wait_for_selector("[data-view=waiting][data-line=online]")
    tablet.evaluate("window.drive(0)")
    backend.send(dispatch() | {"status": "acknowledged"})
    playing(tablet)
    return tablet


def test_above_walking_speed_neither_video_nor_controls_are_there_for_the_driver(car):
    car.evaluate("window.drive(6)")
    expect(car.locator("video")).to_be_visible()
    car.evaluate("window.drive(40)")
    expect(car.get_by_role("heading", name="주행 중 화면 잠금")).to_be_visible()
    expect(car.locator("video")).to_be_hidden()
    expect(car.get_by_role("button", name="출발")).to_be_hidden()


def test_a_passenger_says_so_once_and_it_is_recorded_with_the_speed(car, backend):
    car.evaluate("window.drive(40)")
    car.get_by_role("button", name="동승자입니다").click()
    until(lambda: ("passenger", {"speed_kmh": 40}) in backend.calls)
    expect(car.locator("video")).to_be_visible()
    car.evaluate("window.drive(90)")
    expect(car.locator("video")).to_be_visible()


def test_what_is_not_recorded_does_not_unlock(car, backend):
    car.evaluate("window.drive(40)")
    backend.deaf = True
    car.get_by_role("button", name="동승자입니다").click()
    expect(car.get_by_text("기록되지 않았습니다")).to_be_visible()
    expect(car.locator("video")).to_be_hidden()


def test_a_new_order_is_read_and_answered_by_the_driver_but_its_picture_is_not_shown(car, backend):
    car.evaluate("window.drive(40)")
    backend.send(dispatch(2, location={"address": "둘째 현장"}))
    expect(car.locator("#order")).to_be_visible()
    expect(car.locator("#order")).to_contain_text("둘째 현장")
    expect(car.locator("video")).to_be_hidden()


def test_positions_go_to_the_server_and_onto_the_map(car, backend):
    until(lambda: any(call[0] == "position" for call in backend.calls))
    said = next(call[1] for call in backend.calls if call[0] == "position")
    assert (said["lat"], said["lon"], said["speed_kmh"]) == (34.78, 126.37, 0)
    car.get_by_role("button", name="지도").click()
    expect(car.get_by_role("img", name="우리 차")).to_be_visible()


def test_a_refused_receiver_is_said_and_everything_else_goes_on(car):
    car.evaluate("window.refuse()")
    expect(car.get_by_text("위치 꺼짐")).to_be_visible()
    expect(car.locator("video")).to_be_visible()


def test_four_pictures_at_once_each_with_its_age_and_state(car, backend):
    car.get_by_role("button", name="4화면").click()
    four = "[...document.querySelectorAll('.picture .badge b')].filter((e) => e.textContent === '실시간').length === 4"
    holds(car, four, within_s=20)
    assert {call[1] for call in backend.calls if call[0] == "play"} == {"cam-1", "cam-2", "cam-3", "cam-4"}
    car.get_by_role("button", name="죽동 우체국 앞", exact=True).click()
    holds(car, "goldentime.state().camera_id === 'cam-3' && document.querySelectorAll('video').length === 1")
    playing(car)
    until(lambda: len(backend.sessions) == 1)


def test_when_access_ends_all_four_pictures_are_gone(car, backend):
    car.get_by_role("button", name="4화면").click()
    holds(car, "document.querySelectorAll('video').length === 4", within_s=20)
    backend.close()
    holds(car, "document.querySelectorAll('video').length === 0", within_s=2)


def test_with_low_data_there_are_single_pictures_and_no_video(car, backend):
    car.get_by_role("button", name="더 보기").click()
    car.get_by_role("button", name="데이터 절약").click()
    expect(car.locator("video")).to_have_count(0)
    expect(car.get_by_text("사용한 데이터")).to_be_visible()
    car.get_by_role("button", name="데이터 절약").click()
    playing(car)


def test_more_access_is_asked_of_the_rooms_supervisors(car, backend):
    car.get_by_role("button", name="더 보기").click()
    car.get_by_role("button", name="추가 영상 권한 요청").click()
    expect(car.get_by_text("감독자에게 요청했습니다")).to_be_visible()
    asked = next(call[1] for call in backend.calls if call[0] == "access-requests")
    assert (asked["agency"], asked["incident_id"]) == ("room112", "incident-1")


def test_what_is_known_of_the_place_is_one_tap_away_the_dangerous_first(car, backend):
    known = [
        {
            "kind": "hydrant",
            "label": "소화전 12",
            "hydrant": {"type": "above_ground", "in_service": True, "flow_l_min": 900},
        },
        {"kind": "hazmat", "label": "지하 저장고", "hazmat": {"substance": "염소", "un_number": "1017"}},
    ]
    backend.send(dispatch(2, service="fire_119", type="fire", location={"address": "둘째"}, attachments=known))
    car.locator("#order button").click()
    car.get_by_role("button", name="긴급도 0 · 둘째").click()
    car.get_by_role("button", name="현장 정보").click()
    headings = car.locator("#facts h3")
    expect(headings).to_have_text(["위험물 · 지하 저장고", "소화전 · 소화전 12"])
    expect(car.get_by_text("UN 1017")).to_be_visible()
