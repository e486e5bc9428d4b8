import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcoder import brownout
from transcoder.brownout import (
    BEHIND_S,
    CALM_S,
    HIGH,
    HOLD_S,
    INTERVAL_S,
    LATE_S,
    LONGEST_HOLD_S,
    LOW,
    Running,
    State,
    Step,
    Strain,
    decide,
)

FULL, NO_TOP, SLOW, KEY_FRAMES = Step
COST = {FULL: 1.0, NO_TOP: 0.55, SLOW: 0.3, KEY_FRAMES: 0.02}
MIDDLE = (LOW + HIGH) / 2

streams = st.lists(
    st.builds(
        Running,
        camera_id=st.uuids().map(str),
        priority=st.integers(0, 4),
        step=st.sampled_from(Step),
        changed_at=st.floats(0, 1000),
    ),
    max_size=30,
    unique_by=lambda one: one.camera_id,
)
loads = st.floats(0, 1)


def at(priority, step=FULL, changed_at=0.0, camera_id=None):
    return Running(camera_id or f"c{priority}", priority, step, changed_at)


def applied(running, changes, now):
    return [
        Running(one.camera_id, one.priority, changes[one.camera_id], now) if one.camera_id in changes else one
        for one in running
    ]


def is_in_order(running):
    """No stream lacks anything while a less urgent one can still give."""
    return all(
        lower.step is KEY_FRAMES
        for one in running
        if one.step > FULL
        for lower in running
        if lower.priority > one.priority
    )


def run(running, load_of, duration_s):
    """Ask every half second. Returns (now, changes, running after them) for each change."""
    state, seen = State(), []
    for tick in range(math.ceil(duration_s * 2)):
        now = 2000 + tick / 2
        changes, state = decide(running, state, load=load_of(running, now), now=now)
        if changes:
            running = applied(running, changes, now)
            seen.append((now, changes, running))
    return seen


@pytest.mark.parametrize(
    ("running", "load", "expected"),
    [
        ([], 1.0, {}),
        ([at(4)], HIGH - 0.01, {}),
        ([at(4)], HIGH, {"c4": NO_TOP}),
        ([at(4, NO_TOP)], HIGH, {"c4": SLOW}),
        ([at(4, SLOW)], HIGH, {"c4": KEY_FRAMES}),
        ([at(4, KEY_FRAMES)], 1.0, {}),
        ([at(4, KEY_FRAMES)], MIDDLE, {}),
        ([at(4, KEY_FRAMES)], LOW, {"c4": SLOW}),
        ([at(4, SLOW)], LOW, {"c4": NO_TOP}),
        ([at(4, NO_TOP)], 0.0, {"c4": FULL}),
        ([at(4)], 0.0, {}),
        # The least urgent gives all it has before the next one gives anything; code 0 is last.
        ([at(0), at(3), at(4, SLOW)], HIGH, {"c4": KEY_FRAMES}),
        ([at(0), at(3), at(4, KEY_FRAMES)], HIGH, {"c3": NO_TOP}),
        ([at(0), at(3, KEY_FRAMES), at(4, KEY_FRAMES)], HIGH, {"c0": NO_TOP}),
        # The most urgent gets it all back before the next one gets anything.
        ([at(0, SLOW), at(3, KEY_FRAMES), at(4, KEY_FRAMES)], LOW, {"c0": NO_TOP}),
        ([at(0), at(3, NO_TOP), at(4, KEY_FRAMES)], LOW, {"c3": FULL}),
        # As urgent: who has given least, then who has kept it longest.
        ([at(4, FULL, 5, "new"), at(4, FULL, 1, "old"), at(4, NO_TOP, 0, "gave")], HIGH, {"old": NO_TOP}),
        ([at(4, NO_TOP, 0, "gave"), at(4, FULL, 9, "full")], HIGH, {"full": NO_TOP}),
        ([at(4, SLOW, 9, "worst"), at(4, NO_TOP, 0, "older")], LOW, {"worst": NO_TOP}),
        ([at(4, SLOW, 9, "newer"), at(4, SLOW, 1, "older")], LOW, {"older": NO_TOP}),
        # An incident became more urgent, or a stream that is less urgent was added: the order is mended.
        ([at(0, KEY_FRAMES), at(4)], MIDDLE, {"c0": SLOW, "c4": NO_TOP}),
        ([at(0, KEY_FRAMES), at(4, KEY_FRAMES)], MIDDLE, {}),
        ([at(4, KEY_FRAMES, 0, "a"), at(4, FULL, 0, "b")], MIDDLE, {}),
    ],
)
def test_who_gives_and_who_gets_back(running, load, expected):
    assert decide(running, State(), load=load, now=1000.0)[0] == expected


