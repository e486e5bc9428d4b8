from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder import budget
from transcoder.budget import LOOK_BACK_S, PROBE_S, Budget

CAMERAS = [f"c{n}" for n in range(40)]


def started(host, cameras=CAMERAS, centre="city", *, since=0.0, duration_s=10.0, priority=4):
    """Ask for each of them every tenth of a second until it may start. Returns when each did."""
    at = {}
    for tick in range(round(duration_s * 10)):
        now = since + tick / 10
        for camera in cameras:
            if camera not in at and host.may_start(centre, camera, priority=priority, now=now):
                at[camera] = now
    return at


def outage(host, centre="city", cameras=5, now=0.0):
    """So many cameras of the centre fail at once."""
    for n in range(cameras):
        host.failed(centre, f"c{n}", now=now)
    return host


def test_a_centre_that_comes_back_gets_five_starts_at_once_and_five_a_second():
    times = sorted(started(Budget()).values())
    assert times[:6] == [0, 0, 0, 0, 0, pytest.approx(0.2)]
    assert len(times) == 40
    assert times[-1] == pytest.approx(7.0, abs=0.2)


def test_another_centre_has_a_budget_of_its_own():
    host = Budget()
    started(host, duration_s=0.1)
    assert len(started(host, centre="county", duration_s=0.1)) == 5


@pytest.mark.parametrize(
    ("running", "failing", "opens"),
    [(0, 4, False), (0, 5, True), (5, 4, False), (4, 4, True), (5, 5, True), (6, 5, False), (35, 5, False)],
)
def test_the_breaker_opens_when_at_least_five_are_known_and_half_of_them_failed(running, failing, opens):
    host = Budget()
    for n in range(running):
        host.succeeded("city", f"up{n}", now=-1000.0)
    assert outage(host, cameras=failing).is_open("city") is opens
    assert not host.is_open("county")


def test_a_camera_that_fails_alone_opens_nothing_however_often_it_fails():
    host = Budget()
    for n in range(1000):
        host.failed("city", "c1", now=n / 10)
    assert not host.is_open("city")


@pytest.mark.parametrize(("apart_s", "opens"), [(7.5, True), (7.6, False)])
def test_only_failures_within_half_a_minute_count_together(apart_s, opens):
    host = Budget()
    for n in range(5):
        host.failed("city", f"c{n}", now=n * apart_s)
    assert host.is_open("city") is opens


def test_starts_still_pending_are_known_but_have_not_failed():
    host = Budget()
    started(host, cameras=CAMERAS[:5], since=-0.1, duration_s=0.1)
    for camera in CAMERAS[:2]:
        host.failed("city", camera, now=1.0)
    assert not host.is_open("city")
    host.failed("city", CAMERAS[2], now=1.0)
    assert host.is_open("city")


def test_an_open_breaker_lets_one_through_every_ten_seconds():
    host = outage(Budget())
    given_at = sorted(started(host, since=0.1, duration_s=60).values())
    assert len(given_at) == 6
    assert given_at[0] == pytest.approx(PROBE_S)
    assert all(later - earlier == pytest.approx(PROBE_S) for earlier, later in pairwise(given_at))


def test_a_success_closes_it_and_the_others_come_at_the_pace_of_the_budget():
    host = outage(Budget())
    assert list(started(host, since=1.0, duration_s=10)) == ["c10"], "of those never tried, the first by name"
    host.succeeded("city", "c10", now=11.0)
    assert not host.is_open("city")
    times = sorted(started(host, since=11.0).values())
    assert len([at for at in times if at < 12.0]) <= 10
    assert len(times) == 40


def test_what_failed_before_the_success_does_not_open_it_again():
    host = outage(Budget())
    host.succeeded("city", "c9", now=1.0)
    host.failed("city", "c0", now=2.0)
    assert not host.is_open("city")


