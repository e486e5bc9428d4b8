import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder import command
from transcoder.command import Source, Work
from transcoder.ladder import DEFAULT

INGEST = (
    "ffmpeg -hide_banner -nostats -loglevel warning -f concat -codec_whitelist h264,hevc -format_whitelist concat,rtsp "
    "-max_pixels 9000000 -protocol_whitelist file,rtsp,rtp,tcp,udp -safe 0 -threads 1 -i /dev/fd/3 "
    "-map 0:v:0 -f flv -an -c:v copy -flush_packets 1 -flvflags no_duration_filesize pipe:4"
)
WORK = Work(
    rungs=DEFAULT.rungs,
    ladder=DEFAULT,
    from_part=0,
    begins_at=1000.0,
    starts_at=datetime(2026, 11, 22, 3, 0, 0, 123_000, UTC),
    is_slow=False,
    masked=(),
    font="/f.ttf",
)
FDS = {"240p": 4, "360p": 5, "540p": 6, "still": 7, "frozen": 8}


def test_the_whole_command_of_an_ingest():
    assert command.ingest("ffmpeg", script_fd=3, output_fd=4) == shlex.split(INGEST)


def outputs(argv):
    """The arguments of each output, by its pipe; those before are the input's."""
    found, rest = {}, argv[argv.index("-map") :]
    while rest:
        size = next(n for n, one in enumerate(rest) if one.startswith("pipe:")) + 1
        found[rest[size - 1]], rest = rest[:size], rest[size:]
    return found


def test_an_encoder_reads_its_pipe_and_may_open_nothing_else():
    argv = command.encoder("ffmpeg", WORK, feed_fd=3, fds=FDS)
    assert argv.count("-i") == 1
    given = argv[: argv.index("-i") + 2]
    options = dict(pairwise(given))
    assert (options["-i"], options["-f"]) == ("/dev/fd/3", "flv")
    assert (options["-protocol_whitelist"], options["-codec_whitelist"]) == ("file", "h264,hevc")
    assert not any("://" in one for one in argv)


def test_an_encoder_writes_each_of_its_outputs_to_its_pipe_and_no_sound_to_any():
    assert WORK.outputs == list(FDS)
    argv = command.encoder("ffmpeg", WORK, feed_fd=3, fds=FDS)
    assert set(outputs(argv)) == {"pipe:4", "pipe:5", "pipe:6", "pipe:7"}
    assert all("-an" in one for one in outputs(argv).values())
    assert re.search(r"metadata=[^;]*pipe\\*:8", argv[argv.index("-filter_complex") + 1])


@pytest.mark.parametrize("rung", DEFAULT.rungs, ids=lambda rung: rung.name)
def test_a_rung_is_bound_to_what_its_playlist_declares(rung):
    one = outputs(command.encoder("ffmpeg", WORK, feed_fd=3, fds=FDS))[f"pipe:{FDS[rung.name]}"]
    options = dict(pairwise(one))
    assert (options["-level:v"], options["-profile:v"], options["-bf"]) == (rung.level, "main", "0")
    assert (int(options["-maxrate"]), int(options["-bufsize"])) == (rung.rate_bps, rung.buffer_bits)


@pytest.mark.parametrize(("is_slow", "fps", "lead"), [(False, 15, 900), (True, 5, 300)])
def test_a_slow_encoder_has_one_frame_a_part(is_slow, fps, lead):
    work = replace(WORK, is_slow=is_slow)
    assert (work.fps, work.lead_frames) == (fps, lead)


def test_without_rungs_there_are_stills_alone():
    work = replace(WORK, rungs=())
    assert work.outputs == ["still"]
    assert set(outputs(command.encoder("ffmpeg", work, feed_fd=3, fds={"still": 4}))) == {"pipe:4"}


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


def test_another_stream_of_the_same_camera_has_another_path_alone():
    source = Source("camera", 554, "/main", "viewer", "secret")
    assert source.at("/sub") == Source("camera", 554, "/sub", "viewer", "secret")
