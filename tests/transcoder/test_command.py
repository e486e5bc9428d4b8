import shlex
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder import command
from transcoder.command import Source
from transcoder.ladder import DEFAULT

RUNG = (
    "-f flv -an -bf 0 -bufsize {bufsize} -c:v libx264 -crf 28 -flush_packets 1 -flvflags no_duration_filesize "
    "-force_key_frames 'expr:if(lt(n,18),eq(n,0)+eq(n,3)+eq(n,6)+eq(n,9)+eq(n,12)+eq(n,15),not(mod(n-18,30)))' -forced-idr 1 -fps_mode cfr -g 300 "
    "-level:v {level} -maxrate {rate} -preset veryfast -profile:v main -r 15 -rc_init_occupancy {init} -sc_threshold 0 "
    "-threads 1 -tune zerolatency pipe:{fd}"
)
WHOLE = (
    "ffmpeg -hide_banner -nostats -loglevel warning -dts_error_threshold 10 -filter_complex_threads 1 "
    "-f concat -codec_whitelist h264,hevc -max_pixels 9000000 -protocol_whitelist file,rtsp,rtp,tcp,udp -safe 0 -threads 1 -i /dev/fd/3 "
    "-filter_complex '[0:v:0]settb=1/15[s0];"
    r"[s0]select=isnan(prev_selected_pts)+gt(pts\,prev_selected_pts)[s1];"
    "[s1]scale=960:540:force_original_aspect_ratio=decrease:out_range=tv[s2];[s2]pad=960:540:-1:-1[s3];"
    "[s3]setsar=1[s4];[s4]format=yuv420p[s5];[s5]split=2[s6][s7];"
    "[s7]scale=640:360[s8];[s8]setsar=1[s9];[s9]split=2[s10][s11];[s11]scale=426:240[s12];[s12]setsar=1[s13]' "
    "-map '[s13]' " + RUNG.format(bufsize=68800, level="2.1", rate=137600, init=34400, fd=4) + " "
    "-map '[s10]' " + RUNG.format(bufsize=176800, level="3.0", rate=353600, init=88400, fd=5) + " "
    "-map '[s6]' " + RUNG.format(bufsize=356800, level="3.1", rate=713600, init=178400, fd=6)
)


def test_the_whole_command():
    fds = {"240p": 4, "360p": 5, "540p": 6}
    assert command.argv("ffmpeg", DEFAULT, script_fd=3, rung_fds=fds) == shlex.split(WHOLE)


def test_the_whole_script():
    assert command.script(Source("10.1.2.3", 554, "/stream2", "viewer", "p'w\n@d")).decode() == (
        "ffconcat version 1.0\n"
        "file 'rtsp://viewer:p%27w%0A%40d@10.1.2.3:554/stream2'\n"
        "option rtsp_transport tcp\n"
        "option timeout 3000000\n"
        "option allowed_media_types video\n"
        "option probesize 32\n"
        "option use_wallclock_as_timestamps 1\n"
    )


@given(st.text(), st.text(), st.text(), st.text(min_size=1))
def test_nothing_in_an_address_can_add_a_line_or_an_option_to_the_script(username, password, path, host):
    lines = command.script(Source(host, 554, "/" + path, username, password)).decode().splitlines()
    assert len(lines) == 7
    assert lines[1].startswith("file 'rtsp://")
    assert lines[1].count("'") == 2


@given(st.text(min_size=1), st.text())
def test_the_credentials_arrive_as_they_are(username, password):
    credentials = Source("camera", 554, "/", username, password).url.removeprefix("rtsp://").split("@")[0]
    assert tuple(map(unquote, credentials.split(":"))) == (username, password)


@pytest.mark.parametrize(
    ("source", "url"),
    [
        (
            Source("camera.example", 554, "/a/b?channel=1&subtype=1"),
            "rtsp://camera.example:554/a/b?channel=1&subtype=1",
        ),
        (Source("fd00::7", 8554, "/a"), "rtsp://[fd00::7]:8554/a"),
        (Source("camera", 554, "/a b'c", "u", None), "rtsp://u:@camera:554/a%20b%27c"),
    ],
)
def test_the_address(source, url):
    assert source.url == url


def test_a_source_does_not_show_its_password():
    assert "canary" not in repr(Source("camera", 554, "/", "viewer", "canary"))
