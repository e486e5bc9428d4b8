"""Follow-me: the picture is handed on before the person leaves it, and never to a camera that shows less."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.ankle.follow import LEAD_S, Bounds, Motion, follow, motion, sees
from server.cameras.rank import Candidate, distance_m
from server.models import CameraHealth
from tests.town import SQUARE, place

BOUNDS = Bounds(radius_m=500, count=8)
WALK = 1.4  # m/s


def camera(name, azimuth_deg, distance, *, range_m=60.0, bearing_deg=None, fov_deg=None, health=CameraHealth.OK):
    lat, lon = place(azimuth_deg, distance)
    return Candidate(name, lat, lon, bearing_deg, fov_deg, range_m, health)


STREET = [camera("a", 0, 0), camera("b", 0, 100), camera("c", 0, 200), camera("side", 90, 130)]


def walker(metres, *, speed_mps=WALK):
    """Somebody on the way to the north."""
    return Motion(place(0, metres), 0.0, speed_mps)


def first(going, current, cameras=STREET):
    return follow(going, cameras, current, BOUNDS)[0].camera_id


def test_on_a_street_each_camera_hands_over_to_the_next_before_the_person_leaves_it():
    shown, current = [], "a"
    for metres in range(0, 250, 2):
        before, current = current, first(walker(metres), current)
        if current != before:
            by_id = {one.id: one for one in STREET}
            shown.append(current)
            assert sees(by_id[before], place(0, metres)), "the one before still shows the person"
            assert sees(by_id[current], place(0, metres)), "and so does the next"
    assert shown == ["b", "c"]


def test_the_cameras_to_come_are_the_next_of_the_set_in_the_order_of_the_way():
    chosen = follow(walker(10), STREET, "a", BOUNDS)
    assert [one.camera_id for one in chosen][:3] == ["a", "b", "c"]
    assert [("ahead" in one.reasons) for one in chosen] == [False, True, True, False]
    assert [one.rank for one in chosen] == [1, 2, 3, 4]
    driver = follow(walker(10, speed_mps=14), [*STREET, camera("far", 0, 700)], "a", Bounds(300, 8))
    assert "far" in [one.camera_id for one in driver], "beyond the radius, and on the way"


def test_where_nobody_sees_the_person_the_camera_stays_until_the_next_does():
    gap = [camera("a", 0, 0, range_m=30), camera("b", 0, 100, range_m=30)]
    assert [first(walker(metres), "a", gap) for metres in (20, 40, 60, 69)] == ["a"] * 4
    assert first(walker(72), "a", gap) == "b"


def test_one_that_stands_keeps_their_camera_though_another_is_nearer():
    stands = Motion(place(0, 55))
    assert first(stands, "a") == "a"
    assert first(stands, None) == "b"


@pytest.mark.parametrize("current", ["gone", None])
def test_without_a_camera_that_is_still_there_it_is_the_best_that_shows_the_person(current):
    assert first(walker(95), current) == "b"


def test_a_camera_that_went_down_gives_way_at_once_and_none_is_better_than_nothing():
    broken = [camera("a", 0, 0, health=CameraHealth.DOWN), camera("b", 0, 400)]
    assert first(walker(5), "a", broken) == "b"
    assert first(walker(5), "a", broken[:1]) == "a"
    assert follow(walker(5), [], "a", BOUNDS) == []


@pytest.mark.parametrize(("metres", "seconds"), [(0.5, 10), (5000, 10)])
def test_a_speed_that_nobody_has_gives_no_course(metres, seconds):
    assert motion(SQUARE, place(90, metres), seconds).course_deg is None


def test_the_course_is_where_they_came_from_to_where_they_are():
    going = motion(SQUARE, place(90, 30), 20)
    assert (going.course_deg, going.speed_mps) == (pytest.approx(90, abs=0.1), pytest.approx(1.5, abs=0.01))
    assert distance_m(going.after(20), place(90, 60)) < 1


CAMERAS = st.lists(
    st.builds(
        camera,
        st.uuids().map(str),
        st.floats(0, 360),
        st.floats(0, 700),
        range_m=st.floats(20, 150),
        bearing_deg=st.none() | st.floats(0, 360),
        fov_deg=st.none() | st.floats(30, 180),
        health=st.sampled_from(CameraHealth),
    ),
    max_size=12,
)
GOING = st.builds(Motion, st.builds(place, st.floats(0, 360), st.floats(0, 200)), st.floats(0, 360), st.floats(0.3, 40))


@settings(max_examples=60, deadline=None)
@given(CAMERAS, GOING, st.integers(0, 12))
def test_the_first_camera_shows_the_person_whenever_one_does_and_changes_for_a_reason(cameras, going, which):
    current = cameras[which] if which < len(cameras) else None
    chosen = follow(going, cameras, current.id if current else None, BOUNDS)
    ids = [one.camera_id for one in chosen]
    assert len(ids) == len(set(ids)) <= BOUNDS.count
    assert [one.rank for one in chosen] == list(range(1, len(ids) + 1))
    near = [one for one in cameras if distance_m(going.place, (one.lat, one.lon)) <= BOUNDS.radius_m]
    assert bool(near) == bool(chosen)
    if not near:
        return
    now = next(one for one in cameras if one.id == ids[0])
    showing = [one for one in near if sees(one, going.place)]
    assert (now in showing) == bool(showing)
    if current in near and current.health is not CameraHealth.DOWN:
        if sees(current, going.place) and sees(current, going.after(LEAD_S)):
            assert now == current, "it shows the person for long enough"
        if not showing:
            assert now == current, "nobody else shows more"
        if now != current and sees(current, going.place):
            assert sees(now, going.after(LEAD_S)), "given up early only for one that lasts"
    elif any(one.health is not CameraHealth.DOWN for one in near):
        assert now.health is not CameraHealth.DOWN
