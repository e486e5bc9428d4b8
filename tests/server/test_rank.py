import itertools
import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cameras.rank import (
    NEAR_M,
    PLAIN,
    WEIGHTS,
    Candidate,
    Outlook,
    bearing_deg,
    distance_m,
    findings,
    rank,
    view,
    weight,
)
from server.models import CameraHealth, CameraPurpose
from tests.town import SQUARE, place


def candidate(name, azimuth_deg, distance, *, looks=None, fov=60.0, reach=120.0, health=CameraHealth.OK, **more):
    lat, lon = place(azimuth_deg, distance)
    return Candidate(name, lat, lon, looks, fov if looks is not None else None, reach, health, **more)


def order(*candidates, radius_m=500, count=8, outlook=PLAIN):
    return [one.camera_id for one in rank(SQUARE, candidates, radius_m=radius_m, count=count, outlook=outlook)]


CRIME, WASTE = CameraPurpose.CRIME_PREVENTION, CameraPurpose.WASTE


RULES = [
    ("the nearer first", [candidate("b", 0, 80), candidate("a", 90, 60)], ["a", "b"]),
    ("one that looks here before a nearer that looks away",
     [candidate("away", 0, 60, looks=0), candidate("here", 0, 100, looks=180)], ["here", "away"]),
    ("but not before a much nearer one", [candidate("away", 0, 20, looks=0), candidate("here", 0, 110, looks=180)], ["away", "here"]),
    ("a sound one before a nearer degraded",
     [candidate("ill", 0, 80, health=CameraHealth.DEGRADED), candidate("well", 90, 100)], ["well", "ill"]),
    ("one that is down last",
     [candidate("down", 0, 10, health=CameraHealth.DOWN), candidate("far", 90, 490, looks=90)], ["far", "down"]),
    ("one that can turn before a nearer that cannot",
     [candidate("fixed", 0, 60, looks=0), candidate("turns", 0, 100, looks=0, ptz=True)], ["turns", "fixed"]),
    ("one that looks at a heap of waste after one that looks at the street",
     [candidate("waste", 0, 80, purpose=WASTE), candidate("street", 90, 100)], ["street", "waste"]),
    ("a tie by id", [candidate("b", 0, 80), candidate("a", 0, 80)], ["a", "b"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "candidates", "expected"), RULES, ids=[row[0] for row in RULES])
def test_the_order(rule, candidates, expected):
    for shuffled in itertools.permutations(candidates):
        assert order(*shuffled) == expected


@pytest.mark.parametrize(
    ("one", "reasons"),
    [
        (candidate("a", 0, 100, looks=180), ["in_view"]),
        (candidate("a", 0, 100, looks=209), ["in_view"]),
        (candidate("a", 0, 100, looks=211), ["facing_away"]),
        (candidate("a", 0, 119, looks=180), ["in_view"]),
        (candidate("a", 0, 121, looks=180), ["looks_towards"]),
        (candidate("a", 90, 100, looks=270), ["in_view"]),
        (candidate("a", 180, 100, looks=0), ["in_view"]),
        (candidate("a", 180, 100, looks=359), ["in_view"]),
        (candidate("a", 0, 100, looks=0, fov=360), ["in_view"]),
        (candidate("a", 0, 100), ["in_view"]),
        (candidate("a", 0, 121), ["looks_towards"]),
        (candidate("a", 0, 3, looks=0), ["in_view"]),
        (candidate("a", 0, 100, looks=0, health=CameraHealth.DEGRADED), ["facing_away", "degraded"]),
        (candidate("a", 0, 100, health=CameraHealth.DOWN), ["in_view", "down"]),
    ],
)
def test_the_reasons(one, reasons):
    (shown,) = rank(SQUARE, [one], radius_m=500, count=1)
    assert shown.reasons == ["nearest", *reasons]


OUTLOOKS = [
    ("one that sees in the dark", Outlook(night=True),
     [candidate("lamp", 0, 80), candidate("infrared", 90, 95, night_vision=True)], ["infrared", "lamp"]),
    ("what nobody knows of before what is known to be blind", Outlook(night=True),
     [candidate("blind", 0, 80, night_vision=False), candidate("unknown", 90, 120)], ["unknown", "blind"]),
    ("by day the nearer, whatever it sees at night", PLAIN,
     [candidate("blind", 0, 80, night_vision=False), candidate("b", 90, 85, night_vision=True)], ["blind", "b"]),
    ("one put up for the purpose", Outlook(purposes=frozenset({CRIME})),
     [candidate("other", 0, 80), candidate("crime", 90, 85, purpose=CRIME)], ["crime", "other"]),
    ("one where it goes", Outlook(heading_deg=90),
     [candidate("behind", 270, 80), candidate("before", 110, 100)], ["before", "behind"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "outlook", "candidates", "expected"), OUTLOOKS, ids=[row[0] for row in OUTLOOKS])
def test_what_is_looked_for_decides_too(rule, outlook, candidates, expected):
    for shuffled in itertools.permutations(candidates):
        assert order(*shuffled, outlook=outlook) == expected


@pytest.mark.parametrize(
    ("one", "outlook", "reasons"),
    [
        (candidate("a", 0, 100, looks=0, ptz=True), PLAIN, ["can_turn"]),
        (candidate("a", 0, 100, looks=180, ptz=True), PLAIN, ["in_view"]),
        (candidate("a", 0, 100), Outlook(night=True), ["in_view", "night_unknown"]),
        (candidate("a", 0, 100, night_vision=True), Outlook(night=True), ["in_view", "night_vision"]),
        (candidate("a", 0, 100, night_vision=False), Outlook(night=True), ["in_view", "night_blind"]),
        (candidate("a", 0, 100, purpose=WASTE), PLAIN, ["in_view", "purpose_narrow"]),
        (candidate("a", 0, 100, purpose=WASTE), Outlook(purposes=frozenset({WASTE})), ["in_view", "purpose_fits"]),
        (candidate("a", 39, 100), Outlook(heading_deg=0), ["in_view", "line_of_travel"]),
        (candidate("a", 41, 100), Outlook(heading_deg=0), ["in_view"]),
        (candidate("a", 340, 100, night_vision=True, purpose=CRIME, health=CameraHealth.DEGRADED),
         Outlook(night=True, purposes=frozenset({CRIME}), heading_deg=10),
         ["in_view", "line_of_travel", "purpose_fits", "night_vision", "degraded"]),
    ],
)  # fmt: skip
def test_the_reasons_of_an_outlook(one, outlook, reasons):
    (shown,) = rank(SQUARE, [one], radius_m=500, count=1, outlook=outlook)
    assert shown.reasons == ["nearest", *reasons]


def test_only_what_is_within_the_radius_and_no_more_than_asked():
    cameras = [candidate(str(n), 0, n * 100 - 1) for n in range(1, 8)]
    assert order(*cameras) == ["1", "2", "3", "4", "5"]
    assert order(*cameras, radius_m=300) == ["1", "2", "3"]
    assert order(*cameras, count=2) == ["1", "2"]
    assert order() == []


def test_distance_and_bearing_are_from_the_place_to_the_camera():
    (shown,) = rank(SQUARE, [candidate("a", 90, 100)], radius_m=500, count=1)
    assert (shown.rank, shown.distance_m, shown.bearing_deg) == (1, 100.0, 90.0)


@pytest.mark.parametrize(
    ("a", "b", "metres", "degrees"),
    [
        ((0, 0), (0, 1), 111_195, 90),
        ((0, 0), (1, 0), 111_195, 0),
        ((0, 0), (0, -1), 111_195, 270),
        ((0, 179.5), (0, -179.5), 111_195, 90),
        ((34.8118, 126.3922), (34.7604, 127.6622), 116_130, 92.5),  # Mokpo to Yeosu, city halls
        ((35, 127), (35, 127), 0, 0),
    ],
)
def test_known_distances(a, b, metres, degrees):
    assert distance_m(a, b) == pytest.approx(metres, rel=1e-3)
    assert bearing_deg(a, b) == pytest.approx(degrees, abs=0.3)


places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(places, places)
def test_distance_is_the_same_both_ways_and_never_more_than_half_round(a, b):
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert 0 <= distance_m(a, b) <= 20_015_120
    assert 0 <= bearing_deg(a, b) <= 360


cameras = st.builds(
    candidate,
    st.uuids().map(str),
    st.floats(0, 360),
    st.floats(0, 700),
    looks=st.none() | st.floats(0, 360),
    fov=st.floats(1, 360),
    health=st.sampled_from(CameraHealth),
    purpose=st.none() | st.sampled_from(CameraPurpose),
    night_vision=st.none() | st.booleans(),
    ptz=st.booleans(),
)
outlooks = st.builds(
    Outlook, st.booleans(), st.frozensets(st.sampled_from(CameraPurpose)), st.none() | st.floats(0, 360)
)


@settings(max_examples=60)
@given(st.lists(cameras, max_size=12, unique_by=lambda one: one.id), outlooks, st.randoms())
def test_any_set_is_ranked_whole_and_alike_in_whatever_order_it_is_found(candidates, outlook, dice):
    shown = rank(SQUARE, candidates, radius_m=500, count=8, outlook=outlook)
    again = dice.sample(candidates, len(candidates))
    assert rank(SQUARE, again, radius_m=500, count=8, outlook=outlook) == shown
    assert [one.rank for one in shown] == list(range(1, len(shown) + 1))
    within = [c for c in candidates if distance_m(SQUARE, (c.lat, c.lon)) <= 500]
    assert {one.camera_id for one in shown} <= {one.id for one in within}
    assert len(shown) == min(8, len(within))
    assert all(0 <= one.bearing_deg < 360 for one in shown)


@settings(max_examples=60)
@given(st.lists(cameras, max_size=12), outlooks)
def test_the_order_is_that_of_the_reasons_and_what_is_down_is_last(candidates, outlook):
    shown = rank(SQUARE, candidates, radius_m=500, count=12, outlook=outlook)
    down = ["down" in one.reasons for one in shown]
    assert down == sorted(down)
    for group in (False, True):
        costs = [
            (one.distance_m + 5) * math.prod(WEIGHTS[reason] for reason in one.reasons)
            for one, is_down in zip(shown, down, strict=True)
            if is_down is group
        ]
        assert all(later >= earlier - 0.5 for earlier, later in pairwise(costs)), "the distance is shown rounded"


def judged_all(candidates, outlook):
    """The ids of all within the radius in their order, each of them judged."""
    costs = []
    for one in candidates:
        metres = distance_m(SQUARE, (one.lat, one.lon))
        reasons = [*view(SQUARE, one, metres), *findings(SQUARE, one, outlook)]
        if metres <= 500:
            costs.append((one.health == CameraHealth.DOWN, (metres + NEAR_M) * weight(reasons), one.id))
    return [id_ for *_, id_ in sorted(costs)]


@settings(max_examples=60)
@given(st.lists(cameras, min_size=8, max_size=40, unique_by=lambda one: one.id), outlooks, st.integers(0, 6))
def test_those_that_are_too_far_to_win_are_not_judged_and_none_of_them_would_have_won(candidates, outlook, count):
    shown = rank(SQUARE, candidates, radius_m=500, count=count, outlook=outlook)
    assert [one.camera_id for one in shown] == judged_all(candidates, outlook)[:count]
