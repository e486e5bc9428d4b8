"""The sample province: centres, agencies, units, accounts, cameras, and the call that comes in.

Pure data, the same on every machine. Names of people are those of folk tales; no record is of a real person.
"""

import random
from dataclasses import dataclass
from datetime import date

from demo import places
from demo.places import Point

CODES_VALID_UNTIL = date(2026, 6, 30)  # the province merged with Gwangju on 2026-07-01
SIMULATED_NETWORK = ("127.0.0.0/8",)  # every camera of the demo lives on this machine
SEED = 46
TURNING = 0.1  # share of cameras that can be steered, so that no fixed bearing is known


@dataclass(frozen=True)
class Centre:
    """통합관제센터 of one city or county."""

    code: str
    name: str
    name_en: str
    lat: float
    lon: float
    code_valid_from: date | None = None
    code_valid_until: date | None = CODES_VALID_UNTIL
    networks: tuple[str, ...] = SIMULATED_NETWORK


@dataclass(frozen=True)
class Agency:
    """``key`` is how the other records here name it; ``kind`` is a value of the server's AgencyKind."""

    key: str
    name: str
    kind: str
    centre_code: str | None = None
    jurisdiction: tuple[str, ...] = ()  # codes of the centres whose cameras its supervisors may grant


@dataclass(frozen=True)
class Unit:
    """``kind`` is a value of the server's UnitKind; ``agency`` a key."""

    key: str
    call_sign: str
    kind: str
    agency: str


@dataclass(frozen=True)
class Officer:
    """``key`` is the name of the demo account; ``role`` a value of the server's Role; ``unit`` a key."""

    key: str
    username: str
    name: str
    role: str
    agency: str
    unit: str | None = None


@dataclass(frozen=True)
class Client:
    """A room's machine. ``services`` are values of the server's Service."""

    key: str
    agency: str
    services: tuple[str, ...]


@dataclass(frozen=True)
class Camera:
    """``live``: the simulator plays it. Without a bearing it turns, or sees all round."""

    id: str
    centre_code: str
    name: str
    lat: float
    lon: float
    bearing_deg: float | None
    fov_deg: float
    range_m: float
    live: bool = False


@dataclass(frozen=True)
class Call:
    """A report as its room sends it; ``unit`` is the key of the unit it sends."""

    service: str
    type: str
    priority: int
    lat: float
    lon: float
    accuracy_m: float
    address: str
    summary: str
    legal_basis: str
    unit: str


SCENE = Point(34.79105, 126.38715)  # the square in front of Mokpo station

CENTRES = tuple(Centre(*office) for office in places.OFFICES)

_POLICE = ("46110", "46130", "46150", "46170", "46230", "46840", "46820")
_FIRE = ("46110", "46130", "46150", "46230", "46820")
_NAMES = {centre.code: centre.name for centre in CENTRES}

AGENCIES = (
    Agency("police_112", "전남경찰청 112치안종합상황실", "police_112", jurisdiction=tuple(_NAMES)),
    Agency("fire_119", "전남소방본부 119종합상황실", "fire_119", jurisdiction=tuple(_NAMES)),
    Agency("disaster", "전라남도 재난안전상황실", "disaster", jurisdiction=tuple(_NAMES)),
    Agency("moj", "법무부 위치추적중앙관제센터", "moj_location", jurisdiction=tuple(_NAMES)),
    Agency("probation_46110", "목포준법지원센터", "probation_office"),
    Agency("province", "전라남도", "province"),
    *(
        Agency(f"police_{code}", f"{_NAMES[code][:-1]}경찰서", "police_station", jurisdiction=(code,))
        for code in _POLICE
    ),
    *(Agency(f"fire_{code}", f"{_NAMES[code][:-1]}소방서", "fire_station", jurisdiction=(code,)) for code in _FIRE),
    *(Agency(f"cctv_{c.code}", f"{c.name} 통합관제센터", "cctv_centre", c.code) for c in CENTRES),
)

UNITS = (
    *(
        Unit(f"patrol_{tens}{ones}", f"순{tens}{ones}", "patrol_car", f"police_{code}")
        for tens, code in enumerate(_POLICE, start=1)
        for ones in range(1, 4 if code == "46110" else 3)
    ),
    *(
        Unit(f"{key}_{tens}1", f"{sign}{tens}1", kind, f"fire_{code}")
        for tens, code in enumerate(_FIRE, start=1)
        for key, sign, kind in (("engine", "펌프", "fire_engine"), ("ambulance", "구급", "ambulance"))
    ),
    Unit("probation_11", "보호11", "probation", "probation_46110"),
    Unit("rescue_11", "구조11", "rescue", "fire_46110"),
)

