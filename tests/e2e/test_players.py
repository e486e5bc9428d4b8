import shutil
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


def test_the_stream_keeps_every_rule_for_a_minute(url):
    """What the checker finds is raised by it, one line a broken rule."""
    seen = hls_invariants.check(url, seconds=60)
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
        assert media.server_control.part_hold_back >= 3 * media.part_inf.part_target
        assert len(media.rendition_reports) == 2
        assert all(segment.program_date_time for segment in media.segments)


def test_ffmpeg_plays_it_and_finds_no_sound(url):
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-i", url, "-t", "4", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stderr
    assert "Video: h264 (Main)" in said
    assert "Audio:" not in said
    frames = [
        int(word.split("=")[1])
        for word in said.replace("frame= ", "frame=").split()
        if word.startswith("frame=") and word[6:].isdigit()
    ]
    assert frames[-1] >= 55


def test_gstreamer_plays_it(url):
    sink = "fakesink silent=false sync=false num-buffers=45"
    pipeline = f"souphttpsrc location={url} ! hlsdemux ! parsebin ! avdec_h264 ! {sink}".split()
    if "avdec_h264" not in subprocess.run(["gst-inspect-1.0"], capture_output=True, text=True, check=True).stdout:
        pipeline[pipeline.index("avdec_h264")] = "openh264dec"
    done = subprocess.run(
        [shutil.which("gst-launch-1.0"), "-v", *pipeline], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("chain") >= 40
