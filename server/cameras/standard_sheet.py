"""전국CCTV표준데이터: the sheet that every centre publishes, in its 18 columns and the older 14. Pure.

It says where cameras stand and how many, never how they are reached: what is new is registered out of service, and gets
its streams later. Headings: data.go.kr 15013094; the older one has no 관리번호 and writes 위도, 경도, 설치년월.
"""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server import korea
from server.errors import CameraPlaceInvalid, InvalidRequest, PositionOutsideKorea
from server.models import CameraPurpose

NUMBER, COUNT = "관리번호", "카메라대수"
LAT, LON = ("WGS84위도", "위도"), ("WGS84경도", "경도")
ROAD, LOT = "소재지도로명주소", "소재지지번주소"
PURPOSE = ("설치목적구분", "설치목적")
PURPOSES = {
    "생활방범": CameraPurpose.CRIME_PREVENTION,
    "어린이보호": CameraPurpose.CHILDREN,
    "시설물관리": CameraPurpose.FACILITY,
    "쓰레기단속": CameraPurpose.WASTE,
    "차량방범": CameraPurpose.VEHICLE,
    "교통단속": CameraPurpose.ENFORCEMENT,
    "교통정보수집": CameraPurpose.TRAFFIC,
    "재난재해": CameraPurpose.DISASTER,
    "다목적": CameraPurpose.SEVERAL,
    "기타": CameraPurpose.OTHER,
}
MOST_IN_A_ROW = 64  # a pole has a few, a building some tens
NAME_MAX = 120
SWAPPED = "coordinates_swapped"

ID_PART = re.compile(r"[A-Za-z0-9_-]{1,24}")


@dataclass(frozen=True, slots=True)
class Place:
    """A camera as the sheet knows it."""

    camera_id: str
    name: str
    lat: float
    lon: float
    purpose: CameraPurpose | None = None


def is_one(headings: Sequence[str]) -> bool:
    """Whether these are the headings of that sheet."""
    known = set(headings)
    return COUNT in known and bool(known & {ROAD, LOT}) and bool(known & set(LAT)) and bool(known & set(LON))


def places(fields: Mapping[str, str], centre_code: str) -> tuple[list[Place], list[str]]:
    """The cameras of one row, and what was mended on the way.

    Raises:
        CameraPlaceInvalid: there are no coordinates.
        PositionOutsideKorea: they lie elsewhere.
        InvalidRequest: the number of cameras, the name or 관리번호 cannot be used.
    """
    lat, lon, notes = place(_first(fields, LAT), _first(fields, LON))
    count = _count(fields.get(COUNT, ""))
    address = fields.get(ROAD) or fields.get(LOT) or ""
    if not address:
        raise InvalidRequest("give 소재지도로명주소 or 소재지지번주소", field=ROAD)
    name = f"{address} {_first(fields, PURPOSE)}".strip()
    if not name.isprintable():
        raise InvalidRequest("the address holds characters that cannot be shown", field=ROAD)
    purpose = PURPOSES.get(_first(fields, PURPOSE))
    base = f"{centre_code}-{_number(fields, name, lat, lon)}"
    counted = [f" ({one}/{count})" for one in range(1, count + 1)] if count > 1 else [""]
    return [
        Place(f"{base}-{one}", name[: NAME_MAX - len(ending)] + ending, lat, lon, purpose)
        for one, ending in enumerate(counted, start=1)
    ], notes


def place(lat_text: str, lon_text: str) -> tuple[float, float, list[str]]:
    """The coordinates, put right when they were swapped. Raises CameraPlaceInvalid, PositionOutsideKorea."""
    try:
        lat, lon = float(lat_text), float(lon_text)
    except ValueError:
        lat = lon = math.nan
    if math.isnan(lat) or math.isnan(lon):
        raise CameraPlaceInvalid("give the coordinates in degrees, WGS 84", field="lat")
    if korea.contains(lat, lon):
        return lat, lon, []
    if korea.contains(lon, lat):
        return lon, lat, [SWAPPED]
    raise PositionOutsideKorea(f"latitude {korea.LATS}, longitude {korea.LONS}", field="lat")


def _first(fields: Mapping[str, str], names: Sequence[str]) -> str:
    for name in names:
        if found := fields.get(name):
            return found
    return ""


def _count(text: str) -> int:
    count = int(text) if text.isdecimal() and len(text) < 4 else 1 if not text else 0
    if not 1 <= count <= MOST_IN_A_ROW:
        raise InvalidRequest(f"a row has 1 to {MOST_IN_A_ROW} cameras", field=COUNT)
    return count


def _number(fields: Mapping[str, str], name: str, lat: float, lon: float) -> str:
    """관리번호; of the older sheet, which has none, what stays the same about the place."""
    number = fields.get(NUMBER, "")
    if not number:
        return hashlib.sha256(f"{name}|{lat:.5f}|{lon:.5f}".encode()).hexdigest()[:16]
    if not ID_PART.fullmatch(number):
        raise InvalidRequest("관리번호 has letters, digits, - and _, 24 at most", field=NUMBER)
    return number
