"""What is odd in the record and what is not: a table for each rule, on both sides of its threshold."""

from datetime import UTC, datetime, timedelta

import pytest

from server.models import BasisKind, Severity
from server.reviews import rules
from server.reviews.facts import Facts, Glass, Lookup, Refusal, Stay, View
from server.thresholds import Thresholds
from tests import town

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Korea
LIMITS = Thresholds()


def view(number=0, at=NOON, **more):
    given = {
        "id": f"s{number}",
        "officer_id": "kim",
        "unit_id": "car1",
        "camera_id": "cam",
        "incident_id": "inc",
        "basis": BasisKind.DISPATCH,
        "started_at": at,
        "seen_at": at,
        "open": True,
        "place": town.SQUARE,
    }
    return View(**given | more)


def facts(views=(), *, now=NOON, refusals=(), glasses=(), lookups=(), stays=None):
    return Facts(now, list(views), list(refusals), list(glasses), list(lookups), stays or {})


def found(rule, given, limits=LIMITS):
    return [(one.officer_id, one.reason) for one in rule(given, limits)]


def minutes(count):
    return timedelta(minutes=count)


FAR = town.place(90, 2600)
STANDING = [
    ("it stands far off for a quarter of an hour", {}, {}, True),
    ("for a minute less", {"since": NOON - minutes(14)}, {}, False),
    ("the session is shorter than the stay", {}, {"at": NOON - minutes(14)}, False),
    ("it stands near", {"place": town.place(90, 1900)}, {}, False),
    ("its position is old", {"seen_at": NOON - minutes(6)}, {}, False),
    ("the session is over", {}, {"open": False}, False),
    ("it is the room that watches", {}, {"basis": BasisKind.ROOM}, False),
    ("there is no place", {}, {"place": None}, False),
    ("another unit stands there", {}, {"unit_id": "car2"}, False),
]


@pytest.mark.parametrize(("what", "stay", "watched", "odd"), STANDING, ids=[row[0] for row in STANDING])
def test_watching_without_moving(what, stay, watched, odd):
    stays = {"car1": Stay(**{"place": FAR, "since": NOON - minutes(15), "seen_at": NOON} | stay)}
    given = facts([view(**{"at": NOON - minutes(30)} | watched)], stays=stays)
    reason = "지령을 받고 15분 동안 현장에서 2.6 km 떨어진 곳에 머물며 영상을 열람함"
    assert found(rules.stood_still, given) == ([("kim", reason)] if odd else [])


def at_hour(hour, minute=0):
    """That time of Wednesday in Korea."""
    return datetime(2026, 11, 4, tzinfo=UTC) + timedelta(hours=hour - 9, minutes=minute)


@pytest.mark.parametrize(
    ("at", "more", "odd"),
    [
        (at_hour(22), {}, True),
        (at_hour(21, 59), {}, False),
        (at_hour(29, 59), {}, True),
        (at_hour(30), {}, False),
        (at_hour(23), {"basis": BasisKind.DISPATCH}, False),
        (at_hour(23), {"basis": BasisKind.CENTRE}, False),
        (at_hour(23), {"incident_id": "inc"}, False),
    ],
)
def test_a_night_without_dispatch_or_incident(at, more, odd):
    given = facts([view(**{"at": at, "basis": BasisKind.GRANT, "incident_id": None} | more)])
    assert bool(found(rules.night, given)) is odd


def test_one_night_is_one_finding_before_and_after_midnight():
    of_grant = {"basis": BasisKind.GRANT, "incident_id": None}
    given = facts([view(1, at_hour(23), **of_grant), view(2, at_hour(25), **of_grant)])
    (one,) = rules.night(given, LIMITS)
    assert (one.fact, len(one.evidence)) == ("night_without_dispatch:kim:2026-11-04", 2)
    assert (one.first_at, one.last_at) == (at_hour(23), at_hour(25))


@pytest.mark.parametrize(("over_min", "odd"), [(30, True), (29, False)])
def test_watching_after_the_shift(over_min, odd):
    given = facts([view(seen_at=NOON + minutes(over_min), shift_ends_at=NOON), view(1, shift_ends_at=None)])
    assert bool(found(rules.after_shift, given)) is odd


