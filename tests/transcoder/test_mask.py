import math
import subprocess
from itertools import pairwise

import ffmpeg
import imageio_ffmpeg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from transcoder import command, mask

SQUARE = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
SHAPES = {
    "square": SQUARE,
    "the whole picture": [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)],
    "triangle": [(0.1, 0.9), (0.5, 0.1), (0.9, 0.9)],
    "U": [(0.1, 0.1), (0.3, 0.1), (0.3, 0.7), (0.7, 0.7), (0.7, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)],
    "C": [(0.9, 0.1), (0.9, 0.3), (0.3, 0.3), (0.3, 0.7), (0.9, 0.7), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)],
    "needle": [(0.0, 0.33333), (1.0, 0.33334), (1.0, 0.33335)],
    "in a corner": [(0.99991, 0.99991), (1.0, 0.99991), (1.0, 1.0)],
}

fractions = st.floats(0.0, 1.0)


@st.composite
def stars(draw):
    """A polygon that does not cross itself: points around a centre, in the order of their directions."""
    count = draw(st.integers(3, 32))
    radii = draw(st.lists(st.floats(0.001, 1.0), min_size=count, max_size=count))
    x, y, turn = draw(fractions), draw(fractions), draw(st.floats(0.0, math.tau))
    points = [
        (x + radius * math.cos(turn + math.tau * n / count), y + radius * math.sin(turn + math.tau * n / count))
        for n, radius in enumerate(radii)
    ]
    return [(min(1.0, max(0.0, px)), min(1.0, max(0.0, py))) for px, py in points]


def is_covered(point, boxes):
    x, y = point
    return any(
        box.left <= x <= box.left + box.width + 1e-9 and box.top <= y <= box.top + box.height + 1e-9 for box in boxes
    )


def is_inside(point, polygon):
    """Whether a ray to the right crosses the outline an odd number of times."""
    x, y = point
    crossed = [
        (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0)
        for (x0, y0), (x1, y1) in pairwise([*polygon, polygon[0]])
    ]
    return sum(crossed) % 2 == 1


def samples(polygon, steps=40):
    """Points of the polygon: its outline, and those of a grid that are inside."""
    for (x0, y0), (x1, y1) in pairwise([*polygon, polygon[0]]):
        for n in range(steps):
            yield x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps
    grid = [((column + 0.5) / steps, (row + 0.5) / steps) for row in range(steps) for column in range(steps)]
    yield from (point for point in grid if is_inside(point, polygon))


@pytest.mark.parametrize("polygon", SHAPES.values(), ids=SHAPES)
def test_no_point_of_a_polygon_is_left_open(polygon):
    boxes = mask.boxes([polygon])
    assert [point for point in samples(polygon) if not is_covered(point, boxes)] == []


@given(stars(), st.tuples(fractions, fractions))
def test_no_point_of_any_polygon_is_left_open(polygon, point):
    boxes = mask.boxes([polygon])
    assert [one for one in samples(polygon, steps=8) if not is_covered(one, boxes)] == []
    assert is_covered(point, boxes) or not is_inside(point, polygon)


@example(
    [[(1.0, 1e-323), (0.5, 0.8660254037844387), (0.75, 0.0)]]
)  # an edge no higher than two of the smallest numbers
@given(st.lists(stars(), min_size=1, max_size=16))
def test_boxes_are_fractions_of_the_picture_and_few(polygons):
    boxes = mask.boxes(polygons)
    assert len(boxes) <= mask.MOST_BOXES
    for box in boxes:
        assert all(0.0 <= side <= 1.0 for side in (box.left, box.top, box.width, box.height))
        assert box.width > 0 < box.height
        assert max(box.left + box.width, box.top + box.height) <= 1.0002, "the rest is cut off by whoever draws"


def test_not_much_more_is_covered_than_the_polygon():
    covered = sum(box.width * box.height for box in mask.boxes([SHAPES["triangle"]]))
    assert covered == pytest.approx(0.32, rel=0.06)


@given(stars(), stars())
def test_each_polygon_is_covered_beside_others(one, other):
    assert set(mask.boxes([one, other])) == set(mask.boxes([one])) | set(mask.boxes([other]))


@pytest.mark.process
@pytest.mark.parametrize(("width_px", "height_px"), [(1280, 720), (704, 480), (352, 288)])
@pytest.mark.parametrize("polygon", SHAPES.values(), ids=SHAPES)
def test_no_pixel_is_left_open_by_ffmpeg(polygon, width_px, height_px):
    white = ffmpeg.input(f"color=white:s={width_px}x{height_px}:r=1", f="lavfi", t=1)["v:0"]
    drawn = ffmpeg.output(command._masked(white, mask.boxes([polygon])), "pipe:1", f="rawvideo", pix_fmt="gray")
    argv = drawn.compile(cmd=[imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"])
    picture = subprocess.run(argv, capture_output=True, check=True).stdout
    assert len(picture) == width_px * height_px
    seen = {
        (min(int(x * width_px), width_px - 1), min(int(y * height_px), height_px - 1)) for x, y in samples(polygon, 200)
    }
    assert [(x, y) for x, y in seen if picture[y * width_px + x] > 32] == []


def test_without_masks_there_is_nothing_to_draw():
    assert mask.boxes([]) == []
