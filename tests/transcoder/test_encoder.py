"""What a real ffmpeg makes of the packets of real films, through ``Encoder`` into a packager."""

import os
import signal
import subprocess
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fragments import Chunk, Init
from tests.transcoder.feeding import NOON, is_key
from tests.transcoder.films import BEGIN, FFMPEG, film, grey
from tests.transcoder.waiting import arrives
from transcoder import mask
from transcoder.command import CAPTION, Work
from transcoder.encoder import MOST_UNFED_BYTES, Encoder
from transcoder.flv import Tag
from transcoder.gop import MOST_BYTES, Gop, Packet
from transcoder.ladder import DEFAULT
from transcoder.packager import Packager
from transcoder.plan import Profile, offer
from transcoder.policy import Do
from transcoder.settings import DEJAVU
from transcoder.stream import Stream

pytestmark = pytest.mark.process
LOW = DEFAULT.rungs[:1]
STREET = "testsrc2=s=320x180"
KST = timedelta(hours=9)


class Noted(Packager):
    """Notes each frame before it takes it."""

    def __init__(self):
        super().__init__(DEFAULT)
        self.frames = {rung.name: [] for rung in DEFAULT.rungs}

    def add(self, feeder, rung, frame):
        self.frames[rung].append(frame)
        return super().add(feeder, rung, frame)


class Shown(Stream):
    """Keeps every still."""

    def __init__(self, packager):
        super().__init__(packager, offer([Profile(name="main", path="/")], DEFAULT, masked=False))
        self.stills = []

    def show(self, still):
        super().show(still)
        self.stills.append(still)


def begun(rungs=LOW, **more):
    """An encoder that is fed nothing yet, and its stream."""
    work = Work(rungs, DEFAULT, from_part=0, begins_at=BEGIN, starts_at=NOON, is_slow=False, masked=(), font=DEJAVU)
    work = replace(work, **more)
    stream = Shown(Noted())
    stream.packager.begin("00000001", starts_at=NOON)
    if not work.from_part:  # else there is none that it could take over from: its frames are noted only
        stream.packager.join("a", {rung.name: work.part_frames for rung in rungs})
    return Encoder(FFMPEG, "a", work, stream, now=0.0), stream


async def encoded(packets, rungs=LOW, **more):
    """The stream after all packets."""
    encoder, stream = begun(rungs, **more)
    for packet in packets:
        encoder.feed(packet)
        await arrives(lambda: encoder.process.unfed_bytes < MOST_UNFED_BYTES // 4, within_s=30)
    await arrives(lambda: encoder.process.unfed_bytes == 0, within_s=30)
    encoder.process._starve()  # the end of the camera: it finishes what it has
    await arrives(lambda: encoder.poll() is not None, within_s=30)
    assert (encoder.poll(), encoder.trouble) == (0, None), encoder.process.said
    return stream


def video(packager, rung):
    """All of a rung as one file."""
    return packager.init(rung, packager.segments[0].init[rung]) + b"".join(
        part.content[rung] for segment in packager.segments for part in segment.parts
    )


@pytest.mark.parametrize(
    ("is_slow", "from_part"), [(False, 0), (True, 0), (False, 9), (False, 19), (True, 19), (False, 4)]
)
async def test_frames_are_numbered_on_the_grid_with_an_idr_where_a_segment_begins(is_slow, from_part):
    size = 1 if is_slow else 3
    stream = await encoded(film(STREET, 6.6), is_slow=is_slow, from_part=from_part)
    frames = stream.packager.frames["240p"]
    first, last = from_part * size, frames[-1].number
    assert last in {33 * size - 1, 33 * size}
    assert [frame.number for frame in frames] == list(range(first, last + 1))
    keys = [frame.number for frame in frames if frame.is_key]
    assert keys == [n for n in range(first, last + 1) if n == first or is_key(n, size=size)]


async def test_pictures_from_before_the_epoch_are_decoded_only():
    stream = await encoded(film(STREET, 3, gop=300), begins_at=BEGIN + 1.0)
    assert [frame.number for frame in stream.packager.frames["240p"]] == list(range(30))


async def test_a_hole_in_the_camera_is_filled_with_the_picture_before_it():
    packets = film(STREET, 4, gop=15)
    stream = await encoded([packet for packet in packets if not 1.0 <= packet.at - BEGIN < 2.0])
    assert [frame.number for frame in stream.packager.frames["240p"]] == list(range(60))


async def test_the_encoder_is_what_the_playlists_declare_on_the_worst_picture():
    noise = "nullsrc=s=960x540,geq=random(1)*255:128:128,fps=15"
    stream = await encoded(film(noise, 4), DEFAULT.rungs)
    packager = stream.packager
    for rung in DEFAULT.rungs:
        init = Init.of(packager.init(rung.name, packager.segments[0].init[rung.name]))
        assert f"avc1.{init.avcc[1:4].hex()}" == rung.codecs.lower()
        assert init.handlers == ["vide"], "no sound track"
        chunks = [Chunk.of(part.content[rung.name]) for s in packager.segments for part in s.parts]
        assert all(chunk.is_sync == chunk.has_idr for chunk in chunks)
        # §4.4.6.2: the peak over any run of segments between half and one and a half target durations
        sizes = [
            (len(s.parts) * 0.2, len(packager.content(rung.name, s.name))) for s in packager.segments if s.is_complete
        ]
        for first in range(len(sizes)):
            for last in range(first + 1, len(sizes) + 1):
                seconds = sum(duration for duration, _ in sizes[first:last])
                if 1.0 <= seconds <= 3.0:
                    assert sum(size for _, size in sizes[first:last]) * 8 / seconds <= rung.cap_bps


def watched(data):
    """What ffmpeg says while it decodes ``data``."""
    argv = [FFMPEG, "-hide_banner", "-i", "pipe:", "-f", "null", "-"]
    return subprocess.run(argv, input=data, capture_output=True, check=True).stderr.decode()


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        ("testsrc2=s=180x320", {}),
        ("testsrc2=s=322x166", {}),
        ("testsrc2=s=64x48", {"fps": 5}),
        (STREET, {"fps": 12.5}),
        (STREET, {"fps": 25}),
        (STREET, {"fps": 50}),
        (STREET, {"codec": "h265"}),
    ],
)
async def test_a_camera_of_any_shape_rate_or_codec_fills_the_declared_size_and_grid(picture, told):
    stream = await encoded(film(picture, 2, **told))
    numbers = [frame.number for frame in stream.packager.frames["240p"]]
    assert numbers == list(range(len(numbers)))
    assert 27 <= len(numbers) <= 31
    said = watched(video(stream.packager, "240p"))
    assert "426x240 [SAR 1:1" in said
    assert "Audio" not in said


