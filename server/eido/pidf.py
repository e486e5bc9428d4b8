"""PIDF-LO, the XML in which an EIDO says a place by value: read from strangers, written by us. Pure.

Source: RFC 4119 (PIDF-LO), RFC 5491 (Point, Circle, Polygon: latitude first), RFC 5139 (civicAddress).
"""

import html
import math
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Safe

GML = "{http://www.opengis.net/gml}"
GS = "{http://www.opengis.net/pidflo/1.0}"
CIVIC = "{urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr}"
CIVIC_PARTS = ("A1", "A2", "A3", "A4", "A5", "A6", "PRD", "RD", "STS", "HNO", "LMK", "NAM", "LOC")
NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
ADDRESS_MAX, ACCURACY_MAX_M = 200, 100_000.0
VERTICES_MAX = 1000


class PidfInvalid(Exception):
    """It is no XML, or says no place; the text says what is wrong and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, WGS 84."""

    lat: float
    lon: float
    accuracy_m: float | None
    address: str | None


def read(text: str) -> Spot:
    """The place that the document says. Raises PidfInvalid: for document types and entities too."""
    try:
        root = Safe.fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PidfInvalid("it is no XML without a document type") from error
    vertices = _vertices(root)
    if not vertices:
        raise PidfInvalid("it has no gml:pos of latitude and longitude")
    lat, lon = (math.fsum(axis) / len(vertices) for axis in zip(*vertices, strict=True))
    return Spot(lat, lon, _radius_m(root), _address(root))


def written(spot: Spot, *, entity: str) -> str:
    """The document that says the place; ``entity`` names what is there."""
    at = f"<gml:pos>{spot.lat!r} {spot.lon!r}</gml:pos>"
    shape = f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326">{at}</gml:Point>'
    if spot.accuracy_m is not None:
        radius = f'<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{spot.accuracy_m!r}</gs:radius>'
        shape = f'<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326">{at}{radius}</gs:Circle>'
    civic = ""
    if spot.address:
        said = html.escape(NO_TEXT.sub(" ", spot.address))
        civic = f"<ca:civicAddress><ca:country>KR</ca:country><ca:LOC>{said}</ca:LOC></ca:civicAddress>"
    return (
        '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0" '
        'xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" '
        f'entity="{html.escape(entity)}"><dm:device id="incident"><gp:geopriv><gp:location-info>{shape}{civic}'
        "</gp:location-info><gp:usage-rules/></gp:geopriv></dm:device></presence>"
    )


def _vertices(root: Element) -> list[tuple[float, float]]:
    """The positions of the first shape: one of a point or a circle, all but the closing one of a ring."""
    ring = root.find(f".//{GML}LinearRing")
    if ring is None:
        found = root.find(f".//{GML}pos")
        return [] if found is None else [_position(_numbers(found))]
    listed = ring.find(f"{GML}posList")
    if listed is None:
        vertices = [_position(_numbers(one)) for one in ring.findall(f"{GML}pos")[: VERTICES_MAX + 1]]
    else:
        numbers = _numbers(listed)
        vertices = [_position(numbers[start : start + 2]) for start in range(0, len(numbers), 2)]
    if not 4 <= len(vertices) <= VERTICES_MAX:
        raise PidfInvalid(f"a ring has 4 to {VERTICES_MAX} positions")
    return vertices[:-1]


def _numbers(element: Element) -> list[float]:
    try:
        return [float(word) for word in (element.text or "").split()]
    except ValueError as error:
        raise PidfInvalid("a position is no numbers") from error


def _position(numbers: list[float]) -> tuple[float, float]:
    if len(numbers) < 2 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):
        raise PidfInvalid("a position is latitude and longitude, in degrees")
    return numbers[0], numbers[1]


def _radius_m(root: Element) -> float | None:
    found = root.find(f".//{GS}radius")
    if found is None:
        return None
    numbers = _numbers(found)
    if len(numbers) != 1 or not 0 <= numbers[0] <= ACCURACY_MAX_M:
        raise PidfInvalid(f"a radius is 0 to {ACCURACY_MAX_M:.0f} m")
    return numbers[0]


def _address(root: Element) -> str | None:
    civic = root.find(f".//{CIVIC}civicAddress")
    if civic is None:
        return None
    parts = [(civic.findtext(f"{CIVIC}{name}") or "").strip() for name in CIVIC_PARTS]
    return NO_TEXT.sub(" ", " ".join(part for part in parts if part))[:ADDRESS_MAX] or None
