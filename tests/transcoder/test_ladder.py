from dataclasses import replace
from itertools import accumulate

import pytest

from transcoder.ladder import CONTAINER_BPS, DEFAULT, TIMESCALE

# ITU-T H.264 table A-1: macroblocks a second, macroblocks a frame
LEVELS = {
    "1.3": (11880, 396),
    "2.0": (11880, 396),
    "2.1": (19800, 792),
    "2.2": (20250, 1620),
    "3.0": (40500, 1620),
    "3.1": (108000, 3600),
}


def macroblocks(rung):
    return -(-rung.width_px // 16) * -(-rung.height_px // 16)


def test_the_rungs_are_the_three_that_are_promised_lowest_first():
    assert [(r.name, r.width_px, r.cap_bps) for r in DEFAULT.rungs] == [
        ("240p", 426, 180_000),
        ("360p", 640, 450_000),
        ("540p", 960, 900_000),
    ]


@pytest.mark.parametrize("rung", DEFAULT.rungs, ids=lambda r: r.name)
def test_the_level_holds_the_picture(rung):
    most_a_second, most_a_frame = LEVELS[rung.level]
    assert macroblocks(rung) <= most_a_frame
    assert macroblocks(rung) * DEFAULT.fps <= most_a_second


@pytest.mark.parametrize("rung", DEFAULT.rungs, ids=lambda r: r.name)
def test_the_cap_bounds_a_segment_with_its_container(rung):
    a_segment_bps = rung.rate_bps + rung.buffer_bits / DEFAULT.target_duration_s
    assert a_segment_bps + CONTAINER_BPS <= rung.cap_bps


def test_the_codecs_say_main_profile_and_the_level():
    assert [r.codecs for r in DEFAULT.rungs] == ["avc1.4D4015", "avc1.4D401E", "avc1.4D401F"]


def test_a_rung_is_found_by_its_name():
    assert [DEFAULT.rung(name) for name in ("360p", "720p")] == [DEFAULT.rungs[1], None]


@pytest.mark.parametrize(("part_frames", "part_s", "segment_parts"), [(3, 0.2, 10), (4, 4 / 15, 7), (5, 1 / 3, 6)])
def test_a_segment_is_as_many_whole_parts_as_the_target_duration_holds(part_frames, part_s, segment_parts):
    ladder = replace(DEFAULT, part_frames=part_frames)
    assert ladder.part_s == pytest.approx(part_s)
    assert ladder.segment_parts == segment_parts


def test_the_first_six_segments_are_one_part_each():
    assert [DEFAULT.parts_of(n) for n in range(9)] == [1, 1, 1, 1, 1, 1, 4, 10, 10]


def test_the_opening_is_whole_target_durations_so_later_segments_begin_where_copied_key_frames_are():
    assert sum(DEFAULT.opening_parts) % DEFAULT.segment_parts == 0


@pytest.mark.parametrize("opening_parts", [DEFAULT.opening_parts, (10,), (1, 9), (2, 3, 5, 10)])
def test_the_boundary_after_a_part_is_the_first_begin_of_a_segment_from_it_on(opening_parts):
    ladder = replace(DEFAULT, opening_parts=opening_parts)
    begins = list(accumulate((ladder.parts_of(n) for n in range(20)), initial=0))
    for part in range(begins[-1] + 1):
        assert ladder.boundary_after(part) == next(begin for begin in begins if begin >= part)


def test_times_are_whole_microseconds_and_a_part_begins_when_the_playlist_says():
    assert 1_000_000 % TIMESCALE == 0
    assert [DEFAULT.ticks(n) for n in range(4)] == [0, 2000, 4000, 6000]
    part_us = round(DEFAULT.part_s * 1_000_000)
    for part in range(0, 2_000_000, 9973):  # as far as five days
        assert DEFAULT.ticks(part) * (1_000_000 // TIMESCALE) == part * part_us


@pytest.mark.parametrize("part_frames", [1, 2, 4, 7])
def test_rounded_times_never_drift(part_frames):
    ladder = replace(DEFAULT, part_frames=part_frames)
    for part in range(0, 2_000_000, 9973):
        assert abs(ladder.ticks(part) - part * part_frames * TIMESCALE / 15) <= 0.5