def test_the_codes_are_what_viewers_and_metrics_are_told():
    assert [step.code for step in Step] == ["full", "no_top", "slow", "key_frames"]


@pytest.mark.parametrize(
    ("count", "load", "changed"), [(40, HIGH, 1), (40, 0.85, 5), (40, 1.0, 10), (40, 1.7, 10), (3, 1.0, 1)]
)
def test_the_shorter_the_host_the_more_streams_give_at_once(count, load, changed):
    running = [at(4, camera_id=str(n)) for n in range(count)]
    assert len(decide(running, State(), load=load, now=0.0)[0]) == changed


@pytest.mark.parametrize("load", [1.0, 0.0])
def test_nothing_changes_twice_within_the_interval(load):
    running = [at(4, NO_TOP)]
    _, state = decide(running, State(), load=load, now=100.0)
    assert decide(running, state, load=load, now=100.0 + INTERVAL_S - 0.01) == ({}, state)
    assert decide(running, state, load=load, now=100.0 + INTERVAL_S)[0]


def test_what_was_taken_is_not_given_back_for_fifteen_seconds():
    _, state = decide([at(4)], State(), load=1.0, now=100.0)
    assert decide([at(4, NO_TOP, 100.0)], state, load=0.0, now=114.9)[0] == {}
    assert decide([at(4, NO_TOP, 100.0)], state, load=0.0, now=115.0)[0] == {"c4": FULL}


def test_each_raise_taken_back_doubles_the_wait_up_to_four_minutes_and_one_that_lasts_clears_it():
    state, now, waits = State(), 0.0, []
    for _ in range(7):
        _, state = decide([at(4)], state, load=1.0, now=now)
        _, state = decide([at(4)], state, load=1.0, now=now + INTERVAL_S)  # the same descent does not count twice
        waits.append(state.hold_s)
        now += INTERVAL_S + state.hold_s
        changes, state = decide([at(4, NO_TOP)], state, load=0.0, now=now)
        assert changes == {"c4": FULL}
        now += brownout.PROOF_S - 0.1
    assert waits == [15, 30, 60, 120, 240, 240, 240]
    _, state = decide([at(4)], state, load=1.0, now=now + 0.1)
    assert state.hold_s == HOLD_S


@given(streams, loads)
def test_nobody_gives_while_a_less_urgent_stream_can(running, load):
    changes, _ = decide(running, State(), load=load, now=2000.0)
    by_id = {one.camera_id: one for one in running}
    for id_, step in changes.items():
        assert abs(step - by_id[id_].step) == 1
        less_urgent = [one for one in running if one.priority > by_id[id_].priority]
        more_urgent = [one for one in running if one.priority < by_id[id_].priority]
        if step > by_id[id_].step:
            assert all(one.step is KEY_FRAMES for one in less_urgent)
        else:
            assert all(one.step is FULL for one in more_urgent)
    assert len(changes) <= max(2, len(running) / 4)


@given(streams.map(lambda running: applied(running, {one.camera_id: FULL for one in running}, 0.0)), st.lists(loads))
def test_the_order_of_urgency_holds_after_every_decision(running, series):
    state = State()
    for n, load in enumerate(series):
        changes, state = decide(running, state, load=load, now=2000 + 20.0 * n)
        running = applied(running, changes, 2000 + 20.0 * n)
        assert is_in_order(running)


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ([], FULL),
        ([at(2), at(3), at(4, KEY_FRAMES)], FULL),
        ([at(3, FULL, 0, "a"), at(3, NO_TOP, 0, "b"), at(4, KEY_FRAMES)], NO_TOP),
        ([at(2, NO_TOP), at(4, KEY_FRAMES)], KEY_FRAMES),
    ],
)
def test_a_stream_that_starts_on_a_short_host_begins_where_its_peers_are(running, expected):
    assert brownout.first_step(running, 3) is expected


