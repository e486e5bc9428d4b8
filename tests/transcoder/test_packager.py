from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fragments import Chunk, Init
from tests.transcoder.feeding import AVCC, INIT, NOON, RUNGS, begin, fed, feed, frame, join
from transcoder.feeder import CadenceBroken
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager


def shape(packager):
    return [(s.msn, len(s.parts), s.is_complete) for s in packager.segments]


def test_the_first_segments_are_one_part_long_and_end_with_a_target_duration():
    assert shape(fed(6 + 4 + 10 + 3)) == [
        *((n, 1, True) for n in range(6)),
        (6, 4, True),
        (7, 10, True),
        (8, 3, False),
    ]


def test_a_part_exists_when_every_rung_has_its_frames_and_not_before():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 2)
    assert not packager.add("a", "240p", frame("240p", 2))
    assert not packager.add("a", "240p", frame("240p", 3))
    assert not packager.add("a", "540p", frame("540p", 2))
    assert not packager.segments
    assert packager.add("a", "360p", frame("360p", 2))
    assert shape(packager) == [(0, 1, True)]


@given(st.lists(st.sampled_from(RUNGS), min_size=60, max_size=200))
def test_the_order_in_which_the_rungs_arrive_changes_nothing(order):
    packager, counts = Packager(DEFAULT), dict.fromkeys(RUNGS, 0)
    begin(packager)
    for rung in order:
        packager.add("a", rung, frame(rung, counts[rung]))
        counts[rung] += 1
    parts = min(counts.values()) // 3
    assert packager.parts == packager.epoch_parts == parts
    assert shape(packager) == shape(fed(parts))
    for segment in packager.segments:
        assert all(set(part.content) == set(RUNGS) for part in segment.parts)


def test_decode_times_continue_over_parts_and_segments():
    packager = fed(20)
    chunks = [Chunk.of(part.content["360p"]) for segment in packager.segments for part in segment.parts]
    assert [chunk.tfdt for chunk in chunks] == [2000 * n for n in range(20)]
    assert {chunk.ticks for chunk in chunks} == {2000}


def test_an_epoch_is_dated_once_and_all_its_segments_by_media_time():
    packager = fed(22)
    assert [segment.starts_at - NOON for segment in packager.segments] == [
        timedelta(seconds=s) for s in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 2.0, 4.0)
    ]
    assert packager.newest_at - NOON == pytest.approx(
        timedelta(seconds=22 * 0.2 - 1 / 15), abs=timedelta(microseconds=2)
    )


def test_a_stream_without_a_picture_has_no_newest_one():
    assert (Packager(DEFAULT).newest_at, Packager(DEFAULT).epoch_parts, Packager(DEFAULT).hint) == (None, 0, None)


def test_a_segment_has_the_bytes_of_its_parts_and_they_are_counted():
    packager = fed(20)
    parts = [packager.content("540p", f"00000001-7.{n}.m4s") for n in range(10)]
    assert packager.content("540p", "00000001-7.m4s") == b"".join(parts)
    assert packager.bytes["540p"] == sum(len(packager.content("540p", s.name)) for s in packager.segments)


@pytest.mark.parametrize(
    "name",
    [
        "00000001-7.m4s",  # open
        "00000001-7.1.m4s",  # not yet
        "00000001-8.0.m4s",
        "00000002-6.0.m4s",
        "00000001-06.0.m4s",
        "00000001-6.00.m4s",
        "00000001-6.m4s/",
        "00000001--6.m4s",
        "00000001-6.0.m4s\n",
        "../00000001-6.m4s",
        "00000001-99999999999999999999.m4s",
        "",
    ],
)
def test_a_name_that_is_not_exactly_one_of_ours_has_no_bytes(name):
    packager = fed(11)
    assert packager.content("360p", "00000001-7.0.m4s")
    assert packager.content("360p", name) is None


def test_another_rung_has_no_bytes():
    assert fed(3).content("720p", "00000001-0.m4s") is None
    assert fed(3).init("720p", INIT["540p"]) is None


@pytest.mark.parametrize(("parts", "hint"), [(0, "0.0"), (1, "1.0"), (6, "6.0"), (7, "6.1"), (10, "7.0")])
def test_the_hint_is_the_name_of_the_next_part(parts, hint):
    packager = fed(parts)
    assert packager.hint == f"00000001-{hint}.m4s"
    feed(packager, 3, start=parts * 3)
    assert packager.content("360p", f"00000001-{hint}.m4s")


@pytest.mark.parametrize(("parts", "playable"), [(0, False), (1, False), (2, True)])
def test_a_stream_is_playable_with_one_complete_segment_and_one_more_part(parts, playable):
    assert fed(parts).is_playable is playable


def test_a_longer_wait_for_the_first_playlist_is_one_number():
    assert not fed(2, replace(DEFAULT, parts_before_playable=3)).is_playable


def test_the_window_is_five_complete_segments_and_never_less_than_three_target_durations():
    for parts in range(6, 120):
        listed = fed(parts).listed
        complete = [segment for segment in listed if segment.is_complete]
        length = sum(len(segment.parts) for segment in listed)
        assert len(complete) >= 5
        assert length >= 30 or listed[0].msn == 0
        if len(complete) > 5:
            assert length - len(listed[0].parts) < 30


def test_what_left_the_window_can_be_fetched_for_seven_target_durations_and_is_then_forgotten():
    packager = fed(10 + 10 * 40)
    first, listed = packager.segments[0], packager.listed[0]
    assert listed.position - (first.position + len(first.parts)) <= 7 * 10
    assert packager.content("240p", first.name)
    assert len(packager.segments) == len(packager.listed) + 8


