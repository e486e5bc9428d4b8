import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cameras import mask
from server.errors import CameraInvalid, CameraMaskInvalid, CameraMaskOutside

SQUARE = [(0.1, 0.1), (0.4, 0.1), (0.4, 0.4), (0.1, 0.4)]
COMB = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.5), (0.2, 0.5), (0.2, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)]
NARROW = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.0001)]


def ring(points):
    turns = [2 * math.pi * n / points for n in range(points)]
    return [(0.5 + 0.5 * math.cos(turn), 0.5 + 0.5 * math.sin(turn)) for turn in turns]


@pytest.mark.parametrize("polygon", [SQUARE, SQUARE[::-1], COMB, NARROW, ring(3), ring(32)])
def test_an_outline_in_order_is_a_mask(polygon):
    assert mask.checked([polygon], field="masks") == [[list(point) for point in polygon]]


def test_there_may_be_none_and_sixteen():
    assert mask.checked([], field="masks") == []
    assert len(mask.checked([SQUARE] * 16, field="masks")) == 16


@pytest.mark.parametrize(
    ("masks", "kind", "field", "mend"),
    [
        ([SQUARE] * 17, CameraMaskInvalid, "masks", "at most 16"),
        ([SQUARE, SQUARE[:2]], CameraMaskInvalid, "masks.1", "3 to 32 points"),
        ([[]], CameraMaskInvalid, "masks.0", "3 to 32 points"),
        ([ring(33)], CameraMaskInvalid, "masks.0", "3 to 32 points"),
        ([[*SQUARE[:3], (-0.001, 0.4)]], CameraMaskOutside, "masks.0.3", "from 0 to 1"),
        ([[*SQUARE[:3], (0.1, 1.001)]], CameraMaskOutside, "masks.0.3", "from 0 to 1"),
        ([[(480, 270), (960, 270), (960, 540)]], CameraMaskOutside, "masks.0.0", "fractions"),
        ([[*SQUARE[:3], (math.nan, 0.4)]], CameraMaskOutside, "masks.0.3", "from 0 to 1"),
        ([[*SQUARE[:3], (math.inf, 0.4)]], CameraMaskOutside, "masks.0.3", "from 0 to 1"),
        ([[*SQUARE, SQUARE[0]]], CameraMaskInvalid, "masks.0", "twice"),
        ([[(0.1, 0.1), (0.2, 0.2), (0.3, 0.3)]], CameraMaskInvalid, "masks.0", "no area"),
        ([[(0.1, 0.1), (0.4, 0.4), (0.4, 0.1), (0.1, 0.4)]], CameraMaskInvalid, "masks.0", "no area"),
        ([[(0.1, 0.1), (0.4, 0.4), (0.4, 0.1), (0.1, 0.5)]], CameraMaskInvalid, "masks.0", "crosses itself"),
        ([[(0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)]], CameraMaskInvalid, "masks.0", "crosses itself"),
        ([[(0, 0), (0.6, 0), (0.6, 1), (0.4, 1), (0.4, 0), (1, 0), (1, 0.5)]], CameraMaskInvalid, "masks.0", "crosses"),
    ],
)
def test_anything_else_is_refused_where_it_is_wrong(masks, kind, field, mend):
    with pytest.raises(kind, match=mend) as refusal:
        mask.checked(masks, field="masks")
    assert type(refusal.value) is kind
    assert refusal.value.extension == {"field": field}


@given(st.lists(st.lists(st.tuples(st.floats(), st.floats(-0.1, 1.1)), max_size=34), max_size=17))
def test_whatever_is_taken_is_inside_the_picture(masks):
    try:
        stored = mask.checked(masks, field="masks")
    except CameraInvalid:
        return
    assert len(stored) <= 16
    for polygon in stored:
        assert 3 <= len(polygon) <= 32
        assert all(0 <= fraction <= 1 for point in polygon for fraction in point)


@given(st.integers(3, 32), st.randoms())
def test_a_mask_may_begin_anywhere_and_go_round_either_way(points, random):
    polygon, start = ring(points), random.randrange(points)
    turned = polygon[start:] + polygon[:start]
    assert mask.checked([turned, turned[::-1]], field="masks")
