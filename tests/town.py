"""A small town for tests: two rooms, two patrol cars and a fire engine, five cameras around one square."""

import math
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from server.api.limits import Rates
from server.cameras import near
from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import (
    Agency,
    AgencyCentre,
    AgencyKind,
    Camera,
    CameraHealth,
    Centre,
    Client,
    Host,
    Officer,
    Role,
    Unit,
    UnitKind,
)

SQUARE = (34.8000, 126.4000)
PASSWORD = "correct horse battery"
RTSP_HOST = "10.46.0.9"  # nobody answers there
NETWORKS = ["10.46.0.0/16", "fd46::/64", "127.0.0.0/8"]
CENTRE_OTHER = {
    "id": "other",
    "code": "46130",
    "name": "여수시",
    "name_en": "Yeosu",
    "lat": 34.7,
    "lon": 127.6,
    "networks": NETWORKS,
}
RTSP_PASSWORD = "canary-rtsp-password"
UNLIMITED = Rates(*[1_000_000] * 7)  # a test that counts says how far
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # signing in is cheap here


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, at=None):
        self.at = at or datetime.now(UTC).replace(microsecond=0)

    def __call__(self):
        return self.at

    def forward(self, **by):
        self.at += timedelta(**by)


class Steady:
    """A clock of seconds that stands still until it is told."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


def place(azimuth_deg, distance_m, start=SQUARE):
    """The place so far from ``start``, flat earth, true to a centimetre here."""
    north = distance_m * math.cos(math.radians(azimuth_deg))
    east = distance_m * math.sin(math.radians(azimuth_deg))
    lat = start[0] + math.degrees(north / 6_371_008.8)
    return lat, start[1] + math.degrees(east / (6_371_008.8 * math.cos(math.radians(start[0]))))


def camera(camera_id, azimuth_deg, distance_m, *, bearing_deg=None, fov_deg=None, vault=None, **more):
    """A camera so far from the square; without a bearing it sees all round."""
    lat, lon = place(azimuth_deg, distance_m)
    given = {
        "centre_id": "centre",
        "name": f"카메라 {camera_id}",
        "range_m": 120.0,
        "health": CameraHealth.OK,
        "rtsp_host": RTSP_HOST,
        "rtsp_port": 554,
        "profiles": [Profile(name="main", path=f"/{camera_id}").stored()],
        "rtsp_username": "viewer",
        "rtsp_password_sealed": vault.seal(RTSP_PASSWORD) if vault else None,
    } | more
    return Camera(
        id=camera_id, lat=lat, lon=lon, h3_cell=near.cell(lat, lon), bearing_deg=bearing_deg, fov_deg=fov_deg, **given
    )


def officer(username, role, agency_id, unit_id=None, **more):
    return Officer(
        id=username,
        username=username,
        name=f"이름 {username}",
        role=role,
        agency_id=agency_id,
        unit_id=unit_id,
        password_hash=_HASH,
        **more,
    )


def settle(session, data_dir):
    """Put the town into an empty database."""
    vault = Vault(data_dir)
    session.add(
        Centre(
            id="centre", code="46110", name="목포시", name_en="Mokpo", lat=SQUARE[0], lon=SQUARE[1], networks=NETWORKS
        )
    )
    session.flush()
    for name, kind in (
        ("room112", AgencyKind.POLICE_112),
        ("room119", AgencyKind.FIRE_119),
        ("station", AgencyKind.POLICE_STATION),
        ("firehouse", AgencyKind.FIRE_STATION),
        ("province", AgencyKind.PROVINCE),
    ):
        session.add(Agency(id=name, name=name, kind=kind))
    session.add(Agency(id="control", name="control", kind=AgencyKind.CCTV_CENTRE, centre_id="centre"))
    session.flush()
    rooms_and_stations = ("room112", "room119", "station", "firehouse")
    session.add_all(AgencyCentre(agency_id=name, centre_id="centre") for name in rooms_and_stations)
    session.add(Unit(id="car1", call_sign="순11", kind=UnitKind.PATROL_CAR, agency_id="station"))
    session.add(Unit(id="car2", call_sign="순12", kind=UnitKind.PATROL_CAR, agency_id="station"))
    session.add(Unit(id="engine1", call_sign="펌프1", kind=UnitKind.FIRE_ENGINE, agency_id="firehouse"))
    session.flush()
    session.add_all(
        [
            officer("kim", Role.OFFICER, "station", "car1"),
            officer("lee", Role.OFFICER, "station", "car2"),
            officer("fire", Role.OFFICER, "firehouse", "engine1"),
            officer("dispatcher", Role.DISPATCHER, "room112"),
            officer("dispatcher119", Role.DISPATCHER, "room119"),
            officer("supervisor", Role.SUPERVISOR, "room112"),
            officer("supervisor119", Role.SUPERVISOR, "room119"),
            officer("centre", Role.SUPERVISOR, "control"),
            officer("watcher", Role.OFFICER, "control"),
            officer("auditor", Role.AUDITOR, "province"),
            officer("admin", Role.ADMIN, "province"),
            Client(id="cad112", agency_id="room112", services=["police_112"], secret_hash=_HASH),
            Client(id="cad119", agency_id="room119", services=["fire_119"], secret_hash=_HASH),
            camera("cam-near", 0, 40, vault=vault),
            camera("cam-looks", 90, 100, bearing_deg=270, fov_deg=60, vault=vault),
            camera("cam-away", 180, 100, bearing_deg=180, fov_deg=60, vault=vault),
            camera("cam-far", 270, 450, bearing_deg=90, fov_deg=60, vault=vault),
            camera("cam-off", 45, 50, enabled=False, vault=vault),
            camera("cam-other", 0, 3000, vault=vault),
        ]
    )


def in_an_hour():
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def live_host(session, now, host_id="host-a"):
    session.merge(Host(id=host_id, seen_at=now))


def report(**more):
    """A report of the 112 room, as it is sent."""
    return {
        "service": "police_112",
        "external_id": "112-2026-1",
        "type": "robbery",
        "priority": 0,
        "location": {"lat": SQUARE[0], "lon": SQUARE[1], "accuracy_m": 20, "address": "목포역 앞"},
        "summary": "흉기를 든 남자가 달아남",
        "legal_basis": "POLICE112_9_1",
        "reported_at": "2026-11-02T09:30:00+09:00",
        "units": ["car1"],
    } | more
