"""What the bitrate benchmark measures is what the transcoder does, and a better picture has the higher figure."""

import imageio_ffmpeg
import pytest

from tests.bench import bitrate, film
from transcoder.ladder import DEFAULT

LOWEST = DEFAULT.rungs[0]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    source = film.made(film.STATIC, folder, ffmpeg, seconds=1.0)
    made = bitrate.Bench(ffmpeg, LOWEST, folder, 1.0)
    made.scale(source)
    return made


@pytest.mark.parametrize("rung", DEFAULT.rungs, ids=lambda rung: rung.name)
def test_the_options_are_those_that_the_transcoder_gives_its_encoder(rung):
    options = bitrate.our_options(rung)
    assert {*bitrate.OURS, *bitrate.CAPPED} <= set(options)
    assert (options["c:v"], options["preset"], options["maxrate"]) == ("libx264", "veryfast", str(rung.rate_bps))
    assert int(options["maxrate"]) < rung.cap_bps


@pytest.mark.process
def test_more_bits_are_a_better_picture(bench):
    common = {name: value for name, value in bitrate.our_options(LOWEST).items() if name in bitrate.OURS}
    few_kbps, few = bench.encode(common | bitrate.at_rate(30_000))
    many_kbps, many = bench.encode(common | bitrate.at_rate(1_500_000))
    assert few_kbps < many_kbps
    assert few + 10 < many
    assert many > 90


@pytest.mark.process
def test_a_film_is_made_once(tmp_path):
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    first = film.made(film.BUSY, tmp_path, ffmpeg, seconds=0.4)
    written_at = first.stat().st_mtime_ns
    assert film.made(film.BUSY, tmp_path, ffmpeg, seconds=0.4) == first
    assert first.stat().st_mtime_ns == written_at
    assert film.made(film.BUSY, tmp_path, ffmpeg, seconds=0.8) != first
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".h264"] == []
