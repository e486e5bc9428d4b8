"""After a restart, or a long sleep, a login is locked until the officer's PIN on that device."""

import threading

import pytest
from sqlalchemy import select

from server.models import AuditEvent, Pin, Shift
from tests import town
from tests.phone import ask
from tests.town import PASSWORD

ME = "/v1/me/dispatches"
PIN = {"pin": "2580"}
pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def kim(phone):
    """Logged in, with a PIN."""
    kim = phone("kim")
    assert (kim.tokens["locked"], kim.tokens["pin_set"]) == (False, False)
    assert kim.put("/v1/auth/pin", PIN).json == {"locked": False, "pin_set": True}
    return kim


def tags(read):
    with read() as session:
        return list(session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)))


def test_a_login_that_goes_on_is_not_locked(kim, clock):
    for _ in range(3):
        clock.forward(minutes=19)
        kim.tokens = kim.refresh().json
        assert (kim.tokens["locked"], kim.tokens["pin_set"]) == (False, True)
    assert kim.get(ME).status_code == 200


def test_after_a_restart_it_may_only_be_unlocked(kim, phone, gate, read):
    incident = phone("cad112").post("/v1/incidents", town.report()).json
    wish = {"camera_id": "cam-near", "incident_id": incident["id"]}
    before = kim.post("/v1/playback", wish).json
    told = kim.restart()
    assert (told["locked"], told["pin_set"]) == (True, True)
    assert ask(gate, before["url"])[0] == 403
    for reply in (kim.get(ME), kim.post("/v1/playback", wish), kim.put("/v1/auth/pin", {"pin": "1379"})):
        assert (reply.status_code, reply.json["code"]) == (403, "login_locked")
    assert kim.post("/v1/auth/pin", PIN).json == {"locked": False, "pin_set": True}
    assert kim.post("/v1/playback", wish).status_code == 201
    assert {"viewer:pin:chosen", "viewer:login:locked", "viewer:login:unlocked"} <= set(tags(read))


def test_a_token_of_the_locked_login_keeps_it_locked(kim):
    kim.restart()
    kim.tokens = kim.refresh().json
    assert kim.tokens["locked"] is True
    assert kim.get(ME).json["code"] == "login_locked"


@pytest.mark.parametrize(("minutes", "locked"), [(19, False), (20, True)])
def test_a_sleep_of_a_quarter_of_an_hour_after_the_token_ended_locks_it(minutes, locked, kim, clock):
    clock.forward(minutes=minutes)
    assert kim.refresh().json["locked"] is locked


def test_another_access_token_than_the_last_does_not_keep_it_open(kim, phone):
    kim.tokens |= {"access_token": phone("kim").tokens["access_token"]}
    assert kim.refresh().json["locked"] is True


def test_without_a_pin_a_restart_ends_the_login(phone, read):
    lee = phone("lee")
    lee.restart()
    assert lee.tokens["code"] == "invalid_grant"
    with read() as session:
        assert session.scalars(select(Shift).filter_by(officer_id="lee")).one().ended_at


def test_five_wrong_pins_end_the_login_and_the_right_one_comes_too_late(kim, read):
    kim.restart()
    replies = [kim.post("/v1/auth/pin", {"pin": "1379"}) for _ in range(5)]
    assert [(r.status_code, r.json["code"], r.json["tries_left"]) for r in replies] == [
        (403, "pin_wrong", left) for left in (4, 3, 2, 1, 0)
    ]
    assert kim.post("/v1/auth/pin", PIN).json["code"] == "token_invalid"
    assert kim.refresh().json["code"] == "invalid_grant"
    assert tags(read).count("viewer:pin:refused") == 5


def test_wrong_pins_are_counted_until_a_right_one(kim):
    for _ in range(2):
        kim.restart()
        assert [kim.post("/v1/auth/pin", {"pin": "1379"}).json["tries_left"] for _ in range(4)] == [4, 3, 2, 1]
        assert kim.post("/v1/auth/pin", PIN).status_code == 200


def test_many_guesses_at_once_are_still_five(kim, app):
    kim.restart()
    statuses, ready = [], threading.Barrier(8)

    def guess():
        other = type(kim)(app.test_client())
        other.device, other.tokens = kim.device, kim.tokens
        ready.wait(30)
        statuses.append(other.post("/v1/auth/pin", {"pin": "1379"}).status_code)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [401] * 3 + [403] * 5 or statuses.count(403) == 5


def test_a_pin_is_chosen_while_the_password_is_fresh(kim, clock):
    clock.forward(minutes=10)
    kim.tokens = kim.refresh().json
    assert kim.put("/v1/auth/pin", {"pin": "1379"}).json["code"] == "password_needed"
    kim.sign_in("kim")
    assert kim.tokens["pin_set"] is True
    assert kim.put("/v1/auth/pin", {"pin": "1379"}).status_code == 200
    kim.restart()
    assert kim.post("/v1/auth/pin", PIN).json["code"] == "pin_wrong"
    assert kim.post("/v1/auth/pin", {"pin": "1379"}).status_code == 200


def test_a_pin_is_of_one_officer_on_one_device(kim, phone, read):
    other = phone("kim")
    assert other.tokens["pin_set"] is False
    lee = phone()
    lee.device = kim.device
    lee.tokens = lee.token(grant_type="password", username="lee", password=PASSWORD).json
    assert lee.tokens["pin_set"] is False
    assert lee.post("/v1/auth/pin", PIN).json["code"] == "pin_wrong"
    with read() as session:
        assert "2580" not in session.scalars(select(Pin)).one().pin_hash


@pytest.mark.parametrize(
    "pin", ["", "123", "123456789", "12a4", "0000", "1234", "87654321", "\uff12\uff15\uff18\uff10", "2580\n", 2580]
)
def test_a_pin_is_four_to_eight_digits_and_not_the_first_that_come_to_mind(pin, kim):
    assert kim.put("/v1/auth/pin", {"pin": pin}).json["code"] == "invalid_request"
