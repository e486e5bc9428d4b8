from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fragments import Chunk
from tests.transcoder.feeding import NOON, begin, fed, feed, frame
from transcoder.flv import Configuration
from transcoder.ladder import DEFAULT
from transcoder.packager import CadenceBroken, Packager

RUNGS = [rung.name for rung in DEFAULT.rungs]


def shape(packager):
    return [(s.msn, len(s.parts), s.is_complete) for s in packager.segments]


def test_the_first_segments_are_one_part_long_then_ten():
    assert shape(fed(6 + 10 + 3)) == [
        *((n, 1, True) for n in range(6)),
        (6, 10, True),
        (7, 3, False),
    ]


def test_the_first_segments_may_be_shorter_than_a_part():
    packager = Packager(replace(DEFAULT, opening_frames=(1, 2)))
    begin(packager)
    feed(packager, 1 + 2 + 30)
    assert [(s.frames, len(s.parts), s.is_complete) for s in packager.segments] == [
        (1, 1, True), (2, 1, True), (30, 10, True),
    ]  # fmt: skip


def test_a_part_exists_when_every_rung_has_its_frames_and_not_before():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 2)
    assert not packager.add("240p", frame("240p", 2), arrived_at=NOON)
    assert not packager.add("240p", frame("240p", 3), arrived_at=NOON)
    assert not packager.add("540p", frame("540p", 2), arrived_at=NOON)
    assert not packager.segments
    assert packager.add("360p", frame("360p", 2), arrived_at=NOON)
    assert shape(packager) == [(0, 1, True)]


@given(st.lists(st.sampled_from(RUNGS), min_size=60, max_size=200))
def test_the_order_in_which_the_rungs_arrive_changes_nothing(order):
    packager, counts = Packager(DEFAULT), dict.fromkeys(RUNGS, 0)
    begin(packager)
    for rung in order:
        packager.add(rung, frame(rung, counts[rung]), arrived_at=NOON)
        counts[rung] += 1
    parts = min(counts.values()) // 3
    assert shape(packager) == shape(fed(parts))
    for segment in packager.segments:
        assert all(set(part.content) == set(RUNGS) for part in segment.parts)


def test_decode_times_continue_over_parts_and_segments():
    packager = fed(20)
    chunks = [Chunk.of(part.content["360p"]) for segment in packager.segments for part in segment.parts]
    assert [chunk.tfdt for chunk in chunks] == [2000 * n for n in range(20)]
    assert {chunk.ticks for chunk in chunks} == {2000}


def test_a_segment_is_dated_by_the_arrival_of_the_first_frame_and_media_time_since():
    packager = Packager(DEFAULT)
    begin(packager)
    for number in range(60):  # the frames arrive late and unevenly
        feed(packager, 1, start=number, at=NOON + timedelta(seconds=number % 7))
    assert [segment.starts_at - NOON for segment in packager.segments] == [
        timedelta(seconds=s) for s in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 3.2)
    ]


def test_a_run_is_dated_by_its_least_delayed_frame_as_long_as_no_playlist_names_a_date():
    packager = Packager(DEFAULT)
    begin(packager)
    for number, late_s in enumerate([0.5, 0.4, 0.3, 0.2, 0.1, 0.05]):  # ffmpeg gets going
        feed(packager, 1, start=number, at=NOON + timedelta(seconds=late_s))
    assert packager.is_playable
    assert packager.segments[0].starts_at == NOON + timedelta(seconds=0.05)
    feed(packager, 30, start=6, at=NOON - timedelta(seconds=9))
    assert packager.segments[0].starts_at == NOON + timedelta(seconds=0.05)


def test_a_segment_has_the_bytes_of_its_parts():
    packager = fed(17)
    parts = [packager.content("540p", f"00000001-6.{n}.m4s") for n in range(10)]
    assert packager.content("540p", "00000001-6.m4s") == b"".join(parts)


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
    packager = fed(17)
    assert packager.content("360p", "00000001-7.0.m4s")
    assert packager.content("360p", name) is None