@pytest.mark.parametrize(
    ("times", "apart_min", "odd"), [(20, 30, True), (19, 30, False), (39, 15, True), (38, 15, False), (90, 1, False)]
)
def test_one_camera_looked_at_often(times, apart_min, odd):
    start = at_hour(0)
    given = facts([view(n, start + n * minutes(apart_min)) for n in range(times)])
    assert bool(found(rules.same_camera, given)) is odd


def test_a_week_ends_on_sunday_at_midnight_in_korea():
    sunday = at_hour(24 * 4 + 23, 59)
    given = facts([view(0, sunday), view(1, sunday + minutes(30))])
    assert not found(rules.same_camera, given, Thresholds.model_construct(same_camera=2))
    assert found(
        rules.same_camera,
        facts([view(0, sunday - minutes(30)), view(1, sunday)]),
        Thresholds.model_construct(same_camera=2),
    )


def test_a_week_goes_on_over_the_end_of_the_year():
    thursday = datetime(2026, 12, 31, 12, tzinfo=UTC)
    given = facts([view(n, thursday + timedelta(hours=n)) for n in range(20)])
    assert [one.fact for one in rules.same_camera(given, LIMITS)] == ["one_camera_often:kim:cam:2026-W53"]


@pytest.mark.parametrize(
    ("rows", "odd"),
    [
        ([(0, 1), (60, 19)], True),
        ([(0, 1), (61, 19)], False),
        ([(0, 20)], True),
        ([(n, 1) for n in range(19)], False),
    ],
)
def test_many_refusals_within_an_hour(rows, odd):
    refusals = [Refusal(n, "kim", NOON + minutes(at), "not_dispatched", times) for n, (at, times) in enumerate(rows)]
    assert bool(found(rules.refusals, facts(refusals=refusals))) is odd


@pytest.mark.parametrize(
    ("asked", "odd"),
    [
        (["12가3456"] * 5, True),
        (["12가 3456", "12가3456"] * 3, True),
        (["12가3456"] * 4, False),
        (["12가3456", "34나5678"] * 4, False),
    ],
)
def test_one_plate_looked_up_often(asked, odd):
    given = facts(lookups=[Lookup(f"l{n}", "kim", NOON + minutes(n), plate) for n, plate in enumerate(asked)])
    assert bool(found(rules.same_plate, given)) is odd
    assert "3456" not in str(list(rules.same_plate(given, LIMITS)))


@pytest.mark.parametrize(
    ("cameras", "seconds", "severity"),
    [(20, 30, Severity.LOW), (40, 10, Severity.MEDIUM), (19, 10, None), (20, 32, None), (1, 1, None)],
)
def test_very_many_cameras_in_ten_minutes(cameras, seconds, severity):
    views = [view(n, NOON + timedelta(seconds=n * seconds), camera_id=f"cam-{n}") for n in range(cameras)]
    views += [view(100 + n, NOON + timedelta(seconds=cameras * seconds + n), camera_id="cam-0") for n in range(30)]
    assert [one.severity for one in rules.many_cameras(facts(views), LIMITS)] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("glasses", "severity"), [([True, True], Severity.MEDIUM), ([True, False], Severity.HIGH), ([False], None)]
)
def test_a_glass_broken_again_in_the_same_week(glasses, severity):
    given = [Glass(f"g{n}", "kim", NOON + minutes(n), confirmed, explained=True) for n, confirmed in enumerate(glasses)]
    found = list(rules.glass_repeated(facts(glasses=given), LIMITS))
    assert [one.severity for one in found] == ([severity] if severity else [])


@pytest.mark.parametrize(("explained", "hours", "odd"), [(False, 24, True), (False, 23, False), (True, 99, False)])
def test_a_broken_glass_that_nobody_explains(explained, hours, odd):
    given = [Glass("g", "kim", NOON - timedelta(hours=hours), confirmed=True, explained=explained)]
    assert bool(found(rules.glass_unexplained, facts(glasses=given))) is odd


def test_a_quiet_day_shows_nothing_and_two_people_are_not_taken_together():
    views = [view(n, NOON + minutes(n), officer_id=("kim", "lee")[n % 2], camera_id=f"c{n}") for n in range(20)]
    assert rules.find(facts(views), LIMITS) == []
