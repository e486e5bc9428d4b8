import pytest

from demo.cameras import h264

SPS, PPS, SEI, AUD = b"\x67\x4d\x00\x1f", b"\x68\xee", b"\x06\x05", b"\x09\x10"
IDR, IDR_REST = b"\x65\x88\x01", b"\x65\x08\x02"  # the first slice of a picture has the top bit of its second byte set
P, P_REST = b"\x41\x9a\x03", b"\x41\x1a\x04"


def stream(*nals, start=b"\x00\x00\x00\x01"):
    return b"".join(start + nal for nal in nals)


@pytest.mark.parametrize("start", [b"\x00\x00\x01", b"\x00\x00\x00\x01"])
def test_nal_units_are_found_between_start_codes_of_either_length(start):
    data = stream(SPS, PPS, IDR, start=start)
    assert [data[begin:end] for begin, end in h264.nals(data)] == [SPS, PPS, IDR]


def test_padding_after_a_nal_unit_and_empty_ones_are_left_out():
    data = stream(SPS + b"\x00\x00", b"", PPS)
    assert [data[begin:end] for begin, end in h264.nals(data)] == [SPS, PPS]
    assert list(h264.nals(b"")) == []
    assert list(h264.nals(b"no start code")) == []


@pytest.mark.parametrize(
    ("nals", "units"),
    [
        ([IDR, P, P], [[IDR], [P], [P]]),
        ([SPS, PPS, SEI, IDR, P], [[SPS, PPS, SEI, IDR], [P]]),
        ([SPS, PPS, IDR, IDR_REST, P, P_REST], [[SPS, PPS, IDR, IDR_REST], [P, P_REST]]),
        ([AUD, SPS, PPS, IDR, AUD, P], [[AUD, SPS, PPS, IDR], [AUD, P]]),
        ([SPS, PPS, IDR, P, SPS, PPS, IDR], [[SPS, PPS, IDR], [P], [SPS, PPS, IDR]]),
        ([P, SEI], [[P]]),
        ([SPS, PPS], []),
    ],
)
def test_an_access_unit_holds_one_picture_and_what_precedes_it(nals, units):
    assert [[bytes(nal) for nal in unit] for unit in h264.access_units(stream(*nals))] == units


def test_a_clip_is_loaded_with_its_parameter_sets(tmp_path):
    path = tmp_path / "a.h264"
    path.write_bytes(stream(SPS, PPS, IDR, P))
    track = h264.load(path)
    assert (len(track.units), track.sps, track.pps) == (2, SPS, PPS)


@pytest.mark.parametrize(
    "content",
    [None, b"", b"not H.264", stream(SPS, PPS), stream(IDR, P), stream(SPS, IDR), stream(SPS, PPS, P, SPS, PPS, IDR)],
)
def test_a_file_that_cannot_be_looped_is_refused_by_name(tmp_path, content):
    path = tmp_path / "bad.h264"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(h264.ClipUnusable, match=r"bad\.h264"):
        h264.load(path)


def test_a_folder_is_no_clip(tmp_path):
    with pytest.raises(h264.ClipUnusable):
        h264.load(tmp_path)
