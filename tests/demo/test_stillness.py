import re

import pytest

from demo.cameras import h264, parameters, stillness
from demo.cameras.stillness import _Written


@pytest.fixture(scope="module")
def sets(clip):
    track = h264.load(clip)
    return track.sps, track.pps


def test_the_pictures_are_numbered_and_the_numbers_go_round(sets):
    sequence = parameters.h264(sets[0])
    for number in range(1, 600):
        (nal,) = stillness.unchanged(*sets, number)
        assert not re.search(rb"\x00\x00[\x00-\x02]", nal)
        bits = parameters.Bits(nal, head_bytes=1)
        assert (bits.ue(), bits.ue(), bits.ue()) == (0, stillness.P_ONLY, 0)
        assert bits.take(sequence.frame_number_bits) == number % (1 << sequence.frame_number_bits)


@pytest.mark.parametrize("value", [0, 1, 2, 7, 8, 255, 3600])
def test_numbers_are_written_as_they_are_read(value):
    written = _Written()
    for number in (value, -value):
        written.se(number)
    written.ue(value)
    written.put(value, 12)
    bits = parameters.Bits(written.escaped(), head_bytes=0)
    assert (bits.se(), bits.se(), bits.ue(), bits.take(12)) == (value, -value, value, value)


def test_what_would_look_like_a_start_code_is_escaped():
    written = _Written()
    for byte in (0, 0, 1, 0, 0, 0, 5, 0, 0, 4):
        written.put(byte, 8)
    assert written.escaped() == b"\0\0\x03\x01\0\0\x03\0\x05\0\0\x04"


def test_a_macroblock_costs_next_to_nothing():
    assert len(stillness._skipped(3600)) < 250
