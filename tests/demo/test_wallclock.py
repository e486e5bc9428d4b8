import itertools
import json
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from demo.pictures import wallclock

TWIN = Path(__file__).parents[2] / "demo" / "pictures" / "wallclock.js"
SIZE = (426, 240)


def picture(rows, *, black=16.0, white=235.0):
    """Brightness of a picture whose two rows of blocks are given."""
    levels = {(b.column, b.row): rows[b.row][b.column] for b in wallclock.blocks()}

    def luma_at(x, y):
        for block in wallclock.blocks():
            if 0 <= x - block.x < wallclock.BLOCK_WIDTH and 0 <= y - block.y < wallclock.BLOCK_HEIGHT:
                return white if levels[block.column, block.row] else black
        return 128.0

    return luma_at


def rows(index):
    bits = wallclock.bits(index)
    return bits, tuple(1 - bit for bit in bits)


@pytest.mark.parametrize("index", [0, 1, 2, 3, 449, 450, 899, 1023, 1024, 2047])
def test_an_index_is_read_as_it_was_written(index):
    assert wallclock.read(picture(rows(index))) == index


def test_every_index_has_its_own_blocks_and_neighbours_differ_in_one_bit_and_the_parity():
    written = [wallclock.bits(index) for index in range(wallclock.FRAMES_MAX)]
    assert len(set(written)) == wallclock.FRAMES_MAX
    for before, after in itertools.pairwise(written):
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 2


def test_brightness_and_contrast_do_not_matter_until_the_blocks_are_alike():
    assert wallclock.read(picture(rows(345), black=90, white=151)) == 345
    assert wallclock.read(picture(rows(345), black=90, white=149)) is None


def test_a_picture_torn_between_two_frames_is_refused():
    assert wallclock.read(picture((rows(345)[0], rows(346)[1]))) is None


def test_a_wrong_bit_with_its_complement_is_refused_by_the_parity():
    bits = list(wallclock.bits(345))
    bits[4] ^= 1
    assert wallclock.read(picture((bits, [1 - bit for bit in bits]))) is None


def test_a_picture_without_a_clock_reads_as_nothing():
    assert wallclock.read(lambda _x, _y: 128.0) is None


AGES = [  # index, now in seconds, fps, frames, age in ms
    (0, 0.0, 15, 900, 0.0),
    (0, 0.25, 15, 900, 250.0),
    (15, 1.5, 15, 900, 500.0),
    (899, 60.0, 15, 900, 1000 / 15),
    (899, 1_800_000_060.1, 15, 900, 1000 / 15 + 100),
    (0, 1_800_000_058.9, 15, 900, 58_900.0),
    (0, 1_800_000_059.1, 15, 900, -900.0),
    (3, 2.0, 12.5, 25, -240.0),
    (3, 1.0, 12.5, 25, 760.0),
]


@pytest.mark.parametrize(("index", "now", "fps", "frames", "age"), AGES)
def test_the_age_is_the_time_since_the_frame_was_due(index, now, fps, frames, age):
    assert wallclock.age_ms(index, now, fps=fps, frames=frames) == pytest.approx(age, abs=0.01)


@pytest.mark.process
def test_the_browsers_twin_reads_and_reckons_the_same():
    """A picture of each index in shares of 426x240, read by the script that the page runs."""
    width, height = SIZE
    cases = {}
    for index in (0, 1, 345, 899, 2047):
        luma_at = picture(rows(index))
        cases[index] = [[round(luma_at(x / width, y / height)) for x in range(width // 3)] for y in range(180, height)]
    bits = [bit ^ (column == 4) for column, bit in enumerate(wallclock.bits(345))]
    wrong = picture((bits, [1 - bit for bit in bits]))
    cases["wrong"] = [[round(wrong(x / width, y / height)) for x in range(width // 3)] for y in range(180, height)]
    torn = picture((rows(345)[0], rows(346)[1]))
    cases["torn"] = [[round(torn(x / width, y / height)) for x in range(width // 3)] for y in range(180, height)]
    script = f"""
        import {{ read, ageMs }} from {json.dumps(TWIN.as_uri())};
        const {{ cases, ages }} = {json.dumps({"cases": cases, "ages": AGES})};
        const at = (lines) => (x, y) => lines[Math.floor(y * {height}) - 180][Math.floor(x * {width})];
        const seen = Object.fromEntries(Object.entries(cases).map(([key, lines]) => [key, read(at(lines))]));
        const reckoned = ages.map(([index, now, fps, frames]) => ageMs(index, fps, frames, now * 1000));
        process.stdout.write(JSON.stringify({{ seen, reckoned }}));
    """
    node = str(compute_driver_executable()[0])
    run = subprocess.run([node, "--input-type=module"], input=script, capture_output=True, check=True, text=True)
    told = json.loads(run.stdout)
    assert told["seen"] == {"0": 0, "1": 1, "345": 345, "899": 899, "2047": 2047, "torn": None, "wrong": None}
    assert told["reckoned"] == pytest.approx([age for *_, age in AGES], abs=0.01)
