"""Where things stand in the sample province: the 22 city and county offices, and how to step over the ground.

Pure data and geometry. Coordinates are WGS 84 degrees, good to about 100 m.
"""

import math
from dataclasses import dataclass

EARTH_M = 6_371_008.8  # mean radius

OFFICES = (  # 시군구 code, name, English name, latitude, longitude of the office
    ("46110", "목포시", "Mokpo", 34.8118, 126.3922),
    ("46130", "여수시", "Yeosu", 34.7604, 127.6622),
    ("46150", "순천시", "Suncheon", 34.9506, 127.4872),
    ("46170", "나주시", "Naju", 35.0158, 126.7108),
    ("46230", "광양시", "Gwangyang", 34.9407, 127.6959),
    ("46710", "담양군", "Damyang", 35.3212, 126.9882),
    ("46720", "곡성군", "Gokseong", 35.2820, 127.2919),
    ("46730", "구례군", "Gurye", 35.2025, 127.4628),
    ("46770", "고흥군", "Goheung", 34.6112, 127.2850),
    ("46780", "보성군", "Boseong", 34.7714, 127.0799),
    ("46790", "화순군", "Hwasun", 35.0645, 126.9864),
    ("46800", "장흥군", "Jangheung", 34.6817, 126.9070),
    ("46810", "강진군", "Gangjin", 34.6420, 126.7672),
    ("46820", "해남군", "Haenam", 34.5735, 126.5993),
    ("46830", "영암군", "Yeongam", 34.8001, 126.6967),
    ("46840", "무안군", "Muan", 34.9904, 126.4817),
    ("46860", "함평군", "Hampyeong", 35.0659, 126.5167),
    ("46870", "영광군", "Yeonggwang", 35.2772, 126.5120),
    ("46880", "장성군", "Jangseong", 35.3019, 126.7849),
    ("46890", "완도군", "Wando", 34.3110, 126.7551),
    ("46900", "진도군", "Jindo", 34.4868, 126.2634),
    ("46910", "신안군", "Sinan", 34.8331, 126.3517),
)

SITES = (  # what a camera of a city or county usually looks at
    "버스터미널 앞",
    "전통시장 입구",
    "초등학교 정문",
    "중학교 후문",
    "어린이공원",
    "주민센터 앞",
    "우체국 사거리",
    "보건소 앞",
    "농협 앞",
    "도서관 주차장",
    "체육공원 입구",
    "천변 산책로",
    "경로당 앞",
    "공영주차장",
    "회전교차로",
    "상가 골목",
)


@dataclass(frozen=True)
class Point:
    """A place on the ground."""

    lat: float
    lon: float


def step(start: Point, *, azimuth_deg: float, distance_m: float) -> Point:
    """The place ``distance_m`` away in a direction, clockwise from north; true to 1 m below 10 km.

    Source: local flat-earth approximation.
    """
    north = distance_m * math.cos(math.radians(azimuth_deg))
    east = distance_m * math.sin(math.radians(azimuth_deg))
    lat = start.lat + math.degrees(north / EARTH_M)
    lon = start.lon + math.degrees(east / (EARTH_M * math.cos(math.radians(start.lat))))
    return Point(round(lat, 6), round(lon, 6))
