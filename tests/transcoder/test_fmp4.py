from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fragments import Chunk, Init, boxes, inside
from tests.transcoder.feeding import AVCC
from transcoder import fmp4
from transcoder.fmp4 import Sample

IDR = Sample(is_sync=True, payload=b"\0\0\0\x02\x65\xaa")
NEXT = Sample(is_sync=False, payload=b"\0\0\0\x03\x41\xbb\xcc")


def test_an_init_segment_has_one_track_and_it_is_video():
    data = fmp4.init_segment(AVCC["540p"], width_px=960, height_px=540, timescale=90_000)
    assert [kind for kind, _ in boxes(data)] == ["ftyp", "moov"]
    assert Init.of(data) == Init(["vide"], 90_000, AVCC["540p"], (960, 540))
    assert len(inside(data, "moov", "trak")) == len(inside(data, "moov", "mvex", "trex")) == 1


def test_a_part_is_one_fragment():
    data = fmp4.part([IDR, NEXT, NEXT], sequence=7, ticks=[2**33, 2**33 + 667, 2**33 + 1333, 2**33 + 2000])
    assert Chunk.of(data) == Chunk(tfdt=2**33, ticks=2000, is_sync=True, has_idr=True)
    assert inside(data, "moof", "mfhd") == [bytes(4) + (7).to_bytes(4, "big")]
    assert inside(data, "mdat") == [IDR.payload + NEXT.payload * 2]


def test_a_part_that_begins_without_an_idr_says_so():
    assert not Chunk.of(fmp4.part([NEXT], sequence=1, ticks=[0, 1])).is_sync


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8))
def test_the_samples_are_where_the_headers_say(payloads):
    data = fmp4.part([Sample(False, p) for p in payloads], sequence=1, ticks=range(len(payloads) + 1))
    (trun,) = inside(data, "moof", "traf", "trun")
    at = int.from_bytes(trun[8:12], "big")
    for number, payload in enumerate(payloads):
        size = int.from_bytes(trun[20 + 8 * number : 24 + 8 * number], "big")
        assert data[at : at + size] == payload
        at += size
    assert at == len(data)


@pytest.mark.parametrize("ticks", [[0, 2000], [100, 767, 1433, 2100], [0, 400, 800, 1200, 1600, 2000]])
def test_each_sample_lasts_until_the_next_and_the_last_to_the_end(ticks):
    data = fmp4.part([IDR, *[NEXT] * (len(ticks) - 2)], sequence=1, ticks=ticks)
    (trun,) = inside(data, "moof", "traf", "trun")
    durations = [int.from_bytes(trun[at : at + 4], "big") for at in range(16, len(trun), 8)]
    assert durations == [after - before for before, after in pairwise(ticks)]
    assert (Chunk.of(data).tfdt, Chunk.of(data).ticks) == (ticks[0], ticks[-1] - ticks[0])


def test_an_idr_in_the_middle_of_a_part_is_refused():
    with pytest.raises(ValueError, match="middle"):
        fmp4.part([IDR, NEXT, IDR], sequence=1, ticks=[0, 1, 2, 3])


def test_a_part_of_three_frames_has_128_bytes_of_headers():
    assert len(fmp4.part([IDR, NEXT, NEXT], sequence=1, ticks=[0, 1, 2, 3])) - 6 - 7 - 7 == 128