async def test_a_still_of_each_second_says_on_it_when_it_was_taken():
    stream = await encoded(film("color=black:s=480x270", 3.2))
    assert [still.taken_at - NOON for still in stream.stills] == [timedelta(seconds=n) for n in range(4)]
    for still in stream.stills:
        text = (still.taken_at + KST).strftime("%Y-%m-%d %H\\:%M\\:%S KST")
        (wanted,) = grey(drawn(text))
        (found,) = grey(still.jpeg)
        assert max(map(max, wanted)) > 200
        assert most_apart(found, wanted) < 100


def drawn(text):
    """A black JPEG with ``text`` where a still has it."""
    options = ":".join(f"{name}={value}" for name, value in CAPTION.items())
    picture = f"color=black:s=480x270,drawtext=fontfile={DEJAVU}:text='{text}':{options}"
    argv = [FFMPEG, "-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", "1", "-f", "mjpeg", "pipe:"]
    return subprocess.run(argv, capture_output=True, check=True).stdout


def most_apart(one, other):
    """The largest difference of two pictures of the same size."""
    assert [len(row) for row in one] == [len(row) for row in other]
    return max(abs(a - b) for rows in zip(one, other, strict=True) for a, b in zip(*rows, strict=True))


async def test_without_rungs_it_makes_stills_of_the_key_frames_alone():
    packets = film("testsrc2=s=480x270", 4, gop=30)
    encoder, stream = begun(())
    for packet in packets:
        encoder.feed(packet)
    fed = sum(len(packet.tag.body) + 15 for packet in packets if packet.tag.is_key or packet.tag.is_configuration)
    assert encoder.process.unfed_bytes <= fed
    await arrives(lambda: len(stream.stills) == 2)
    assert [still.taken_at - NOON for still in stream.stills] == [timedelta(), timedelta(seconds=2)]
    assert encoder.given_at
    encoder.take(Do.STOP, now=0.0)
    await arrives(lambda: encoder.poll() == 0, within_s=1)


HIDDEN = [[(0.25, 0.25), (0.75, 0.25), (0.5, 0.75)]]


