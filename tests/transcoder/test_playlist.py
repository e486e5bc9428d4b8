from dataclasses import replace
from datetime import timedelta

import m3u8
import pytest

from tests.transcoder.feeding import AVCC, INIT, NOON, RUNGS, begin, fed, feed, join
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
#EXT-X-MAP:URI="init-250c7402.mp4"
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
    assert playlist.media(fed(2), "360p", RUNGS) == FIRST


def test_the_multivariant_whole():
    assert playlist.multivariant([playlist.encoded(rung, 15) for rung in DEFAULT.rungs]) == MULTIVARIANT


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
    read = m3u8.loads(playlist.media(packager, "540p", RUNGS))
    listed = packager.listed
    assert read.media_sequence == listed[0].msn
    assert (read.target_duration, read.part_inf.part_target, read.server_control.part_hold_back) == (2, 0.2, 0.6)
    assert [s.uri for s in read.segments if s.uri] == [s.name for s in listed if s.is_complete]
    assert [s.duration for s in read.segments if s.uri] == [len(s.parts) / 5 for s in listed if s.is_complete]
    assert {s.init_section.uri for s in read.segments if s.uri} == {f"init-{INIT['540p']}.mp4"}
    assert read.preload_hint.uri == packager.hint
    assert {(r.uri, r.last_msn, r.last_part) for r in read.rendition_reports} == {
        (f"../{other}/index.m3u8", listed[-1].msn, len(listed[-1].parts) - 1) for other in ("240p", "360p")
    }
    for segment in read.segments:
        for part in segment.parts:
            assert packager.content("540p", part.uri), "what is listed can be fetched"


@pytest.mark.parametrize("parts", range(6, 60))
def test_parts_are_listed_for_the_last_three_target_durations(parts):
    read = m3u8.loads(playlist.media(fed(parts), "240p", RUNGS))
    listed = [segment for segment in read.segments if segment.parts]
    assert sum(part.duration for segment in listed for part in segment.parts) <= 6.0 + 1e-6
    assert read.segments[-1].parts


def test_a_restart_is_a_discontinuity_with_a_date_of_its_own():
    packager = fed(7)
    begin(packager, "00000002", at=NOON + timedelta(seconds=9))
    feed(packager, 3)
    text = playlist.media(packager, "240p", RUNGS)
    assert (
        "#EXTINF:0.2,\n00000001-6.m4s\n#EXT-X-DISCONTINUITY\n"
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T03:00:09.123Z\n#EXT-X-PART:DURATION=0.2,URI="00000002-7.0.m4s"'
    ) in text
    assert text.count("#EXT-X-MAP") == 1, "the configuration is still the same"


def test_another_configuration_has_a_map_of_its_own():
    packager = fed(7)
    packager.begin("00000002", starts_at=NOON)
    packager.join("b", {"240p": 3})
    packager.configure("b", "240p", AVCC["540p"], size_px=(426, 240))
    feed(packager, 3, by="b", rungs=["240p"])
    text = playlist.media(packager, "240p", RUNGS)
    assert f'#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-{INIT["540p"]}.mp4"\n' in text
    assert text.count("#EXT-X-MAP") == 2


def standing_in():
    """20 parts of all rungs, then 13 of the lower two: segment 9 is open with three of them."""
    packager = fed(12)
    join(packager, "b", ["240p", "360p"])
    feed(packager, 3 * 8, start=3 * 12)
    feed(packager, 3 * 14, start=3 * 19, by="b", rungs=["240p", "360p"])
    return packager


def test_a_rung_that_is_missing_is_shown_by_the_next_lower_one_in_its_own_folder():
    packager = standing_in()
    text = playlist.media(packager, "540p", RUNGS)
    assert (
        "#EXTINF:2,\n00000001-7.m4s\n"
        f'#EXT-X-MAP:URI="../360p/init-{INIT["360p"]}.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T03:00:04.123Z\n"
        '#EXT-X-PART:DURATION=0.2,URI="../360p/00000001-8.0.m4s",INDEPENDENT=YES\n'
    ) in text
    assert "#EXTINF:2,\n../360p/00000001-8.m4s\n" in text
    assert "#EXT-X-DISCONTINUITY\n" not in text
    assert '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="../360p/00000001-9.3.m4s"\n' in text


