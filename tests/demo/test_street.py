import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.pictures import canvas, clips, street, traffic
from demo.pictures.canvas import HEIGHT, LUMA, WIDTH, Canvas
from demo.pictures.perspective import NEAR_M, View

WHITE = (255, 255, 255)
places = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000))


def lit(painted):
    """Pixels of the picture that are white."""
    return {(i % WIDTH, i // WIDTH) for i, luma in enumerate(painted.data[:LUMA]) if luma == 235}


def test_a_rectangle_fills_its_pixels_and_no_others():
    painted = Canvas()
    painted.polygon([(10, 20), (14, 20), (14, 22), (10, 22)], WHITE)
    assert lit(painted) == {(x, y) for x in range(10, 14) for y in (20, 21, 22)}


@pytest.mark.parametrize("turn", [1, -1])
def test_the_order_of_the_corners_does_not_matter(turn):
    painted = Canvas()
    painted.polygon([(10, 10), (30, 10), (20, 30)][::turn], WHITE)
    assert (20, 29) in lit(painted)
    assert (10, 29) not in lit(painted)


@given(st.lists(places, min_size=3, max_size=3))
def test_nothing_outside_the_picture_breaks_it(corners):
    painted = Canvas()
    painted.polygon(corners, WHITE)
    assert len(painted.data) == WIDTH * HEIGHT * 3 // 2


def test_a_canvas_is_a_copy():
    first = Canvas()
    second = Canvas(first.data)
    second.polygon([(0, 0), (9, 0), (9, 9), (0, 9)], WHITE)
    assert not lit(first)


@pytest.mark.parametrize(("colour", "luma"), [((0, 0, 0), 16), (WHITE, 235), ((255, 0, 0), 63), ((0, 0, 255), 32)])
def test_colours_are_those_of_high_definition_video(colour, luma):
    assert canvas._lines(colour)[0][0] == luma


def test_what_is_straight_ahead_is_in_the_middle_and_what_is_behind_is_nowhere():
    view = View(x_m=0, height_m=6, yaw_deg=0, pitch_deg=0)
    assert view.project([(0, 10, 6)]) == [(WIDTH / 2, HEIGHT / 2)]
    assert view.project([(0, -10, 6), (1, -10, 6), (1, -10, 7)]) == []
    right, left = view.project([(1, 10, 6), (-1, 10, 6)])
    assert right[0] > WIDTH / 2 > left[0]


def test_a_floor_that_runs_under_the_camera_is_cut_before_the_lens():
    view = View(x_m=0, height_m=6, yaw_deg=0, pitch_deg=15)
    corners = view.project([(-1, -20, 0), (1, -20, 0), (1, 50, 0), (-1, 50, 0)])
    assert len(corners) == 4
    assert max(abs(y) for _, y in corners) < 6 / NEAR_M * view.focal_px + HEIGHT


def test_every_camera_sees_another_street_and_the_same_one_each_time():
    streets = [bytes(street.background(street.layout(seed)).data) for seed in range(8)]
    assert len(set(streets)) == 8
    assert bytes(street.background(street.layout(3)).data) == streets[3]
    assert {street.layout(seed).light.name for seed in range(8)} == {"day", "overcast", "evening", "night"}


@pytest.mark.parametrize("seed", range(4))
def test_the_last_second_of_the_loop_leads_into_the_first(seed):
    scene = street.layout(seed)
    for mover in traffic.movers(scene):
        assert mover.place(0.0) == pytest.approx(mover.place(traffic.LOOP_S))


@pytest.mark.parametrize("seed", range(4))
def test_something_moves_at_any_time(seed):
    scene = street.layout(seed)
    background, moving = street.background(scene), traffic.movers(scene)
    for second in random.Random(seed).sample(range(60), 12):
        now = traffic.paint(background, scene, moving, second).data
        later = traffic.paint(background, scene, moving, second + 1).data
        assert now != later


@pytest.mark.parametrize("seed", range(8))
def test_no_car_drives_through_the_people_on_the_crossing(seed):
    scene = street.layout(seed)
    moving = traffic.movers(scene)
    for tick in range(600):
        present = [(mover, place) for mover in moving if (place := mover.place(tick / 10))]
        walkers = [at for mover, at in present if isinstance(mover, traffic.Walker) and mover.step[0]]
        for car, (x, y) in ((m, at) for m, at in present if isinstance(m, traffic.Car)):
            for walker in walkers:
                assert abs(walker[0] - x) > car.size[1] / 2 or abs(walker[1] - y) > car.size[0] / 2


def test_the_loop_of_the_streets_is_the_loop_of_the_clips():
    assert traffic.LOOP_S == clips.SECONDS
