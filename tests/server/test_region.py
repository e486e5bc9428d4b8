"""What an area of rings and circles holds."""

import pytest

from server.cameras.region import Circle, Region

BAY = ((0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (1.0, 1.0), (2.0, 0.0), (0.0, 0.0))
FAR = ((5.0, 5.0), (5.0, 6.0), (6.0, 6.0), (6.0, 5.0), (5.0, 5.0))


@pytest.mark.parametrize(
    ("place", "is_inside"), [((0.5, 1.0), True), ((1.5, 1.0), False), ((1.5, 0.2), True), ((-0.1, 1.0), False)]
)
def test_a_place_is_in_a_ring_that_goes_round_it(place, is_inside):
    assert Region((BAY,)).holds(place) is is_inside


@pytest.mark.parametrize(("place", "is_inside"), [((0.5, 1.0), True), ((5.5, 5.5), True), ((3.0, 3.0), False)])
def test_one_of_several_rings_is_enough(place, is_inside):
    assert Region((BAY, FAR)).holds(place) is is_inside


@pytest.mark.parametrize(("metres", "is_inside"), [(0, True), (499, True), (501, False)])
def test_a_circle_holds_what_is_within_its_radius(metres, is_inside):
    region = Region((), (Circle(34.8, 126.4, 500.0),))
    assert region.holds((34.8 + metres / 111_195, 126.4)) is is_inside


def test_what_is_stored_is_the_same_area_again():
    region = Region((BAY, FAR), (Circle(34.8, 126.4, 500.0),))
    assert Region.of(region.stored()) == region
