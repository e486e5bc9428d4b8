"""Finding the cameras around a place by the H3 cell column: one indexed SELECT, however many cameras there are."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import h3.api.basic_int as h3
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.cameras.rank import Candidate, distance_m
from server.models import Camera

RESOLUTION = 9
DEGREE_M = 111_000.0  # of latitude, a little short, so that the box is a little wide
STEP_M = 200.0  # between the places of a line whose cells are asked for
EDGE_MIN_M = 140.0  # the shortest edge of a cell in Korea is 147 m

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
    found = select(*CANDIDATE).where(Camera.h3_cell.in_(cells), Camera.enabled, *_box(lat, lon, radius_m))
    return [Candidate(*row) for row in session.execute(found)]


def along(session: Session, way: Sequence[tuple[float, float]], *, beside_m: float) -> list[Candidate]:
    """Every enabled camera within ``beside_m`` of a line of places (lat, lon), and some beyond it, in no order."""
    reach = rings(beside_m + STEP_M / 2)
    cells = {found for place in _steps(way) for found in h3.grid_disk(cell(*place), reach)}
    found = select(*CANDIDATE).where(Camera.h3_cell.in_(cells), Camera.enabled)
    return [Candidate(*row) for row in session.execute(found)]


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
