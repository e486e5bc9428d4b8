import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder import watching
from transcoder.watching import IDLE_S, STILLS_ONLY_S, Watching

ALL = ("240p", "360p", "540p")


def asked(*requests):
    """A stream since 0 that was asked for these (rung or ``still``, at)."""
    seen = Watching(since=0.0)
    for what, at in requests:
        if what == "still":
            seen.ask_still(now=at)
        else:
            seen.ask(what, now=at)
    return seen


def kept(name, *, begins, ends):
    return [(name, float(at)) for at in range(begins, ends)]


@pytest.mark.parametrize(
    ("requests", "now", "rungs"),
    [
        ([], 5.0, set()),
        ([("360p", 10.0)], 10.0, set(ALL)),
        ([("360p", 10.0)], 69.9, set(ALL)),
        ([("360p", 10.0)], 70.0, set()),
        (kept("360p", begins=10, ends=90), 89.0, {"360p"}),
        ([("360p", 10.0), ("540p", 15.0), *kept("360p", begins=16, ends=76)], 75.0, {"360p"}),
        ([("360p", 10.0), ("540p", 16.0), *kept("360p", begins=16, ends=76)], 75.0, {"360p", "540p"}),
        ([*kept("240p", begins=10, ends=80), ("540p", 79.5)], 80.0, {"240p", "540p"}),
        ([*kept("240p", begins=10, ends=80), ("360p", 200.0)], 200.0, set(ALL)),  # a new first viewer
        ([*kept("240p", begins=10, ends=80), ("360p", 100.0)], 100.0, {"240p", "360p"}),
    ],
)
def test_which_rungs_to_have(requests, now, rungs):
    assert watching.rungs(asked(*requests), ALL, now=now) == rungs


@pytest.mark.parametrize(
    ("requests", "now", "rungs"),
    [
        ([("still", 10.0)], 10.0, set()),
        ([("still", 10.0)], 19.9, set()),  # the video may be asked for next
        ([("still", 10.0)], 20.0, None),
        ([("still", 10.0)], 69.9, None),
        ([("still", 10.0)], 70.0, set()),
        (kept("still", begins=10, ends=300), 299.0, None),
        ([("still", 10.0), ("still", 200.0)], 200.5, set()),
        ([("360p", 5.0), ("still", 10.0)], 30.0, set(ALL)),
        ([*kept("still", begins=10, ends=80), ("240p", 80.0)], 80.0, set(ALL)),
        ([("240p", 5.0), *kept("still", begins=60, ends=67)], 66.0, None),  # it went from video to stills
    ],
)
def test_stills_alone_need_no_video(requests, now, rungs):
    assert watching.rungs(asked(*requests), ALL, now=now) == rungs


@given(st.lists(st.tuples(st.sampled_from([*ALL, "still"]), st.floats(0.1, 20.0)), max_size=30), st.floats(0.0, 100.0))
def test_what_was_just_asked_for_is_never_let_go_and_what_is_old_is(steps, later_s):
    seen, now, last = Watching(since=0.0), 1.0, {}
    for what, wait_s in steps:
        now += wait_s
        last[what] = now
        seen.ask_still(now=now) if what == "still" else seen.ask(what, now=now)
    now += later_s
    rungs = watching.rungs(seen, ALL, now=now)
    recent = {what for what, at in last.items() if now - at < IDLE_S}
    assert (rungs or set()) >= recent - {"still"}
    if not recent:
        assert rungs == set()
    if rungs is None:
        assert recent == {"still"}


def test_stills_alone_are_believed_after_some_seconds():
    assert 0 < STILLS_ONLY_S < IDLE_S
