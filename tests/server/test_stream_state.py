from datetime import UTC, datetime, timedelta

import pytest

from server.models import Lease, LeaseState
from server.stream_state import StreamState, Word, state

NOW = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def lease(said, reported=1.0, picture=1.4, *, left=7.0, reason=None, frozen=False, step="full"):
    """``reported`` and ``picture`` are seconds ago, ``left`` seconds to come."""
    return Lease(
        state=LeaseState(said),
        reason=reason,
        picture_at=None if picture is None else ago(picture),
        reported_at=None if reported is None else ago(reported),
        expires_at=ago(-left),
        frozen=frozen,
        step=step,
    )


def told(row, *, has_host=True):
    found = state(row, has_host=has_host, now=NOW)
    return found.state, found.age_s, found.reason


ROWS = [
    ("a fresh report is passed on", lease("live"), ("live", 0.4, None)),
    ("its age is that of the report, as pictures go on", lease("delayed", 3, 5), ("delayed", 2.0, None)),
    ("stills too", lease("stills", 2, 4), ("stills", 2.0, None)),
    ("a picture that hangs ages on", lease("stale", 1, 4, reason="picture_late"), ("stale", 4.0, "picture_late")),
    ("a frozen one flows", lease("stale", 1, 1.5, reason="f", frozen=True), ("stale", 0.5, "f")),
    ("four seconds are fresh", lease("live", 4.0, 4.5), ("live", 0.5, None)),
    ("more are not", lease("live", 4.1, 4.5), ("stale", 4.5, "no_report")),
    ("nor is a report of tomorrow", lease("live", -5, -4), ("stale", 0.0, "no_report")),
    ("nor one that never came", lease("live", None, 2), ("stale", 2.0, "no_report")),
    ("silence without a picture", lease("live", 9, None), ("down", None, "no_report")),
    ("a clock that was set back a little makes no age negative", lease("live", 1, 0.5), ("live", 0.0, None)),
    ("starting is a reason", lease("starting", 1, None), ("down", None, "starting")),
    ("a start after pictures", lease("starting", 1, 30), ("last_good", 30.0, "starting")),
    ("a start that is late", lease("starting", 1, None, reason="r"), ("down", None, "r")),
    ("waiting to try again", lease("backoff", 2, 12, reason="camera_closed"), ("last_good", 12.0, "camera_closed")),
    ("failed", lease("failed", 2, None, reason="camera_unauthorized"), ("down", None, "camera_unauthorized")),
    ("what failed has not changed in silence", lease("failed", 9, None, reason="r"), ("down", None, "r")),
    ("expired, and a host lives that will take it", lease("live", 1, 1, left=0), ("last_good", 1.0, "starting")),
    ("nobody ever had it", None, ("down", None, "starting")),
]


@pytest.mark.parametrize(("row", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_lease_tells(row, expected):
    assert told(row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (None, ("down", None, "no_host")),
        (lease("live", 11, 11.5, left=-1), ("last_good", 11.5, "no_host")),
        (lease("live"), ("live", 0.4, None)),
    ],
)
def test_without_any_host_that_is_the_reason_once_the_lease_is_over(row, expected):
    assert told(row, has_host=False) == expected


def test_a_host_that_falls_silent_gets_worse_and_never_better():
    order = list(Word)
    row = lease("live", 0, 0.3, left=10)
    seen = [state(row, has_host=False, now=NOW + timedelta(seconds=n / 10)) for n in range(200)]
    assert [one.state for one in seen] == sorted((one.state for one in seen), key=order.index)
    assert {one.state for one in seen} == {"live", "stale", "last_good"}
    ages = [one.age_s for one in seen if one.state != "live"]
    assert ages == sorted(ages)
    assert ages[0] > 4


def test_the_step_and_the_freezing_are_news_and_the_age_is_not():
    full = state(lease("stale", reason="picture_frozen", frozen=True), has_host=True, now=NOW)
    assert full == StreamState(Word.STALE, 0.4, "picture_frozen", "full", frozen=True, picture_at=ago(1.4))
    later = state(lease("stale", 0.2, 0.5, reason="picture_frozen", frozen=True), has_host=True, now=NOW)
    assert full.news == later.news
    slow = state(lease("stale", reason="picture_frozen", frozen=True, step="slow"), has_host=True, now=NOW)
    assert full.news != slow.news
    assert full.news != state(lease("stale", reason="picture_frozen"), has_host=True, now=NOW).news


@pytest.mark.parametrize("said", list(LeaseState))
def test_every_state_of_a_lease_has_a_word(said):
    assert told(lease(said))[0] in set(Word)
