import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server import jobs
from server.access import lockout, passwords
from server.access.lockout import Attempt, wait
from server.models import AuditEvent, Officer, SignInTally
from tests.town import PASSWORD

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NONE = timedelta(0)


def ago(*seconds):
    return [NOW - timedelta(seconds=one) for one in sorted(seconds, reverse=True)]


@pytest.mark.parametrize(
    ("source", "account", "known", "wait_s"),
    [
        ((), (), False, 0),
        ((1, 2, 3, 4), (), False, 0),
        ((1, 2, 3, 4, 5), (), False, 899),
        ((1, 2, 3, 4, 5), (), True, 899),  # from a place the account knows, too
        ((1, 2, 3, 4, 900), (), False, 899),
        ((1, 2, 3, 4, 901), (), False, 0),  # not within a quarter of an hour
        ((899, 900, 901, 902, 903), (), False, 1),
        ((900, 901, 902, 903, 904), (), False, 0),
        ((), range(1, 11), False, 0),
        ((), range(1, 12), False, 1),
        ((), range(1, 13), False, 3),
        ((), range(1, 16), False, 31),
        ((), range(1, 20), False, 299),
        ((), range(1, 20), True, 0),  # a place the account knows is never slowed by strangers
        ((), range(3600, 3620), False, 0),
        ((1, 2, 3, 4, 5), range(1, 20), False, 899),
    ],
)
def test_how_long_a_source_has_to_wait(source, account, known, wait_s):
    assert wait(ago(*source), ago(*account), known=known, now=NOW) == timedelta(seconds=wait_s)


moments = st.lists(st.integers(0, 10_000), max_size=20)


@given(moments, moments, st.booleans())
def test_nobody_waits_longer_than_a_quarter_of_an_hour_and_waiting_helps(source, account, known):
    left = wait(ago(*source), ago(*account), known=known, now=NOW)
    assert NONE <= max(left, NONE) <= lockout.CLOSED_FOR
    assert wait(ago(*source), ago(*account), known=known, now=NOW + left) <= NONE


@given(moments, moments, moments)
def test_what_strangers_do_changes_nothing_for_a_source_that_is_known(source, some, others):
    assert wait(ago(*source), ago(*some), known=True, now=NOW) == wait(ago(*source), ago(*others), known=True, now=NOW)


def let_in(tries, sources, *, every_s):
    """How many of so many guesses at one account are looked at, from sources in turn."""
    account, at_source, count = [], {}, 0
    for number in range(tries):
        now = NOW + timedelta(seconds=number * every_s)
        source = at_source.setdefault(number % sources, [])
        if wait(source, account, known=False, now=now) <= NONE:
            source[:] = [*source, now][-lockout.KEPT :]
            account[:] = [*account, now][-lockout.KEPT :]
            count += 1
    return count


@pytest.mark.parametrize(
    ("tries", "sources", "every_s", "at_most"),
    [(1000, 1, 0.1, 5), (1000, 1, 9, 50), (1000, 1000, 0.1, 17), (20_000, 1000, 1, 120), (20_000, 20_000, 1, 120)],
)
def test_a_thousand_guesses_at_one_account_are_few_that_are_looked_at(tries, sources, every_s, at_most):
    assert 5 <= let_in(tries, sources, every_s=every_s) <= at_most


def named(username, address, jkt=None):
    return lockout.names(lambda *parts: b"|".join(parts).hex()[-64:], username, address=address, jkt=jkt)


def attempt(session, username, address, now, jkt=None, *, fits=False):
    """One attempt with a wrong password, or the right one; whether it was let in."""
    made = lockout.begin(session, named(username, address, jkt), now=now)
    if not isinstance(made, Attempt):
        return False
    if fits:
        lockout.passed(session, made, now=now)
    else:
        lockout.failed(session, made, None, now=now)
    return True


def test_one_guess_at_each_of_many_accounts_closes_none_of_them(transaction, clock):
    assert len({named(f"o{number}", "192.0.2.1").address for number in range(1000)}) == 1000
    with transaction() as session:
        assert all(attempt(session, f"o{number}", "192.0.2.1", clock()) for number in range(100))
        assert all(attempt(session, f"o{number}", "192.0.2.2", clock(), fits=True) for number in range(0, 100, 20))