def test_another_rung_has_no_bytes():
    assert fed(3).content("720p", "00000001-0.m4s") is None


@pytest.mark.parametrize(("parts", "hint"), [(0, "0.0"), (1, "1.0"), (6, "6.0"), (7, "6.1"), (16, "7.0")])
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
        frames = sum(segment.frames for segment in listed)
        assert len(complete) >= 5
        assert frames >= 90 or listed[0].msn == 0
        if len(complete) > 5:
            assert frames - listed[0].frames < 90


def test_what_left_the_window_can_be_fetched_for_seven_target_durations_and_is_then_forgotten():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 18 + 30 * 40)
    first, listed = packager.segments[0], packager.listed[0]
    assert listed.position - (first.position + first.frames) <= 7 * 30
    assert packager.content("240p", first.name)
    assert len(packager.segments) == len(packager.listed) + 8


def test_a_restart_goes_on_counting_under_another_name_after_a_discontinuity():
    packager = fed(6 + 4)  # segment 6 is open
    packager.end()
    assert shape(packager)[-1] == (6, 4, True)
    assert packager.hint is None
    begin(packager, "00000002")
    assert packager.hint == "00000002-7.0.m4s"
    feed(packager, 6, at=NOON + timedelta(seconds=60))
    assert [(s.msn, s.epoch, s.is_discontinuous, len(s.parts)) for s in packager.segments][-3:] == [
        (6, "00000001", False, 4),
        (7, "00000002", True, 1),
        (8, "00000002", False, 1),
    ]
    assert packager.segments[-2].starts_at == NOON + timedelta(seconds=60)
    assert Chunk.of(packager.content("360p", "00000002-7.0.m4s")).tfdt == 0
    assert packager.init("360p", "00000001") is not None
    assert packager.init("360p", "00000002") is not None


def test_a_run_that_made_no_part_leaves_nothing():
    packager = fed(3)
    begin(packager, "00000002")
    feed(packager, 2)
    begin(packager, "00000003")
    feed(packager, 3)
    assert [(s.msn, s.epoch) for s in packager.segments] == [
        (0, "00000001"), (1, "00000001"), (2, "00000001"), (3, "00000003"),
    ]  # fmt: skip
    assert packager.init("360p", "00000002") is None


def test_discontinuities_that_scrolled_off_are_counted_and_their_inits_forgotten():
    packager = fed(6)
    begin(packager, "00000002")
    feed(packager, 18 + 30 * 30)
    assert packager.discontinuities == 1
    assert packager.init("360p", "00000001") is None
    assert not any(segment.is_discontinuous for segment in packager.listed)


def test_a_missing_frame_is_noticed():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 4)
    with pytest.raises(CadenceBroken, match="240p leaves the grid at frame 4"):
        packager.add("240p", frame("240p", 5), arrived_at=NOON)


def test_a_segment_without_an_idr_in_one_rung_is_noticed():
    packager = Packager(DEFAULT)
    begin(packager)
    feed(packager, 3)
    frames = [(rung, frame(rung, n, key=n == 3 and rung != "360p")) for n in range(3, 6) for rung in RUNGS]
    for rung, one in frames[:-1]:
        packager.add(rung, one, arrived_at=NOON)
    with pytest.raises(CadenceBroken, match="does not begin with an IDR"):
        packager.add(*frames[-1], arrived_at=NOON)


def test_a_rung_is_configured_once_and_before_its_pictures():
    packager = Packager(DEFAULT)
    packager.begin("00000001")
    with pytest.raises(CadenceBroken, match="before it is configured"):
        packager.add("240p", frame("240p", 0), arrived_at=NOON)
    packager.configure("240p", Configuration(b"\x01\x4d\x40\x15"))
    with pytest.raises(CadenceBroken, match="where it cannot be"):
        packager.configure("240p", Configuration(b"\x01\x4d\x40\x15"))
