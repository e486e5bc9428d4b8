import pytest

from tests.transcoder.feeding import fed
from transcoder import reload
from transcoder.ladder import DEFAULT
from transcoder.reload import ReloadInvalid, Wanted

# After 6 + 4 + 4 parts: segments 0-5 of one part, 6 of four, 7 open with parts 0-3.
LAST = fed(14).segments[-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, None),
        ({"_HLS_msn": ["7"]}, Wanted(7)),
        ({"_HLS_msn": ["7"], "_HLS_part": ["4"]}, Wanted(7, 4)),
        ({"_HLS_msn": ["007"]}, Wanted(7)),
        ({"_HLS_skip": ["YES"], "session": ["x"]}, None),
    ],
)
def test_what_a_query_asks_for(query, expected):
    assert reload.parse(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"_HLS_part": ["4"]},
        {"_HLS_msn": [""]},
        {"_HLS_msn": ["seven"]},
        {"_HLS_msn": ["-1"]},
        {"_HLS_msn": ["7.0"]},
        {"_HLS_msn": ["\N{ARABIC-INDIC DIGIT SEVEN}"]},
        {"_HLS_msn": ["7\n"]},
        {"_HLS_msn": ["9" * 19]},
        {"_HLS_msn": ["7"], "_HLS_part": ["x"]},
        {"_HLS_msn": ["7", "8"]},
        {"_HLS_msn": ["7"], "_HLS_part": ["1", "1"]},
    ],
)
def test_a_query_that_means_nothing_is_refused(query):
    with pytest.raises(ReloadInvalid, match="_HLS_"):
        reload.parse(query)


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        (Wanted(9), True),
        (Wanted(10), False),
        (Wanted(7, 3 + 15), True),
        (Wanted(7, 3 + 16), False),
        (Wanted(8, 0), True),
        (Wanted(8, 16), False),
        (Wanted(3, 900), True),  # long gone: answered at once
    ],
)
def test_what_is_too_far_ahead_is_refused(wanted, allowed):
    if allowed:
        reload.check(wanted, LAST, DEFAULT)
    else:
        with pytest.raises(ReloadInvalid, match="at most"):
            reload.check(wanted, LAST, DEFAULT)


@pytest.mark.parametrize(
    ("wanted", "ready"),
    [
        (Wanted(0), True),
        (Wanted(6), True),
        (Wanted(7), False),  # a whole segment, and 7 is open
        (Wanted(8), False),
        (Wanted(7, 3), True),
        (Wanted(7, 4), False),
        (Wanted(6, 3), True),
        (Wanted(6, 4), True),  # past the end of 6: part 0 of 7, and that exists
        (Wanted(2, 5), True),
        (Wanted(8, 0), False),
    ],
)
def test_when_a_reload_can_be_answered(wanted, ready):
    assert reload.is_ready(wanted, LAST) is ready


def test_a_part_past_the_end_of_the_newest_segment_waits_for_the_next_one():
    assert not reload.is_ready(Wanted(6, 4), fed(10).segments[-1])
    assert reload.is_ready(Wanted(6, 4), fed(11).segments[-1])
