"""What is hinted comes: where the next segment may show another rung, nothing is hinted."""

import pytest

from tests.transcoder.feeding import RUNGS, begin, fed, feed, frame, join
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager


def test_nothing_is_hinted_before_the_segment_with_which_another_may_take_over():
    packager = fed(29)
    join(packager, "b")
    assert packager.hint, "the last part of a segment is that of the one in use"
    feed(packager, 3, start=3 * 29)
    assert packager.hint is None
    feed(packager, 3 * 2, start=3 * 29, by="b")
    assert packager.feeding == "b"
    assert packager.hint == f"{packager.segments[-1].epoch.name}-{packager.segments[-1].msn}.1.m4s"


@pytest.mark.parametrize(("before", "after"), [(RUNGS[:1], RUNGS), (RUNGS, RUNGS[:1]), (RUNGS, RUNGS)])
def test_nothing_is_hinted_of_one_that_has_taken_over_and_begins_with_other_rungs(before, after):
    packager = Packager(DEFAULT)
    begin(packager, rungs=before)
    feed(packager, 3 * 20, rungs=before)
    join(packager, "b", after)
    feed(packager, 3, start=3 * 29, by="b", rungs=after)
    feed(packager, 3 * 10, start=3 * 20, rungs=before)
    assert (packager.feeding, packager.epoch_parts) == ("b", 30), "it is its turn, and has no part yet"
    assert (packager.hint is None) == (before != after)


def test_what_was_hinted_comes_though_another_joins_meanwhile():
    packager = fed(30)
    hinted = packager.hint
    join(packager, "b")
    assert (packager.hint, packager.next_name) == (None, hinted), "who was told of it is still waiting for it"
    feed(packager, 3, start=3 * 30)
    assert packager.content("360p", hinted)


def test_one_that_is_still_awaited_leaves_the_parts_within_a_segment_hinted():
    packager = fed(29)
    join(packager, "b")
    feed(packager, 3 * 2, start=3 * 29)
    assert packager.feeding == "a"
    assert packager.hint.endswith(".1.m4s")


def test_a_copied_rung_that_is_not_there_yet_may_come_with_any_segment():
    packager = Packager(DEFAULT)
    packager.begin("00000001", starts_at=fed(1).segments[0].starts_at)
    join(packager, rungs=RUNGS, copied=RUNGS[2:])
    feed(packager, 3, rungs=RUNGS[:2])
    assert packager.segments[-1].init.keys() == set(RUNGS[:2])
    assert packager.hint is None
    for number in range(3, 6):
        packager.add("a", RUNGS[2], frame(RUNGS[2], number))
    feed(packager, 3, start=3, rungs=RUNGS[:2])
    assert packager.hint


def test_the_first_part_of_a_stream_is_hinted():
    packager = Packager(DEFAULT)
    begin(packager)
    assert packager.hint == "00000001-0.0.m4s"