@given(streams, st.integers(0, 30), st.integers(0, 4))
def test_a_stream_that_starts_upsets_no_order(running, decisions, priority):
    full = applied(running, {one.camera_id: FULL for one in running}, 0.0)
    seen = run(full, lambda *_: 1.0, INTERVAL_S * decisions)
    running = seen[-1][2] if seen else full
    assert is_in_order([*running, at(priority, brownout.first_step(running, priority), camera_id="new")])


@given(streams, st.floats(LOW, HIGH, exclude_min=True, exclude_max=True))
def test_any_disorder_is_mended_and_then_all_is_still(running, load):
    seen = run(running, lambda *_: load, INTERVAL_S * 3 * (len(running) + 1))
    assert is_in_order(seen[-1][2] if seen else running)


@given(streams)
def test_everything_is_full_again_when_the_load_stays_low(running):
    seen = run(running, lambda *_: LOW, HOLD_S + INTERVAL_S * 3 * (len(running) + 1))
    assert {one.step for one in (seen[-1][2] if seen else running)} <= {FULL}


@given(streams)
def test_everything_has_given_all_when_the_load_stays_high(running):
    seen = run(running, lambda *_: 1.0, INTERVAL_S * 3 * (len(running) + 1))
    assert {one.step for one in (seen[-1][2] if seen else running)} <= {KEY_FRAMES}


@given(streams, st.lists(loads, min_size=1))
def test_the_number_of_changes_a_second_is_bounded_whatever_the_load_does(running, series):
    seen = run(running, lambda _, now: series[int(now * 2) % len(series)], 60)
    assert all(later[0] - earlier[0] >= INTERVAL_S for earlier, later in pairwise(seen))
    assert all(len(changes) <= max(2, len(running) / 4) for _, changes, _ in seen)


class Host:
    """Its load is what its streams cost, over the last 3 s, against what it has."""

    def __init__(self, capacity):
        self.capacity, self.demands = capacity, []

    def load(self, running, _now):
        self.demands = [*self.demands[-5:], sum(COST[one.step] for one in running)]
        busy = sum(self.demands) / len(self.demands) / self.capacity
        return min(1.0, max(0.0, (busy - 0.6) / 0.4))


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.floats(0.2, 14))
def test_a_host_with_steady_demand_settles_instead_of_swinging(priorities, capacity):
    running = [at(priority, camera_id=str(n)) for n, priority in enumerate(priorities)]
    given_up = [(now, sum(one.step for one in after)) for now, _, after in run(running, Host(capacity).load, 1800)]
    changes = [(now, after - before) for (_, before), (now, after) in pairwise([(0, 0), *given_up])]
    swings = [now for (_, raised), (now, lowered) in pairwise(changes) if raised < 0 < lowered]
    assert all(later - earlier >= HOLD_S for earlier, later in pairwise(swings))
    late = [now for now in swings if now > 2000 + 900]
    assert len(late) <= math.ceil(900 / LONGEST_HOLD_S), "one try in four minutes"


def test_what_others_suffer_takes_nothing_from_our_viewers():
    strain = Strain(since=0.0)
    assert strain.felt(1.0, now=10.0) < HIGH, "nobody is lowered"
    assert strain.felt(1.0, now=10.0) > LOW, "nor raised, yet"
    assert strain.felt(1.0, now=CALM_S) <= LOW, "in time for long: everything comes back"


def test_a_load_counts_once_our_encoders_have_been_late_for_a_while():
    strain = Strain(since=0.0).after(behind_s=BEHIND_S, now=50.0)
    assert strain.felt(0.9, now=50.0 + LATE_S / 2) < HIGH
    assert strain.felt(0.9, now=50.0 + LATE_S) == 0.9
    assert strain.after(behind_s=0.1, now=52.0).felt(0.9, now=52.0) < HIGH
    assert strain.after(behind_s=2 * BEHIND_S, now=52.0) is strain
