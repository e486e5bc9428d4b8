import re
import subprocess
from urllib.parse import urljoin

import imageio_ffmpeg
import m3u8
import pytest

from demo.caller import Caller
from tests import hls_invariants

pytestmark = pytest.mark.e2e


@pytest.fixture
def url(product, incident):
    """The multivariant playlist of the best camera, through nginx and the gate."""
    return product.base_url + product.watch(incident, incident["cameras"][0]["camera_id"])["url"]


def test_the_stream_keeps_every_rule(url):
    """What the checker finds is raised by it, one line a broken rule."""
    seen = hls_invariants.check(url, seconds=20)
    assert seen


def test_an_independent_parser_accepts_every_playlist(url):
    caller = Caller(url.split("/live/")[0])
    top = m3u8.loads(caller.text("/live/" + url.split("/live/")[1]), uri=url)
    assert len(top.playlists) == 3
    assert not top.media
    for rung in top.playlists:
        path = urljoin(url, rung.uri)
        media = m3u8.loads(caller.text("/live/" + path.split("/live/")[1]), uri=path)
        assert media.part_inf.part_target == pytest.approx(0.2)
        assert media.server_control.can_block_reload == "YES"
        assert media.server_control.part_hold_back >= round(3 * media.part_inf.part_target, 3)
        assert len(media.rendition_reports) == 2
        assert all(segment.program_date_time for segment in media.segments if segment.uri), "one is still open"
        assert all(part.program_date_time for segment in media.segments for part in segment.parts)


def test_ffmpeg_plays_it_and_finds_no_sound(url):
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-i", url, "-t", "4", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stderr
    assert "Video: h264 (Main)" in said
    assert "Audio:" not in said
    assert int(re.findall(r"frame=\s*(\d+)", said)[-1]) >= 55


def test_mpv_plays_it(url):
    argv = ["mpv", "--no-config", "--vo=null", "--ao=null", "--length=3", "--term-status-msg=at ${=time-pos} s", url]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-1000:]
    shown = [float(word) for word in re.findall(r"at (\d+\.\d+) s", done.stdout + done.stderr)]
    assert shown[-1] - shown[0] > 2
    assert "Audio" not in done.stdout
