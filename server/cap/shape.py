"""Polygons and circles as CAP writes them: ``lat,lon`` in degrees, circles with a radius in km. Pure.

Source: OASIS Common Alerting Protocol 1.2, §3.2.4 (polygon, circle): WGS 84, the last pair is the first.
"""

import re

from server import korea
from server.cameras import drawn
from server.cameras.region import Circle, Place, Ring
from server.errors import CapAreaInvalid

MOST_POINTS = 500
LARGEST_RADIUS_KM = 200.0
NUMBER = r"[-+]?\d{1,6}(?:\.\d{1,20})?"
PAIR = re.compile(f"({NUMBER}),({NUMBER})")


def ring(text: str, *, field: str) -> Ring:
    """A polygon of 4 to 500 pairs. Raises CapAreaInvalid."""
    pairs = text.split()
    if not 4 <= len(pairs) <= MOST_POINTS:
        raise CapAreaInvalid(f"a polygon has 4 to {MOST_POINTS} pairs lat,lon, not {len(pairs)}", field=field)
    places = [_place(pair, field) for pair in pairs]
    if why := drawn.fault(places):
        raise CapAreaInvalid(why, field=field)
    corners = drawn.corners(places)
    return (*corners, corners[0])


def circle(text: str, *, field: str) -> Circle:
    """A circle of up to 200 km; of 0 km it is a place. Raises CapAreaInvalid."""
    pair, _, radius = text.strip().partition(" ")
    if not re.fullmatch(NUMBER, radius.strip()) or not 0 <= float(radius) <= LARGEST_RADIUS_KM:
        raise CapAreaInvalid(f"a circle is lat,lon and a radius of 0 to {LARGEST_RADIUS_KM:.0f} km", field=field)
    return Circle(*_place(pair, field), float(radius) * 1000)


def _place(pair: str, field: str) -> Place:
    found = PAIR.fullmatch(pair)
    if found is None:
        raise CapAreaInvalid("a pair is lat,lon in degrees, with a point and no space", field=field)
    place = float(found[1]), float(found[2])
    if not korea.contains(*place):
        raise CapAreaInvalid("a place outside Korea: CAP writes the latitude first, then the longitude", field=field)
    return place