async def test_what_is_masked_is_black_in_every_rung_and_still():
    white = film("color=white:s=640x360", 1.0)
    stream = await encoded(white, DEFAULT.rungs, masked=mask.boxes(HIDDEN))
    pictures = [grey(video(stream.packager, rung.name))[-1] for rung in DEFAULT.rungs] + [grey(stream.still.jpeg)[0]]
    for picture in pictures:
        height, width = len(picture), len(picture[0])
        for y in range(round(height * 0.25) + 2, round(height * 0.75) - 2):
            half = width * 0.25 * (0.75 - y / height) / 0.5
            inside = picture[y][round(width / 2 - half) + 1 : round(width / 2 + half) - 1]
            assert not inside or max(inside) < 60, (width, y)
        assert min(picture[height // 8][: width // 2]) > 200
        assert min(picture[y][width // 8] for y in range(height * 3 // 4)) > 200


async def test_a_picture_that_stands_still_is_noticed_and_that_it_moves_again():
    still, moving = film("color=gray:s=320x180", 3.6, gop=300), film(STREET, 2)
    encoder, _ = begun()
    for packet in still:
        encoder.feed(packet)
    await arrives(lambda: encoder.is_frozen)
    for packet in moving:
        encoder.feed(replace(packet, at=packet.at + 3.6))
    await arrives(lambda: not encoder.is_frozen)
    encoder.take(Do.STOP, now=0.0)
    await arrives(lambda: encoder.poll() == 0)


async def test_it_is_asked_to_quit_and_has_ended_within_a_second_and_gives_nothing_more():
    encoder, stream = begun()
    for packet in film(STREET, 4):
        encoder.feed(packet)
    await arrives(lambda: stream.packager.frames["240p"])
    encoder.take(Do.STOP, now=0.0)
    asked_at, given = time.monotonic(), len(stream.packager.frames["240p"])
    await arrives(lambda: encoder.poll() is not None)
    assert encoder.poll() == 0
    assert time.monotonic() - asked_at < 1.0
    assert len(stream.packager.frames["240p"]) == given


async def test_it_holds_pipes_alone_and_no_network():
    encoder, stream = begun()
    for packet in film(STREET, 1):
        encoder.feed(packet)
    await arrives(lambda: stream.packager.frames["240p"])
    folder = f"/proc/{encoder.process.pid}/fd"
    held = [os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)]
    assert len([one for one in held if one.startswith("pipe:")]) >= 6
    assert not [one for one in held if not one.startswith(("pipe:", "/dev/null", "anon_inode:"))]
    encoder.take(Do.STOP, now=0.0)
    await arrives(lambda: encoder.poll() == 0)


async def test_one_that_does_not_keep_up_is_given_up():
    encoder, _ = begun()
    encoder.process.send(signal.SIGSTOP)
    for n in range(MOST_UNFED_BYTES // 1_000_000 + 2):
        encoder.feed(Packet(BEGIN + n, Tag(0, is_configuration=False, is_key=True, body=bytes(1_000_000))))
    assert encoder.seen(now=0.0).broken == "encoder_behind"
    unfed_bytes = encoder.process.unfed_bytes
    encoder.feed(Packet(BEGIN + 100, Tag(0, is_configuration=False, is_key=True, body=bytes(1_000_000))))
    assert encoder.process.unfed_bytes == unfed_bytes, "what nobody will read is not kept"
    encoder.take(Do.KILL, now=0.0)
    await arrives(lambda: encoder.poll() == -signal.SIGKILL)


async def test_the_largest_group_of_pictures_that_is_kept_can_be_caught_up_with():
    encoder, _ = begun()
    kept = Gop()
    for n in range(MOST_BYTES // 1_000_000):
        kept.add(Packet(BEGIN + n / 15, Tag(0, is_configuration=False, is_key=not n, body=bytes(1_000_000))))
    for packet in kept.all:
        encoder.feed(packet)
    assert encoder.seen(now=0.0).broken is None
    encoder.take(Do.KILL, now=0.0)
    await arrives(lambda: encoder.poll() == -signal.SIGKILL)


async def test_one_that_is_fed_nothing_is_not_late_and_one_that_is_fed_and_gives_nothing_is():
    encoder, stream = begun()
    for packet in film(STREET, 1):
        encoder.feed(packet)
    await arrives(lambda: len(stream.packager.frames["240p"]) >= 14)
    assert encoder.seen(now=99_999_999.0).given_at == 99_999_999.0
    encoder.process.send(signal.SIGSTOP)
    fed_at = time.monotonic()
    encoder.feed(film(STREET, 0.1)[-1])
    assert fed_at <= encoder.seen(now=fed_at + 9).given_at <= fed_at + 1
    encoder.process.send(signal.SIGCONT)
    encoder.take(Do.KILL, now=0.0)
    await arrives(lambda: encoder.poll() is not None)


async def test_output_that_makes_no_sense_is_marked():
    encoder, _ = begun()
    encoder._receive("240p", b"this is no FLV stream")
    assert encoder.seen(now=0.0).broken == "output_broken"
    encoder.take(Do.KILL, now=0.0)
    await arrives(lambda: encoder.poll() is not None)