def ask(host, wanted, *, now):
    """One second of asking in this order, so that everyone is known to wait. Returns who was let through."""
    got = []
    for tick in range(10):
        for camera, priority in wanted.items():
            if camera not in got and host.may_start("city", camera, priority=priority, now=now + tick / 10):
                got.append(camera)
    return got


def test_a_camera_of_a_code_0_incident_is_probed_first_whatever_the_order_of_asking():
    host = outage(Budget())
    wanted = {"a": 4, "b": 1, "urgent": 0}
    assert ask(host, wanted, now=8.9) == []
    assert ask(host, wanted, now=9.9) == ["urgent"]


def test_one_that_is_dead_itself_cannot_keep_the_centre_closed():
    host = outage(Budget())
    wanted, probed = {"dead": 0, "a": 4, "b": 4}, []
    for n in range(1, 7):
        ask(host, wanted, now=10.0 * n - 1.1)
        (camera,) = ask(host, wanted, now=10.0 * n)
        host.failed("city", camera, now=10.0 * n + 1)
        probed.append(camera)
    assert probed == ["dead", "a", "dead", "b", "dead", "a"]


def test_who_no_longer_asks_keeps_no_turn():
    host = outage(Budget())
    assert not host.may_start("city", "gone", priority=0, now=9.5)
    assert not host.may_start("city", "a", priority=4, now=10.4), "the urgent one may be about to ask"
    assert host.may_start("city", "a", priority=4, now=10.6)


def test_one_that_is_not_wanted_any_more_keeps_no_turn_and_counts_no_more():
    host = outage(Budget())
    host.may_start("city", "gone", priority=0, now=9.9)
    host.ended("city", "gone")
    assert host.may_start("city", "a", priority=4, now=10.0)
    calm = Budget()
    for n in range(9):
        calm.succeeded("city", f"up{n}", now=0.0)
        calm.ended("city", f"up{n}")
    assert outage(calm).is_open("city")


def test_a_start_that_has_to_wait_is_counted_once():
    host = Budget()
    started(host, cameras=CAMERAS[:8], duration_s=5)
    assert dict(host.held_back) == {"city": 3}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["city", "county"]),
            st.sampled_from(CAMERAS[:12]),
            st.sampled_from(["ask", "ask", "failed", "succeeded", "ended"]),
            st.integers(0, 4),
            st.sampled_from([0, 0, 0, 0.1, 0.3, 1, 9]),
        ),
        max_size=100,
    )
)
def test_whatever_happens_a_centre_gets_no_more_than_its_budget_and_none_touches_another(events):
    host, alone, now, given_at, probed_at = Budget(), Budget(), 0.0, [], None
    for centre, camera, kind, priority, after_s in events:
        now += after_s
        if kind == "ask":
            is_probe = host.is_open(centre)
            may = host.may_start(centre, camera, priority=priority, now=now)
            if centre == "county":
                continue
            assert may == alone.may_start(centre, camera, priority=priority, now=now)
            if may and is_probe:
                assert probed_at is None or now - probed_at >= PROBE_S - 1e-6
                probed_at = now
            elif may:
                given_at.append(now)
            continue
        for one in (host, alone) if centre == "city" else (host,):
            one.ended(centre, camera) if kind == "ended" else getattr(one, kind)(centre, camera, now=now)
        probed_at = None if centre == "city" and kind == "succeeded" else probed_at
    for n, first in enumerate(given_at):
        assert all(m <= 4 + 5 * (later - first) + 1e-6 for m, later in enumerate(given_at[n:]))


def test_memory_is_bounded_by_what_was_tried_lately():
    host = Budget()
    for n in range(5000):
        host.may_start(f"centre{n % 50}", f"c{n}", priority=4, now=n)
        host.failed(f"centre{n % 50}", f"c{n}", now=n)
    assert len(host.centres()) == 50
    assert sum(len(centre.tries) for centre in host._centres.values()) <= budget.FORGOTTEN_S + 50
    host.may_start("city", "c", priority=4, now=5000 + budget.FORGOTTEN_S + LOOK_BACK_S)
    assert host.centres() == {"city"}
