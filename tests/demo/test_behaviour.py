import pytest
from pydantic import ValidationError

from demo.cameras import behaviour, h264
from demo.cameras.behaviour import Behaviour, Fault
from demo.cameras.rtsp import Request

IDR, SLICE = b"\x65" + bytes(30), b"\x41" + bytes(30)
UNIT = [b"\x67" + bytes(9), IDR]
TICKS = 90_000


@pytest.mark.parametrize(
    ("age_s", "fault"), [(0.0, None), (4.9, None), (5.0, Fault.STALL), (8.9, Fault.STALL), (9.0, None)]
)
def test_a_fault_begins_and_ends_at_its_age(age_s, fault):
    assert Behaviour(fault=Fault.STALL, after_s=5, until_s=9).at(age_s) is fault


def test_a_fault_without_times_is_always_there():
    assert all(Behaviour(fault=Fault.RST).at(age_s) is Fault.RST for age_s in (0.0, 1e9))


def test_a_camera_that_reboots_is_away_for_three_seconds_of_five():
    restless = Behaviour(fault=Fault.REBOOT_LOOP, after_s=10, until_s=30)
    away = [restless.at(10 + tenth / 10) is Fault.REBOOT_LOOP for tenth in range(200)]
    assert away == [tenth % 50 < 30 for tenth in range(200)]


@pytest.mark.parametrize(
    "given",
    [
        {"fault": "nonsense"},
        {"fault": "stall", "after_s": -1},
        {"fault": "redirect"},
        {"fault": "redirect", "target": "http://h/"},
        {"fault": "redirect", "target": "rtsp://h/\r\nX: y"},
        {"fault": "stall", "target": "rtsp://h/"},
        {"fault": "other_clip"},
        {"fault": "stall", "clip": "/c.h264"},
        {"fault": "stall", "for_s": 3},
    ],
)
def test_a_behaviour_that_makes_no_sense_is_refused(given):
    with pytest.raises(ValidationError):
        Behaviour.model_validate(given)


@pytest.mark.parametrize(
    ("fault", "status", "location"),
    [
        (Fault.UNAUTHORIZED, 401, None),
        (Fault.REDIRECT_LOOP, 302, "rtsp://h/a"),
        (Fault.REDIRECT, 302, "rtsp://elsewhere/"),
    ],
)
def test_a_request_is_refused_in_the_way_of_the_fault(fault, status, location):
    request = Request("DESCRIBE", "rtsp://h/a", {"cseq": "1"})
    response = behaviour.refusal(request, fault, target="rtsp://elsewhere/")
    assert (response.status, response.headers.get("Location")) == (status, location)


@pytest.mark.parametrize("fault", [None, Fault.STALL, Fault.CORRUPT])
def test_other_faults_leave_the_answer_right(fault):
    assert behaviour.refusal(Request("DESCRIBE", "rtsp://h/a", {}), fault, target=None) is None
    assert behaviour.described(b"v=0\r\n", fault) == b"v=0\r\n"


def test_a_gigantic_description_has_more_than_ten_megabytes_of_whole_lines():
    sdp = behaviour.described(b"v=0\r\n", Fault.GIGANTIC_SDP)
    assert len(sdp) > 10_000_000
    assert sdp.startswith(b"v=0\r\na=x-")
    assert sdp.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("fault", "unit", "sent"),
    [
        (None, UNIT, UNIT),
        (Fault.STALL, UNIT, []),
        (Fault.SILENT, UNIT, []),
        (Fault.NO_KEY_FRAME, UNIT, []),
        (Fault.NO_KEY_FRAME, [SLICE], [SLICE]),
        (Fault.CLOCK_BACK, UNIT, UNIT),
    ],
)
def test_the_pictures_that_are_sent(fault, unit, sent):
    assert list(behaviour.shown(unit, fault, chance=[0.5] * len(unit))) == sent


def test_a_corrupt_nal_unit_keeps_its_kind_and_length_and_the_others_are_whole():
    first, second = behaviour.shown([IDR, SLICE], Fault.CORRUPT, chance=[0.29, 0.3])
    assert (h264.kind(first), len(first)) == (h264.IDR, len(IDR))
    assert first != IDR
    assert second == SLICE


@pytest.mark.parametrize(
    ("fault", "shifts"),
    [
        (None, (0, 0)),
        (Fault.CLOCK_FORWARD, (3600 * TICKS, 3600 * TICKS)),
        (Fault.CLOCK_BACK, (-3600 * TICKS, -3600 * TICKS)),
        (Fault.CLOCK_FROZEN, (0, -100 * TICKS)),
        (Fault.CLOCK_FAST, (0, 5 * TICKS)),
        (Fault.CLOCK_WRAPPED, (0, 0)),
    ],
)
def test_how_wrong_the_clock_is_at_once_and_after_a_hundred_seconds(fault, shifts):
    assert tuple(behaviour.clock_shift(seconds * TICKS, fault) for seconds in (0, 100)) == shifts
