from collections import deque

import pytest

from transcoder.feeder import CadenceBroken, Feeder, Frame


def frame(number, *, key=False):
    return Frame(number, key, b"")


def sent(*, low=(), top=(), copied=()):
    """A feeder with three frames a part of ``low`` and five of ``top``, both configured."""
    feeder = Feeder({"low": 3, "top": 5}, frozenset(copied), frames={"low": deque(), "top": deque()})
    feeder.init = {"low": "00000000", "top": "11111111"}
    for rung, numbers in (("low", low), ("top", top)):
        for number in numbers:
            feeder.add(rung, frame(number, key=number % 50 == 0))
    return feeder


@pytest.mark.parametrize(
    ("low", "top", "ready"),
    [
        (range(27, 29), range(45, 49), True),  # all but the last frame of part 9
        (range(27, 28), range(45, 49), False),
        (range(27, 29), range(45, 48), False),
        (range(27, 40), range(45, 60), True),
        (range(30, 31), range(50, 51), True),
        (range(31, 40), range(50, 60), False),  # begins inside part 10
        (range(30, 40), range(51, 60), False),
        (range(20, 27), range(45, 60), False),  # is at part 8
        (range(27, 40), range(40, 45), False),
        ((), range(45, 60), False),
        (range(27, 40), (), False),
    ],
)
def test_it_can_go_on_from_a_part_when_every_rung_began_before_it_and_is_one_frame_away(low, top, ready):
    assert sent(low=low, top=top).is_ready(10) is ready


def test_what_is_copied_is_not_waited_for():
    assert sent(low=range(27, 30), copied=["top"]).is_ready(10)


@pytest.mark.parametrize(
    ("top", "rungs"),
    [
        (range(45, 55), ["low", "top"]),
        (range(50, 51), ["low", "top"]),
        (range(45, 50), ["low"]),  # not there yet
        (range(51, 60), ["low"]),  # begins later
        ((), ["low"]),
    ],
)
def test_a_copied_rung_is_in_a_segment_that_begins_with_its_key_frame(top, rungs):
    assert sent(low=range(30), top=top, copied=["top"]).beginning(10) == rungs


def test_a_copied_rung_is_not_in_a_segment_that_begins_with_another_frame_of_it():
    assert sent(top=range(45, 60), copied=["top"]).beginning(11) == ["low"]


def test_an_encoded_rung_is_in_every_segment():
    assert sent().beginning(10) == ["low", "top"]


def test_a_part_is_taken_when_all_its_frames_are_there_and_what_came_before_is_forgotten():
    feeder = sent(low=range(25, 33))
    assert [one.number for one in feeder.taken("low", 10)] == [30, 31, 32]
    assert [one.number for one in feeder.frames["low"]] == [30, 31, 32], "until it is asked for the next"
    assert feeder.taken("low", 11) == []
    assert not feeder.frames["low"]


def test_a_part_whose_begin_is_missing_is_noticed():
    with pytest.raises(CadenceBroken, match="low begins at frame 31, after part 10"):
        sent(low=range(31, 40)).taken("low", 10)


@pytest.mark.parametrize("number", [0, 3, 4, 6])
def test_frames_of_a_rung_are_consecutive(number):
    with pytest.raises(CadenceBroken, match=f"low is at frame {number} after 4"):
        sent(low=[3, 4]).add("low", frame(number))


def test_pictures_come_after_their_configuration():
    with pytest.raises(CadenceBroken, match="low sends pictures before it is configured"):
        Feeder({"low": 3}, frozenset(), frames={"low": deque()}).add("low", frame(0))