def test_every_rung_that_is_offered_is_reported_whoever_shows_it():
    packager = standing_in()
    for rung in RUNGS:
        read = m3u8.loads(playlist.media(packager, rung, RUNGS))
        reports = {(r.uri, r.last_msn, r.last_part) for r in read.rendition_reports}
        assert reports == {(f"../{other}/index.m3u8", 9, 2) for other in RUNGS if other != rung}
    read = m3u8.loads(playlist.media(packager, "240p", ["240p", "360p"]))
    assert [r.uri for r in read.rendition_reports] == ["../360p/index.m3u8"]


def test_a_rung_that_is_back_is_shown_by_itself_with_its_map_again():
    packager = standing_in()
    join(packager, "c")
    feed(packager, 3 * 7, start=3 * 33, by="b", rungs=["240p", "360p"])
    feed(packager, 3 * 3, start=3 * 39, by="c")
    text = playlist.media(packager, "540p", RUNGS)
    assert f'../360p/00000001-9.m4s\n#EXT-X-MAP:URI="init-{INIT["540p"]}.mp4"\n' in text
    assert '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="00000001-10.2.m4s"\n' in text


@pytest.mark.parametrize("rung", RUNGS)
def test_whatever_a_playlist_lists_can_be_fetched_from_the_rung_that_its_folder_names(rung):
    packager = standing_in()
    read = m3u8.loads(playlist.media(packager, rung, RUNGS), uri=f"http://x/{rung}/index.m3u8")
    uris = {part.absolute_uri for segment in read.segments for part in segment.parts}
    uris |= {segment.absolute_uri for segment in read.segments if segment.uri}
    for uri in uris:
        *_, folder, name = uri.split("/")
        assert packager.content(folder, name), uri
    for segment in read.segments[:-1]:  # of an open one the parser does not tell
        *_, folder, name = segment.init_section.absolute_uri.split("/")
        assert packager.init(folder, name[5:13])


def test_a_copied_rung_is_declared_as_the_camera_sends_it():
    variant = playlist.Variant("540p", 900_000, 512_000, "avc1.64001F", 960, 480, 12.5)
    assert playlist.multivariant([variant]).endswith(
        "#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=512000,"
        'CODECS="avc1.64001F",RESOLUTION=960x480,FRAME-RATE=12.500\n540p/index.m3u8\n'
    )


def test_a_discontinuity_stays_with_its_segment_and_is_counted_when_that_leaves():
    packager = fed(6)
    begin(packager, "00000002")
    for number in range(18 + 30 * 6):
        feed(packager, 1, start=number)
        if number < 6:
            continue
        read = playlist.media(packager, "240p", RUNGS)
        counted = int(read.split("#EXT-X-DISCONTINUITY-SEQUENCE:")[1].split("\n")[0])
        assert counted + read.count("#EXT-X-DISCONTINUITY\n") == 1
        assert read.index("#EXT-X-MAP") < read.index("#EXTINF")


def test_there_is_no_hint_between_two_runs():
    packager = fed(7)
    packager.end()
    assert "PRELOAD-HINT" not in playlist.media(packager, "240p", RUNGS)


def test_four_frames_a_part_round_the_same_way_everywhere():
    text = playlist.media(fed(12, replace(DEFAULT, part_frames=4, opening_parts=(1, 1))), "240p", RUNGS)
    assert "#EXT-X-PART-INF:PART-TARGET=0.26667\n" in text
    assert "PART-HOLD-BACK=0.8\n" in text
    assert '#EXT-X-PART:DURATION=0.26667,URI="00000001-0.0.m4s"' in text
