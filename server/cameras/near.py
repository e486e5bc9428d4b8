"""Finding the cameras around a place by the H3 cell column: one indexed SELECT, however many cameras there are."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Any

import h3.api.basic_int as h3
from sqlalchemy import ColumnElement, Select, String, bindparam, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from server.cameras.rank import EARTH_RADIUS_M, Candidate, distance_m
from server.cameras.region import Ring
from server.models import Camera, CameraHealth, CameraPurpose

RESOLUTION = 9
DEGREE_M = 111_000.0  # of latitude, a little short, so that the box is a little wide
FLAT_M = 1.0  # what the flat earth is wrong by in some kilometres
STEP_M = 200.0  # between the places of a line whose cells are asked for
EDGE_MIN_M = 140.0  # the shortest edge of a cell in Korea is 147 m
STEP = 7**0.5  # the edge of a cell over that of its children
RUNS_AT_ONCE = 100  # ranges by one SELECT; SQLite's expressions have a depth of 1000

# Columns, not attributes, and the choices as text: for hundreds of rows the ORM's reading costs more than the SELECT.
ROW = Camera.__table__.c
CANDIDATE: tuple[ColumnElement[Any], ...] = (  # the columns of a candidate, in its order
    *(ROW.id, ROW.lat, ROW.lon, ROW.bearing_deg, ROW.fov_deg, ROW.range_m),
    *(type_coerce(ROW.health, String), type_coerce(ROW.purpose, String), ROW.night_vision, ROW.ptz),
)
HEALTH = {one.value: one for one in CameraHealth}
PURPOSE: dict[str | None, CameraPurpose | None] = {None: None} | {one.value: one for one in CameraPurpose}
IN_SERVICE = select(*CANDIDATE).where(ROW.enabled)
IN_CELLS = IN_SERVICE.where(ROW.h3_cell.in_(bindparam("cells", expanding=True)))
IN_BOX = (
    ROW.lat.between(bindparam("south"), bindparam("north")),
    ROW.lon.between(bindparam("west"), bindparam("east")),
)
AROUND = IN_CELLS.where(*IN_BOX)


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
    return _candidates(session, AROUND, {"cells": cells} | _box(lat, lon, radius_m))


def inside(session: Session, outlines: Iterable[Ring]) -> list[Candidate]:
    """Every enabled camera inside one of the closed rings, of any size, and some beyond, in no order.

    The rings are covered with coarse cells, and their neighbours, because a cell's children reach beyond it. The fine
    cells of a coarse one are numbered without a gap: each run of them is one range of the index.
    """
    outlines = list(outlines)
    spans = sorted(chain.from_iterable(_spans(ring) for ring in outlines))
    runs: list[tuple[int, int]] = []
    for first, last in spans:
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = runs[-1][0], max(last, runs[-1][1])
        else:
            runs.append((first, last))
    if not runs:
        return []
    box = _box_of(place for ring in outlines for place in ring)
    found: dict[str, Candidate] = {}
    for some in range(0, len(runs), RUNS_AT_ONCE):
        ranges = [ROW.h3_cell.between(*run) for run in runs[some : some + RUNS_AT_ONCE]]
        found |= {one.id: one for one in _candidates(session, IN_SERVICE.where(or_(*ranges), *IN_BOX), box)}
    return list(found.values())


def _candidates(session: Session, which: Select[Any], given: Mapping[str, object]) -> list[Candidate]:
    return [
        Candidate(id_, lat, lon, bearing, fov, range_m, HEALTH[health], PURPOSE[purpose], night, ptz)
        for id_, lat, lon, bearing, fov, range_m, health, purpose, night, ptz in session.execute(
            which, given
        ).all()  # at once, not row by row
    ]


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
    legs = list(pairwise(way))
    given = {name: value for number, leg in enumerate(legs) for name, value in _strip(number, *leg).items()}
    return _candidates(session, _beside(len(legs)), {"cells": list(cells), "beside_m": beside_m + FLAT_M} | given)


@cache
def _beside(legs: int) -> Select[Any]:
    """The cameras of cells that are beside one of so many straight lines; of a street's cells that is a fifth."""
    measured = (
        func.abs(ROW.lat * bindparam(f"lat{leg}") + ROW.lon * bindparam(f"lon{leg}") + bindparam(f"start{leg}"))
        for leg in range(legs)
    )
    return IN_CELLS.where(or_(*(metres <= bindparam("beside_m") for metres in measured)))


def _strip(number: int, one: tuple[float, float], other: tuple[float, float]) -> dict[str, float]:
    """The factors that make of a place how far it is beside the line through two places, flat earth."""
    north_m = math.radians(1) * EARTH_RADIUS_M
    east_m = north_m * math.cos(math.radians(one[0]))
    north, east = (other[0] - one[0]) * north_m, (other[1] - one[1]) * east_m
    length = math.hypot(north, east) or 1.0
    lat, lon = -north_m * east / length, east_m * north / length
    return {f"lat{number}": lat, f"lon{number}": lon, f"start{number}": -(one[0] * lat + one[1] * lon)}


def _steps(way: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Places on the line, no further apart than ``STEP_M``."""
    yield way[0]
    for one, other in pairwise(way):
        steps = math.ceil(distance_m(one, other) / STEP_M)
        for step in range(1, steps + 1):
            share = step / steps
            yield one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _box(lat: float, lon: float, radius_m: float) -> dict[str, float]:
    """The square around the circle: in a city the cells hold four times as many cameras, and each one costs time."""
    high = radius_m / DEGREE_M
    west, east = -180.0, 180.0
    if abs(lat) + high < 89 and abs(lon) < 179:  # elsewhere meridians meet, or 180 is beside -180
        wide = high / math.cos(math.radians(abs(lat) + high))
        west, east = lon - wide, lon + wide
    return {"south": lat - high, "north": lat + high, "west": west, "east": east}


def _box_of(places: Iterable[tuple[float, float]]) -> dict[str, float]:
    """The upright rectangle around places."""
    lats, lons = zip(*places, strict=True)
    return {"south": min(lats), "north": max(lats), "west": min(lons), "east": max(lons)}
