"""The base map that an agency puts under the schematic one: an address of tiles, which browsers fetch.

Invariants: https only; one origin, without a password, which the page's security policy can name; each place of a tile
once. A key of the map's provider may stand in the address: every page that shows the map is told it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

WMTS = {"{TileMatrix}": "{z}", "{TileCol}": "{x}", "{TileRow}": "{y}"}  # OGC 07-057r7, ResourceURL
PLACES = ("{z}", "{x}", "{y}")
LONGEST = 500
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?")
WRITTEN = re.compile(r"[A-Za-z0-9._~:/?#@!$&()*+,;=%{}-]+")  # no quotes and spaces, and no addresses in brackets


@dataclass(frozen=True, slots=True)
class BaseMap:
    """What a page needs to show it."""

    url: str  # with {z}, {x} and {y}
    attribution: str
    max_zoom: int


def template(address: str) -> str:
    """The address as pages take it, with ``{z}``, ``{x}`` and ``{y}``; a WMTS template's names become these.

    Raises:
        ValueError: begins with a stable code, then says the mend.
    """
    for name, place in WMTS.items():
        address = address.replace(name, place)
    if len(address) > LONGEST or not WRITTEN.fullmatch(address):
        raise ValueError(f"tiles_not_an_address: write a URL, at most {LONGEST} characters, others than its own as %..")
    if not address.startswith("https://"):
        raise ValueError("tiles_not_https: the address must begin with https://")
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError("tiles_with_credentials: leave the name and password out of the address")
    if not HOST.fullmatch(parts.netloc):
        raise ValueError("tiles_host_invalid: name one host in small letters, with its port if it is not 443")
    rest = address.removeprefix(f"https://{parts.netloc}")
    if parts.fragment or any(rest.count(place) != 1 for place in PLACES):
        raise ValueError("tiles_place_missing: {z}, {x} and {y} must each stand once in the path or the query")
    if unknown := re.findall(r"\{[^}]*\}|[{}]", re.sub(r"\{[zxy]\}", "", rest)):
        raise ValueError(f"tiles_place_unknown: {unknown[0]} is none of {', '.join(PLACES)}; write what stands there")
    return address