def test_a_restart_goes_on_counting_under_another_name_after_a_discontinuity():
    packager = fed(6 + 3)  # segment 6 is open
    packager.end()
    assert shape(packager)[-1] == (6, 3, True)
    assert packager.hint is None
    begin(packager, "00000002", at=NOON + timedelta(seconds=60))
    assert packager.hint == "00000002-7.0.m4s"
    feed(packager, 6)
    assert [(s.msn, s.epoch.name, s.is_discontinuous, len(s.parts)) for s in packager.segments][-3:] == [
        (6, "00000001", False, 3),
        (7, "00000002", True, 1),
        (8, "00000002", False, 1),
    ]
    assert packager.segments[-2].starts_at == NOON + timedelta(seconds=60)
    assert Chunk.of(packager.content("360p", "00000002-7.0.m4s")).tfdt == 0
    assert (packager.parts, packager.epoch_parts) == (11, 2)


def test_an_epoch_ends_once():
    packager = fed(7)
    assert [packager.end(), packager.end()] == [True, False]
    assert packager.feeding is None
    assert feed(packager, 3, start=21) == 0
    assert not Packager(DEFAULT).end()


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=8))
def test_numbers_never_go_back_and_no_name_is_given_twice(epochs):
    packager, names, last = Packager(DEFAULT), set(), -1
    for number, (frames, is_ended) in enumerate(epochs):
        begin(packager, f"{number:08x}")
        for one in range(frames):
            if feed(packager, 1, start=one):
                segment = packager.segments[-1]
                name = segment.part_name(len(segment.parts) - 1)
                assert name not in names
                names.add(name)
                assert segment.msn in {last, last + 1}
                assert segment.is_discontinuous == (segment.epoch.segments == 1 and segment.msn > 0)
                last = segment.msn
        if is_ended:
            packager.end()
    assert [s.msn for s in packager.segments] == list(range(last + 1))


def test_the_name_of_an_init_segment_is_what_it_holds_so_it_outlives_restarts():
    packager = fed(2)
    assert packager.segments[-1].init == INIT
    before = packager.init("360p", INIT["360p"])
    assert Init.of(before) == Init(["vide"], 10_000, AVCC["360p"], (640, 360))
    begin(packager, "00000002")
    feed(packager, 3)
    assert packager.segments[-1].init == INIT
    assert packager.init("360p", INIT["360p"]) is before


def test_an_epoch_that_made_no_part_leaves_nothing():
    packager = fed(3)
    packager.begin("00000002", starts_at=NOON)
    packager.join("b", {"360p": 3})
    packager.configure("b", "360p", AVCC["540p"], size_px=(640, 360))
    feed(packager, 2, by="b", rungs=["360p"])
    begin(packager, "00000003")
    feed(packager, 3)
    assert [(s.msn, s.epoch.name) for s in packager.segments] == [
        (0, "00000001"), (1, "00000001"), (2, "00000001"), (3, "00000003"),
    ]  # fmt: skip
    assert packager.init("360p", INIT["540p"]) is None


def test_discontinuities_that_scrolled_off_are_counted_and_their_inits_forgotten():
    packager = fed(6)
    packager.begin("00000002", starts_at=NOON)
    packager.join("b", {"360p": 3})
    packager.configure("b", "360p", AVCC["540p"], size_px=(640, 360))
    feed(packager, 3 * 150, by="b", rungs=["360p"])
    assert packager.discontinuities == 1
    assert packager.init("360p", INIT["360p"]) is None
    assert packager.init("240p", INIT["240p"]) is None
    assert packager.init("360p", INIT["540p"])
    assert not any(segment.is_discontinuous for segment in packager.listed)


def test_a_missing_frame_is_noticed():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 4)
    with pytest.raises(CadenceBroken, match="240p is at frame 5 after 3"):
        packager.add("a", "240p", frame("240p", 5))


def test_a_feeder_that_begins_after_its_epoch_did_is_noticed():
    packager = Packager(DEFAULT)
    begin(packager)
    with pytest.raises(CadenceBroken, match="240p begins at frame 1, after part 0"):
        feed(packager, 3, start=1)


def test_a_segment_without_an_idr_in_one_rung_is_noticed():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 3)
    frames = [(rung, frame(rung, n, key=n == 3 and rung != "360p")) for n in range(3, 6) for rung in RUNGS]
    for rung, one in frames[:-1]:
        packager.add("a", rung, one)
    with pytest.raises(CadenceBroken, match="does not begin with an IDR"):
        packager.add("a", *frames[-1])


def test_a_rung_is_configured_before_its_pictures_and_stays_so():
    packager = Packager(DEFAULT)
    packager.begin("00000001", starts_at=NOON)
    packager.join("a", {"240p": 3})
    with pytest.raises(CadenceBroken, match="before it is configured"):
        packager.add("a", "240p", frame("240p", 0))
    packager.configure("a", "240p", AVCC["240p"], size_px=(426, 240))
    packager.configure("a", "240p", AVCC["240p"], size_px=(426, 240))
    with pytest.raises(CadenceBroken, match="changes its configuration"):
        packager.configure("a", "240p", AVCC["360p"], size_px=(426, 240))


def test_whoever_is_not_expected_is_not_heard():
    packager = Packager(DEFAULT)
    begin(packager, rungs=["240p"])
    packager.configure("other", "240p", AVCC["540p"], size_px=(426, 240))
    assert packager.init("240p", INIT["540p"]) is None
    assert not packager.add("other", "240p", frame("240p", 7))
    assert not packager.add("a", "360p", frame("360p", 7))
    join(packager, "b", ["240p"])
    join(packager, "c", ["240p"])
    assert not packager.add("b", "240p", frame("240p", 0)), "forgotten when another was to come"
