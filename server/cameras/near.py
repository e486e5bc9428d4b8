"""Finding the cameras around a place by the H3 cell column: one indexed SELECT, however many cameras there are."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

import h3.api.basic_int as h3
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.cameras.rank import Candidate, distance_m
from server.cameras.region import Ring
from server.models import Camera

RESOLUTION = 9
DEGREE_M = 111_000.0  # of latitude, a little short, so that the box is a little wide
STEP_M = 200.0  # between the places of a line whose cells are asked for
EDGE_MIN_M = 140.0  # the shortest edge of a cell in Korea is 147 m
STEP = 7**0.5  # the edge of a cell over that of its children
RUNS_AT_ONCE = 100  # ranges by one SELECT; SQLite's expressions have a depth of 1000

CANDIDATE: tuple[InstrumentedAttribute[Any], ...] = (  # the columns of a candidate, in its order
    *(Camera.id, Camera.lat, Camera.lon, Camera.bearing_deg, Camera.fov_deg, Camera.range_m),
    *(Camera.health, Camera.purpose, Camera.night_vision, Camera.ptz),
)


def cell(lat: float, lon: float) -> int:
    """The H3 cell of resolution 9 that holds the place; what ``cameras.h3_cell`` stores."""
    return int(h3.latlng_to_cell(lat, lon, RESOLUTION))


def rings(radius_m: float) -> int:
    """How many rings of cells around a cell hold every place within ``radius_m`` of any place in it.

    Where a ring is thinnest it adds 1.5 edges, and the gap between a cell and ring n+1 is 1.5 n - 0.5 edges.
    """
    return math.ceil((radius_m / EDGE_MIN_M + 0.5) / 1.5)


def around(session: Session, lat: float, lon: float, *, radius_m: float) -> list[Candidate]:
    """Every enabled camera within ``radius_m``, and some beyond it, in no order."""
    cells = h3.grid_disk(cell(lat, lon), rings(radius_m))
    return _candidates(session, Camera.h3_cell.in_(cells), *_box(lat, lon, radius_m))


def inside(session: Session, outlines: Iterable[Ring]) -> list[Candidate]:
    """Every enabled camera inside one of the closed rings, of any size, and some beyond, in no order.

    The rings are covered with coarse cells, and their neighbours, because a cell's children reach beyond it. The fine
    cells of a coarse one are numbered without a gap: each run of them is one range of the index.
    """
    spans = sorted(chain.from_iterable(_spans(ring) for ring in outlines))
    runs: list[tuple[int, int]] = []
    for first, last in spans:
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = runs[-1][0], max(last, runs[-1][1])
        else:
            runs.append((first, last))
    found: dict[str, Candidate] = {}
    for some in range(0, len(runs), RUNS_AT_ONCE):
        ranges = [Camera.h3_cell.between(*run) for run in runs[some : some + RUNS_AT_ONCE]]
        found |= {one.id: one for one in _candidates(session, or_(*ranges))}
    return list(found.values())


def _candidates(session: Session, *which: ColumnElement[bool]) -> list[Candidate]:
    found = select(*CANDIDATE).where(*which, Camera.enabled)
    return [Candidate(*row) for row in session.execute(found)]


def _spans(ring: Ring) -> set[tuple[int, int]]:
    """The first and the last fine cell of each coarse cell that covers the ring."""
    high = max(lat for lat, _ in ring) - min(lat for lat, _ in ring)
    wide = max(lon for _, lon in ring) - min(lon for _, lon in ring)
    reach_m = max(high, wide) * DEGREE_M / 2
    coarse = next(res for res in range(RESOLUTION, -1, -1) if EDGE_MIN_M * STEP ** (RESOLUTION - res) * 3 >= reach_m)
    covering = h3.h3shape_to_cells_experimental(h3.LatLngPoly(ring[:-1]), coarse, contain="overlap")
    around = {near for cell_ in covering for near in h3.grid_disk(cell_, 1)}
    digits = 3 * (RESOLUTION - coarse)
    last = sum(6 << (3 * (15 - RESOLUTION) + shift) for shift in range(0, digits, 3))
    firsts = (int(h3.cell_to_center_child(cell_, RESOLUTION)) for cell_ in around)
    return {(first, first + last) for first in firsts}


def along(session: Session, way: Sequence[tuple[float, float]], *, beside_m: float) -> list[Candidate]:
    """Every enabled camera within ``beside_m`` of a line of places (lat, lon), and some beyond it, in no order."""
    reach = rings(beside_m + STEP_M / 2)
    cells = {found for place in _steps(way) for found in h3.grid_disk(cell(*place), reach)}
    return _candidates(session, Camera.h3_cell.in_(cells))


def _steps(way: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Places on the line, no further apart than ``STEP_M``."""
    yield way[0]
    for one, other in pairwise(way):
        steps = math.ceil(distance_m(one, other) / STEP_M)
        for step in range(1, steps + 1):
            share = step / steps
            yield one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _box(lat: float, lon: float, radius_m: float) -> list[ColumnElement[bool]]:
    """The square around the circle: in a city the cells hold four times as many cameras, and each one costs time."""
    high = radius_m / DEGREE_M
    box: list[ColumnElement[bool]] = [Camera.lat.between(lat - high, lat + high)]
    if abs(lat) + high < 89 and abs(lon) < 179:  # elsewhere meridians meet, or 180 is beside -180
        wide = high / math.cos(math.radians(abs(lat) + high))
        box.append(Camera.lon.between(lon - wide, lon + wide))
    return box