OFFICERS = (
    Officer("officer", "patrol11", "홍길동", "officer", "police_46110", "patrol_11"),
    Officer("other_officer", "patrol12", "전우치", "officer", "police_46110", "patrol_12"),
    Officer("firefighter", "engine11", "임꺽정", "officer", "fire_46110", "engine_11"),
    Officer("probation_officer", "probation11", "김선달", "officer", "probation_46110", "probation_11"),
    Officer("location_dispatcher", "location", "장화", "dispatcher", "moj"),
    Officer("supervisor", "supervisor", "성춘향", "supervisor", "police_112"),
    Officer("dispatcher", "dispatcher", "이몽룡", "dispatcher", "police_112"),
    Officer("operator", "operator", "콩쥐", "officer", "cctv_46110"),
    Officer("auditor", "auditor", "심청", "auditor", "province"),
    Officer("admin", "admin", "박흥부", "admin", "province"),
)

CLIENTS = (
    Client("police_112", "police_112", ("police_112",)),
    Client("fire_119", "fire_119", ("fire_119",)),
    Client("disaster", "disaster", ("disaster",)),
    Client("moj", "moj", ("ankle_monitor",)),
    Client("lpr", "police_112", ("wanted_vehicle",)),
    Client("readers_46110", "cctv_46110", ()),
    Client("safety_46110", "cctv_46110", ("vulnerable_person",)),
)

ALERTS_OF = "flood-control@jeonnam.example"  # the sender of the disaster room's alerts

_LIVE = (  # name, direction and distance from the scene, where it looks, angle of view, range
    ("목포역 광장", 320, 45, 140, 80, 100),
    ("목포역 택시승강장", 60, 85, 240, 70, 110),
    ("영산로 역앞 교차로", 150, 120, 330, 90, 160),
    ("목포역 주차장 출구", 280, 160, 305, 75, 90),
    ("중앙시장 남문", 200, 210, 25, 60, 80),
    ("호남동 상가 골목", 100, 265, 190, 70, 70),
    ("차없는거리 북쪽", 175, 340, None, 360, 120),
    ("유달로 초등학교 앞", 240, 450, 60, 60, 100),
)


def _live_camera(number: int, row: tuple[str, int, int, int | None, int, int]) -> Camera:
    name, azimuth, distance, bearing, fov, reach = row
    at = places.step(SCENE, azimuth_deg=azimuth, distance_m=distance)
    return Camera(f"46110-{number:04}", "46110", name, at.lat, at.lon, bearing, fov, reach, live=True)


def _city_cameras(centre: Centre, dice: random.Random, *, first: int, count: int) -> list[Camera]:
    """``count`` cameras on poles around the office, up to three on a pole, as the centres build them."""
    cameras: list[Camera] = []
    reach = 1200 if centre.code == "46110" else 2000  # m; keeps Mokpo's clear of the scene
    sites = dice.sample(places.SITES, k=len(places.SITES))
    while len(cameras) < count:
        site = sites.pop()
        at = places.step(
            Point(centre.lat, centre.lon), azimuth_deg=dice.uniform(0, 360), distance_m=reach * dice.random() ** 0.5
        )
        towards = dice.randrange(0, 360, 5)
        on_the_pole = min(dice.choice((1, 2, 3)), count - len(cameras))
        for index in range(on_the_pole):
            turns = dice.random() < TURNING
            cameras.append(
                Camera(
                    id=f"{centre.code}-{first + len(cameras):04}",
                    centre_code=centre.code,
                    name=f"{centre.name[:-1]} {site} {index + 1}",
                    lat=at.lat,
                    lon=at.lon,
                    bearing_deg=None if turns else (towards + index * 360 // on_the_pole) % 360,
                    fov_deg=360 if turns else dice.choice((60, 75, 90, 105)),
                    range_m=dice.choice((60, 80, 100, 120)),
                )
            )
    return cameras


def _cameras() -> tuple[Camera, ...]:
    live = [_live_camera(number, row) for number, row in enumerate(_LIVE, start=1)]
    others: list[Camera] = []
    for centre in CENTRES:
        dice = random.Random(f"{SEED}-{centre.code}")
        first = len(live) + 1 if centre.code == "46110" else 1
        others += _city_cameras(centre, dice, first=first, count=20 if centre.name.endswith("시") else 11)
    return (*live, *others)


CAMERAS = _cameras()

CALL = Call(
    service="police_112",
    type="ROBBERY",
    priority=0,
    lat=SCENE.lat,
    lon=SCENE.lon,
    accuracy_m=20.0,
    address="전라남도 목포시 영산로 98 목포역 앞",
    summary="편의점에서 흉기를 든 남자가 현금을 빼앗아 목포역 광장 쪽으로 달아남. 검은 모자, 회색 점퍼.",
    legal_basis="POLICE112_9_1",
    unit="patrol_11",
)
