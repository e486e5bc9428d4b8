"""The cameras on a unit's way, and those on the ways out of a scene."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cameras import escape
from server.cameras.corridor import BESIDE_M, PASSED_M, REACH_M, Approach, corridor, line
from server.cameras.rank import Candidate, Outlook, apart_deg, distance_m
from server.models import CameraHealth
from tests.town import SQUARE, place


def at(name, azimuth_deg, metres, *, start=SQUARE, looks=None, health=CameraHealth.OK, **more):
    lat, lon = place(azimuth_deg, metres, start=start)
    return Candidate(name, lat, lon, looks, 60.0 if looks is not None else None, 120.0, health, **more)


NORTH_2KM = place(0, 2000)  # a car there drives south to the square


def way(*cameras, car=NORTH_2KM, heading_deg=None, count=8):
    return [one.camera_id for one in corridor(Approach(car, heading_deg, SQUARE), cameras, count=count)]


def test_the_next_camera_is_first_and_what_was_passed_is_gone():
    cameras = [at(str(metres), 0, metres) for metres in (500, 1500, 1000, 2100, 1990)]
    assert way(*cameras) == ["1500", "1000", "500"]
    assert way(*cameras, car=place(0, 1400)) == ["1000", "500"]
    assert way(*cameras, count=1) == ["1500"]


@pytest.mark.parametrize(("beside_m", "seen"), [(0, True), (140, True), (160, False)])
def test_only_what_stands_beside_the_way_counts(beside_m, seen):
    assert (way(at("a", 90, beside_m, start=place(0, 1000))) == ["a"]) is seen


def test_the_way_begins_as_the_car_heads():
    corner = at("a", 90, 280, start=NORTH_2KM)
    assert way(corner) == []
    assert way(corner, heading_deg=90) == ["a"]
    assert way(corner, heading_deg=315) == [], "a car that drives away from it will turn somewhere"


def test_of_one_stretch_the_camera_that_shows_most_is_taken():
    away, here = at("a-away", 0, 1050, looks=180), at("b-here", 0, 1060, looks=0)
    assert way(away, here) == ["b-here"], "it sees the car come"
    assert way(at("down", 0, 1050, health=CameraHealth.DOWN), at("ok", 90, 100, start=place(0, 1060))) == ["ok"]


def test_a_far_car_is_shown_the_next_kilometres_only():
    car = place(0, 20_000)
    cameras = [at(str(metres), 0, metres) for metres in (16_500, 17_500, 19_500, 500)]
    assert way(*cameras, car=car) == ["19500", "17500"]
    assert distance_m(*line(Approach(car, None, SQUARE))) == pytest.approx(REACH_M, rel=1e-3)


def test_distance_and_bearing_are_seen_from_the_scene_and_reasons_say_why():
    (one,) = corridor(Approach(NORTH_2KM, None, SQUARE), [at("a", 0, 1000, looks=0, night_vision=True)], count=4,
                      outlook=Outlook(night=True))  # fmt: skip
    assert (one.rank, one.distance_m, one.bearing_deg) == (1, 1000.0, 0.0)
    assert one.reasons == ["next", "on_the_way", "facing_traffic", "night_vision"]


def test_a_unit_at_the_scene_has_no_way():
    assert way(at("a", 0, 10), car=SQUARE) == []
    assert way(at("a", 0, 10), car=SQUARE, heading_deg=90) == []


def out(*cameras, count=4, outlook=None):
    shown = escape.ways_out(SQUARE, cameras, count=count, **({"outlook": outlook} if outlook else {}))
    return [one.camera_id for one in shown]


def test_there_is_one_camera_for_each_way_out_the_likeliest_first():
    cameras = [at("n", 0, 300), at("n2", 20, 310), at("e", 90, 400), at("s", 180, 200), at("near", 270, 100)]
    assert out(*cameras) == ["s", "n", "e"]
    assert out(*cameras, count=1) == ["s"]
    assert out(*cameras, outlook=Outlook(heading_deg=0)) == ["s", "n", "e"]
    assert out(*cameras[:3], outlook=Outlook(heading_deg=90)) == ["e", "n"]


def test_who_faces_the_scene_is_preferred_and_what_is_down_is_no_way():
    towards, away = at("towards", 0, 400, looks=180), at("away", 10, 300, looks=10)
    assert out(towards, away) == ["towards"]
    assert out(at("down", 0, 300, health=CameraHealth.DOWN)) == []
    (one,) = escape.ways_out(SQUARE, [towards], count=1)
    assert one.reasons == ["way_out", "faces_scene"]


cameras = st.lists(
    st.builds(
        at,
        st.uuids().map(str),
        st.floats(0, 360),
        st.floats(0, 4000),
        looks=st.none() | st.floats(0, 360),
        health=st.sampled_from(CameraHealth),
    ),
    max_size=15,
    unique_by=lambda one: one.id,
)
headings = st.none() | st.floats(0, 360)


@settings(max_examples=60)
@given(cameras, st.floats(0, 360), st.floats(0, 30_000), headings, st.randoms())
def test_any_way_is_ranked_alike_without_gaps_and_near_the_line(candidates, azimuth_deg, metres, heading_deg, dice):
    car = place(azimuth_deg, metres)
    shown = corridor(Approach(car, heading_deg, SQUARE), candidates, count=4)
    assert corridor(Approach(car, heading_deg, SQUARE), dice.sample(candidates, len(candidates)), count=4) == shown
    assert [one.rank for one in shown] == list(range(1, len(shown) + 1))
    known = {one.id: one for one in candidates}
    for one in shown:
        there = (known[one.camera_id].lat, known[one.camera_id].lon)
        assert known[one.camera_id].health != CameraHealth.DOWN
        assert PASSED_M - 1 <= distance_m(car, there) <= REACH_M + BESIDE_M + 10
        assert "on_the_way" in one.reasons


@settings(max_examples=60)
@given(cameras, headings, st.integers(0, 8), st.randoms())
def test_any_ways_out_are_distinct_and_within_reach(candidates, heading_deg, count, dice):
    outlook = Outlook(heading_deg=heading_deg)
    shown = escape.ways_out(SQUARE, candidates, count=count, outlook=outlook)
    assert escape.ways_out(SQUARE, dice.sample(candidates, len(candidates)), count=count, outlook=outlook) == shown
    assert len(shown) <= count
    assert all(escape.FROM_M - 0.1 <= one.distance_m <= escape.REACH_M + 0.1 for one in shown)
    for one in shown:
        others = [other for other in shown if other is not one]
        assert all(apart_deg(one.bearing_deg, other.bearing_deg) >= escape.DISTINCT_DEG - 0.2 for other in others)
