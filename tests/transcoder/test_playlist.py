from dataclasses import replace
from datetime import timedelta

import m3u8
import pytest

from tests.transcoder.feeding import NOON, begin, fed, feed
from transcoder import playlist
from transcoder.ladder import DEFAULT

FIRST = """\
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.6
#EXT-X-PART-INF:PART-TARGET=0.2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init-00000001.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T03:00:00.123Z
#EXT-X-PART:DURATION=0.2,URI="00000001-0.0.m4s",INDEPENDENT=YES
#EXTINF:0.2,
00000001-0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T03:00:00.323Z
#EXT-X-PART:DURATION=0.2,URI="00000001-1.0.m4s",INDEPENDENT=YES
#EXTINF:0.2,
00000001-1.m4s
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="00000001-2.0.m4s"
#EXT-X-RENDITION-REPORT:URI="../240p/index.m3u8",LAST-MSN=1,LAST-PART=0
#EXT-X-RENDITION-REPORT:URI="../540p/index.m3u8",LAST-MSN=1,LAST-PART=0
"""

MULTIVARIANT = """\
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=180000,AVERAGE-BANDWIDTH=145600,CODECS="avc1.4D4015",RESOLUTION=426x240,FRAME-RATE=15.000
240p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=450000,AVERAGE-BANDWIDTH=361600,CODECS="avc1.4D401E",RESOLUTION=640x360,FRAME-RATE=15.000
360p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=721600,CODECS="avc1.4D401F",RESOLUTION=960x540,FRAME-RATE=15.000
540p/index.m3u8
"""


def test_the_first_playlist_whole():
    assert playlist.media(fed(2), "360p") == FIRST


def test_the_multivariant_whole():
    assert playlist.multivariant(DEFAULT) == MULTIVARIANT


def test_an_independent_parser_reads_the_multivariant_as_it_is_meant():
    master = m3u8.loads(MULTIVARIANT)
    assert master.is_variant
    assert not master.media
    assert [(p.uri, p.stream_info.resolution, p.stream_info.frame_rate) for p in master.playlists] == [
        ("240p/index.m3u8", (426, 240), 15.0),
        ("360p/index.m3u8", (640, 360), 15.0),
        ("540p/index.m3u8", (960, 540), 15.0),
    ]


@pytest.mark.parametrize("parts", [2, 6, 7, 15, 16, 40, 41, 99])
def test_an_independent_parser_reads_every_playlist_as_it_is_meant(parts):
    packager = fed(parts)
    read = m3u8.loads(playlist.media(packager, "540p"))
    listed = packager.listed
    assert read.media_sequence == listed[0].msn
    assert (read.target_duration, read.part_inf.part_target, read.server_control.part_hold_back) == (2, 0.2, 0.6)
    assert [s.uri for s in read.segments if s.uri] == [s.name for s in listed if s.is_complete]
    assert [s.duration for s in read.segments if s.uri] == [s.frames / 15 for s in listed if s.is_complete]
    assert {s.init_section.uri for s in read.segments if s.uri} == {"init-00000001.mp4"}
    assert read.preload_hint.uri == packager.hint
    assert {(r.uri, r.last_msn, r.last_part) for r in read.rendition_reports} == {
        (f"../{other}/index.m3u8", listed[-1].msn, len(listed[-1].parts) - 1) for other in ("240p", "360p")
    }
    for segment in read.segments:
        for part in segment.parts:
            assert packager.content("540p", part.uri), "what is listed can be fetched"


@pytest.mark.parametrize("parts", range(6, 60))
def test_parts_are_listed_for_the_last_three_target_durations(parts):
    read = m3u8.loads(playlist.media(fed(parts), "240p"))
    listed = [segment for segment in read.segments if segment.parts]
    assert sum(part.duration for segment in listed for part in segment.parts) <= 6.0 + 1e-6
    assert read.segments[-1].parts


def test_a_restart_is_a_discontinuity_with_a_map_and_a_date_of_its_own():
    packager = fed(7)
    begin(packager, "00000002")
    feed(packager, 3, at=NOON + timedelta(seconds=9))
    text = playlist.media(packager, "240p")
    assert (
        '#EXTINF:0.2,\n00000001-6.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-00000002.mp4"\n'
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T03:00:09.123Z\n#EXT-X-PART:DURATION=0.2,URI="00000002-7.0.m4s"'
    ) in text


def test_a_discontinuity_stays_with_its_segment_and_is_counted_when_that_leaves():
    packager = fed(6)
    begin(packager, "00000002")
    for number in range(18 + 30 * 6):
        feed(packager, 1, start=number)
        if number < 6:
            continue
        read = playlist.media(packager, "240p")
        counted = int(read.split("#EXT-X-DISCONTINUITY-SEQUENCE:")[1].split("\n")[0])
        assert counted + read.count("#EXT-X-DISCONTINUITY\n") == 1
        assert read.index("#EXT-X-MAP") < read.index("#EXTINF")


def test_there_is_no_hint_between_two_runs():
    packager = fed(7)
    packager.end()
    assert "PRELOAD-HINT" not in playlist.media(packager, "240p")


def test_four_frames_a_part_round_the_same_way_everywhere():
    text = playlist.media(fed(12, replace(DEFAULT, part_frames=4, opening_frames=(4, 4))), "240p")
    assert "#EXT-X-PART-INF:PART-TARGET=0.26667\n" in text
    assert "PART-HOLD-BACK=0.8\n" in text
    assert '#EXT-X-PART:DURATION=0.26667,URI="00000001-0.0.m4s"' in text
