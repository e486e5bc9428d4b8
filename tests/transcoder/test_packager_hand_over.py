"""One encoder takes over from another while the stream goes on; rungs come and go with them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fragments import Chunk, inside
from tests.transcoder.feeding import AVCC, INIT, RUNGS, begin, begins_segment, fed, feed, frame, is_key, join
from transcoder.feeder import CadenceBroken
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager

# Segments begin with parts 0 to 6, 10, 20, 30 …
LOWER = ["240p", "360p"]


def chunks(packager, rung="240p"):
    return [Chunk.of(part.content[rung]) for segment in packager.segments for part in segment.parts]


def makers(packager):
    """Whose each part is."""
    return [chr(inside(part.content["240p"], "mdat")[0][5]) for s in packager.segments for part in s.parts]


def test_the_new_one_begins_with_a_segment():
    packager = fed(12)
    join(packager, "b")
    feed(packager, 3 * 12, start=3 * 12)
    assert (packager.feeding, packager.epoch_parts) == ("a", 24)
    feed(packager, 3 * 3, start=3 * 29, by="b")
    assert packager.feeding == "a", "though the new one is ahead of it"
    feed(packager, 3 * 6, start=3 * 24)
    assert (packager.feeding, packager.epoch_parts) == ("b", 32)
    assert makers(packager) == ["a"] * 30 + ["b"] * 2
    assert [s.is_discontinuous for s in packager.segments] == [False] * len(packager.segments)
    assert [chunk.tfdt for chunk in chunks(packager)] == [2000 * n for n in range(32)]


def test_the_new_one_is_waited_for_where_it_has_come_as_far_as_the_old_one():
    packager = fed(12)
    join(packager, "b")
    feed(packager, 3 * 1, start=3 * 19, by="b")  # the last part before the segment
    feed(packager, 3 * 9, start=3 * 12)
    assert (packager.feeding, packager.epoch_parts) == ("b", 20)
    assert feed(packager, 3, start=3 * 20, by="b") == 1


@pytest.mark.parametrize("seen_frames", [0, 3 * 7, 3 * 7 + 1])
def test_one_that_has_not_come_as_far_is_not_used_yet(seen_frames):
    packager = fed(12)
    join(packager, "b")
    feed(packager, seen_frames, start=3 * 12, by="b")  # up to the first frame of part 19 at most
    feed(packager, 3 * 9, start=3 * 12)
    assert (packager.feeding, packager.epoch_parts) == ("a", 21)


def test_one_of_whose_rungs_one_lags_is_not_used_yet():
    packager = fed(12)
    join(packager, "b")
    feed(packager, 3 * 3, start=3 * 18, by="b", rungs=LOWER)
    feed(packager, 3 * 9, start=3 * 12)
    assert packager.feeding == "a"


def test_one_that_starts_after_the_segment_began_takes_over_with_the_next():
    packager = fed(12)
    join(packager, "b")
    feed(packager, 3 * 10, start=3 * 20 + 1, by="b")
    feed(packager, 3 * 17, start=3 * 12)
    assert (packager.feeding, packager.epoch_parts) == ("a", 29)
    feed(packager, 3, start=3 * 29)
    assert packager.feeding == "b"
    feed(packager, 3 * 2, start=3 * 30 + 1, by="b")
    assert makers(packager) == ["a"] * 30 + ["b"] * 2


def test_the_old_one_is_not_heard_any_more():
    packager = fed(19)
    join(packager, "b")
    feed(packager, 3 * 3, start=3 * 19, by="b")
    feed(packager, 3, start=3 * 19)
    assert packager.feeding == "b"
    assert feed(packager, 3, start=3 * 20) == 0
    assert not packager.add("a", "240p", frame("240p", 999)), "nor judged"
    packager.configure("a", "240p", b"\x01other", size_px=(1, 1))
    assert makers(packager) == ["a"] * 20 + ["b"] * 2


def test_without_anyone_to_take_over_from_it_feeds_at_once():
    packager = Packager(DEFAULT)
    begin(packager, by="b")
    assert packager.feeding == "b"


@given(st.lists(st.sampled_from("ab"), min_size=40, max_size=260), st.integers(0, 25))
def test_however_the_two_come_every_segment_is_of_one_and_no_part_is_missing(turns, late_parts):
    packager = fed(2)
    join(packager, "b")
    at = {"a": 6, "b": 3 * late_parts}
    for by in turns:
        feed(packager, 1, start=at[by], by=by)
        at[by] += 1
    said = makers(packager)
    assert [chunk.tfdt for chunk in chunks(packager)] == [2000 * n for n in range(len(said))]
    assert "".join(said).lstrip("a").strip("b") == "", "and never back"
    changes = [n for n in range(1, len(said)) if said[n] != said[n - 1]]
    assert all(begins_segment(n) for n in changes)


def test_rungs_go_and_come_with_their_feeder():
    packager = fed(19)
    join(packager, "b", LOWER)
    feed(packager, 3 * 11, start=3 * 19, by="b", rungs=LOWER)
    feed(packager, 3, start=3 * 19)
    join(packager, "c")
    feed(packager, 3, start=3 * 30, by="c")
    assert [set(s.init) for s in packager.segments][-3:] == [set(RUNGS), set(LOWER), set(RUNGS)]
    assert packager.content("540p", packager.segments[-2].name) is None
    assert packager.init("540p", INIT["540p"]), "older segments need it"


@pytest.mark.parametrize(
    ("had", "asked", "shown"),
    [
        (RUNGS, "540p", "540p"),
        (LOWER, "540p", "360p"),
        (["240p"], "540p", "240p"),
        (["240p", "540p"], "360p", "240p"),
        (["360p"], "240p", "360p"),
        (["360p", "540p"], "240p", "360p"),
    ],
)
def test_a_missing_rung_is_shown_by_the_nearest_below_or_else_the_lowest(had, asked, shown):
    packager = Packager(DEFAULT)
    begin(packager, rungs=had)
    feed(packager, 3, rungs=had)
    assert packager.shown(packager.segments[0], asked) == shown


def test_a_slow_feeder_has_one_frame_a_part_that_fills_it():
    packager = fed(19)
    join(packager, "b", size=1)
    feed(packager, 12, start=19, by="b", size=1)
    feed(packager, 3, start=3 * 19)
    assert (packager.feeding, packager.epoch_parts) == ("b", 31)
    assert len(packager.segments[-2].parts) == 10, "segments stay as long"
    runs = [inside(p.content["360p"], "moof", "traf", "trun")[0] for s in packager.segments for p in s.parts]
    assert [int.from_bytes(run[4:8]) for run in runs] == [3] * 20 + [1] * 11
    assert {chunk.ticks for chunk in chunks(packager)} == {2000}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_samples_fill_their_part_exactly_whatever_its_length(size):
    packager = Packager(replace(DEFAULT, part_frames=4))  # 2666.7 ticks
    packager.begin("00000001", starts_at=fed(1).segments[0].starts_at)
    join(packager, "b", ["240p"], size=size)
    feed(packager, 30 * size, by="b", rungs=["240p"], size=size)
    made = chunks(packager)
    assert len(made) == 30
    assert [m.tfdt + m.ticks for m in made] == [packager.ladder.ticks(n + 1) for n in range(30)]


def copying(first_key=0, *, frames=250, every=50):
    """240p encoded, 540p copied of a camera with 25 pictures a second and a key frame each ``every``: five a part."""
    packager = Packager(DEFAULT)
    packager.begin("00000001", starts_at=fed(1).segments[0].starts_at)
    join(packager, size={"240p": 3, "540p": 5}, copied=["540p"])
    for number in range(frames):
        packager.add("a", "540p", frame("540p", number, key=number % every == first_key))
        if number % 5 == 4:
            feed(packager, 3, start=number // 5 * 3, rungs=["240p"])
    return packager


def test_a_copied_rung_is_in_segments_that_begin_with_its_key_frame_and_in_no_other():
    packager = copying()
    assert packager.epoch_parts == 50
    assert [(s.position, "540p" in s.init) for s in packager.segments] == [
        (0, True), (1, False), (2, False), (3, False), (4, False), (5, False), (6, False),
        (10, True), (20, True), (30, True), (40, True),
    ]  # fmt: skip
    for segment in list(packager.segments)[7:]:
        joined = [Chunk.of(part.content["540p"]) for part in segment.parts]
        assert [(c.tfdt, c.ticks) for c in joined] == [((segment.position + n) * 2000, 2000) for n in range(10)]
        assert [c.is_sync for c in joined] == [True] + [False] * 9


def test_a_copied_rung_whose_key_frames_are_elsewhere_is_left_out_and_nothing_waits_for_it():
    packager = copying(first_key=20)
    assert packager.epoch_parts == 50
    assert not any("540p" in s.init for s in packager.segments if len(s.parts) == 10)


def test_a_copied_rung_of_longer_groups_is_in_every_other_segment():
    packager = copying(every=100)
    assert ["540p" in s.init for s in packager.segments if len(s.parts) == 10] == [False, True, False, True]


def test_a_copied_rung_that_stops_in_the_middle_of_a_segment_is_noticed_when_it_goes_on_elsewhere():
    packager = copying(frames=62)
    with pytest.raises(CadenceBroken, match="540p is at frame 63 after 61"):
        packager.add("a", "540p", frame("540p", 63))


def test_a_feeder_takes_over_though_what_it_copies_lags_behind():
    packager = fed(19)
    join(packager, "b", size={"240p": 3, "540p": 5}, copied=["540p"])
    feed(packager, 3 * 2, start=3 * 19, by="b", rungs=["240p"])
    feed(packager, 3, start=3 * 19)
    assert packager.feeding == "b"
    assert set(packager.segments[-1].init) == {"240p"}


def test_keys_are_where_the_helper_says():
    assert [n for n in range(70) if is_key(n)] == [0, 3, 6, 9, 12, 15, 18, 30, 60]


def test_of_two_that_are_to_take_over_the_later_one_does():
    packager = fed(19)
    join(packager, "b")
    join(packager, "c")
    feed(packager, 3 * 2, start=3 * 19, by="b")
    feed(packager, 3 * 2, start=3 * 19)
    assert (packager.feeding, packager.epoch_parts) == ("a", 21)
    feed(packager, 3 * 2, start=3 * 29, by="c")
    feed(packager, 3 * 9, start=3 * 21)
    assert (packager.feeding, packager.epoch_parts) == ("c", 31)


def test_the_init_segment_of_one_that_is_to_take_over_is_kept_until_it_does():
    packager = fed(12)
    packager.join("b", {"240p": 3})
    packager.configure("b", "240p", AVCC["540p"], size_px=(426, 240))
    feed(packager, 3 * 8, start=3 * 12)
    assert packager.init("240p", INIT["540p"])
    feed(packager, 3 * 2, start=3 * 29, by="b", rungs=["240p"])
    feed(packager, 3 * 10, start=3 * 20)
    assert packager.segments[-1].init == {"240p": INIT["540p"]}
    assert packager.init("240p", INIT["540p"])


def test_one_that_leaves_before_it_takes_over_never_does():
    packager = fed(12)
    join(packager, "b")
    feed(packager, 3 * 3, start=3 * 18, by="b")
    packager.leave("b")
    feed(packager, 3 * 9, start=3 * 12)
    assert (packager.feeding, packager.epoch_parts) == ("a", 21)
    assert packager.hint is not None


def test_the_one_in_use_does_not_leave():
    packager = fed(12)
    packager.leave("a")
    assert feed(packager, 3, start=3 * 12) == 1