@pytest.mark.usefixtures("any_database")
def test_who_is_known_signs_in_while_strangers_guess(transaction, clock):
    with transaction() as session:
        assert attempt(session, "kim", "192.0.2.1", clock(), "tablet", fits=True)
    for number in range(100):
        with transaction() as session:
            attempt(session, "kim", f"198.51.100.{number}", clock(), f"made-up-{number}")
            attempt(session, "kim", "192.0.2.1", clock(), "made-up")  # even from behind the same address
    with transaction() as session:
        assert not attempt(session, "kim", "203.0.113.1", clock())
        assert not attempt(session, "kim", "192.0.2.1", clock())
        assert attempt(session, "kim", "203.0.113.1", clock(), "tablet", fits=True)  # the tablet, wherever it is
    clock.forward(minutes=15)
    with transaction() as session:
        assert attempt(session, "kim", "192.0.2.1", clock(), fits=True)


def test_a_place_is_forgotten_after_a_month_and_failures_after_an_hour(transaction, clock):
    with transaction() as session:
        attempt(session, "kim", "192.0.2.1", clock(), fits=True)
        attempt(session, "lee", "192.0.2.1", clock())
    clock.forward(minutes=61)
    with transaction() as session:
        jobs.purge(session, now=clock())
        assert len(session.scalars(select(SignInTally)).all()) == 1
    clock.forward(days=30)
    with transaction() as session:
        jobs.purge(session, now=clock())
        assert session.scalars(select(SignInTally)).all() == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        (None, "192.0.2.1", False),
    ],
)
def test_which_addresses_are_one_source(one, other, same):
    assert (named("kim", one).address == named("kim", other).address) is same


def sign_in(phone, username, password, address="192.0.2.1"):
    form = {"grant_type": "password", "username": username, "password": password}
    return phone().token({"X-Real-IP": address}, **form)


@pytest.mark.usefixtures("any_database")
def test_the_sixth_wrong_password_is_not_looked_at_and_other_places_still_sign_in(phone, read, clock):
    assert [sign_in(phone, "kim", "wrong").status_code for _ in range(5)] == [400] * 5
    reply = sign_in(phone, "kim", PASSWORD)
    assert (reply.status_code, reply.json["code"], reply.headers["Retry-After"]) == (429, "too_many_attempts", "900")
    assert sign_in(phone, "kim", PASSWORD, "192.0.2.2").status_code == 200
    assert sign_in(phone, "lee", PASSWORD).status_code == 200
    clock.forward(minutes=15)
    assert sign_in(phone, "kim", PASSWORD).status_code == 200
    with read() as session:
        tags = session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("viewer:login:"))).all()
    assert sorted(tags) == ["viewer:login:closed"] + ["viewer:login:refused"] * 5


def test_a_name_that_does_not_exist_is_closed_in_the_same_words(phone):
    known, unknown = ([sign_in(phone, name, "wrong") for _ in range(6)] for name in ("kim", "nobody"))
    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert one.json | {"request_id": ""} == other.json | {"request_id": ""}
        assert one.headers.get("Retry-After") == other.headers.get("Retry-After")


def test_what_was_typed_as_a_name_is_in_no_table(phone, read):
    sign_in(phone, "my-password-by-mistake", "wrong", "192.0.2.77")
    with read() as session:
        for row in session.scalars(select(SignInTally)):
            assert len(row.name) == 64
            assert not {"my-password-by-mistake", "192.0.2.77"} & {row.name}


def test_a_wrong_password_takes_as_long_for_a_name_that_does_not_exist(phone, transaction):
    """In CPU time, which other work on the machine does not stretch; the least of some, without the limits."""
    with transaction() as session:  # the town's own hash is a cheap one
        session.get(Officer, "kim").password_hash = passwords.hashed(PASSWORD)

    def cost_s(name, number):
        began = time.thread_time()
        assert sign_in(phone, name, "wrong", f"192.0.2.{number}").status_code == 400
        return time.thread_time() - began

    taken = SimpleNamespace(kim=[], nobody=[])
    for number in range(9):
        taken.kim.append(cost_s("kim", number))
        taken.nobody.append(cost_s("nobody", number))
    assert abs(min(taken.kim) - min(taken.nobody)) <= 0.010


@pytest.mark.usefixtures("any_database")
def test_many_at_once_gain_nothing(phone):
    statuses, ready = [], threading.Barrier(12)

    def guess():
        ready.wait(30)
        statuses.append(sign_in(phone, "kim", "wrong").status_code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [400] * 5 + [429] * 7
