import struct
import subprocess

import pytest

from demo.cameras import film, h264, hevc


def head(kind):
    return bytes([kind << 1, 1])


SETS = [head(hevc.VPS) + b"v", head(hevc.SPS) + b"s", head(hevc.PPS) + b"p"]
KEY, MORE, NEXT = head(19) + b"\x80k", head(19) + b"\x00k", head(1) + b"\x80n"


def stream(*nals):
    return b"".join(b"\0\0\1" + nal for nal in nals)


def test_pictures_are_grouped_by_their_first_slice():
    track = hevc.track(stream(*SETS, KEY, MORE, NEXT, NEXT))
    assert [[bytes(nal) for nal in unit] for unit in track.units] == [[*SETS, KEY, MORE], [NEXT], [NEXT]]
    assert (track.vps, track.sps, track.pps) == tuple(SETS)


@pytest.mark.parametrize("nals", [[KEY], [*SETS], [*SETS[:2], KEY], [*SETS, NEXT], []])
def test_a_clip_that_does_not_begin_with_a_key_frame_and_its_sets_is_refused(nals):
    with pytest.raises(ValueError, match="begin"):
        hevc.track(stream(*nals))


def test_a_large_nal_unit_is_cut_and_can_be_put_together_again():
    nal = head(19) + struct.pack(">I", 7) * 100
    packets = hevc.payloads([nal, NEXT], most_bytes=100)
    *fragments, whole = packets
    assert whole == NEXT
    assert max(map(len, packets)) <= 100
    assert [packet[2] for packet in fragments] == [0x80 | 19, *[19] * (len(fragments) - 2), 0x40 | 19]
    assert all(packet[0] >> 1 == hevc.FU for packet in fragments)
    assert nal[:2] + b"".join(packet[3:] for packet in fragments) == nal


@pytest.mark.process
def test_a_clip_of_the_encoder_is_a_film(ffmpeg, tmp_path):
    clip = tmp_path / "c.h265"
    argv = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=15", "-frames:v", "10", "-c:v", "libx265"]
    subprocess.run([*argv, "-x265-params", "log-level=none", "-f", "hevc", str(clip)], check=True)
    made = film.load(clip)
    assert len(made.units) == 10
    assert b"a=rtpmap:96 H265/90000" in made.sdp(15)
    assert b"sprop-vps=" in made.sdp(15)


def test_what_is_no_film_names_the_file_and_the_mend(tmp_path):
    clip = tmp_path / "c.h265"
    clip.write_bytes(b"nonsense")
    with pytest.raises(h264.ClipUnusable, match=r"c\.h265.*encode it as H\.265"):
        film.load(clip)
