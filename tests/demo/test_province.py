import importlib
import math
from datetime import date

import pytest

from demo import places, province
from server.models import AgencyKind, Role, Service, UnitKind

CODES = [  # 시군구 codes of Jeollanam-do
    "46110",
    "46130",
    "46150",
    "46170",
    "46230",
    "46710",
    "46720",
    "46730",
    "46770",
    "46780",
    "46790",
    "46800",
    "46810",
    "46820",
    "46830",
    "46840",
    "46860",
    "46870",
    "46880",
    "46890",
    "46900",
    "46910",
]


def distance_m(a, b):
    """Haversine, to check the flat step against."""
    lat, other = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((other - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * places.EARTH_M * math.asin(math.sqrt(half))


@pytest.mark.parametrize("azimuth", [0, 45, 90, 135, 180, 270, 300])
@pytest.mark.parametrize("metres", [45, 450, 5000])
def test_a_step_goes_as_far_as_it_says(azimuth, metres):
    there = places.step(province.SCENE, azimuth_deg=azimuth, distance_m=metres)
    assert distance_m(province.SCENE, there) == pytest.approx(metres, abs=2)
    assert (there.lat > province.SCENE.lat) == (azimuth < 90 or azimuth > 270)


def test_the_22_centres_have_codes_that_ended_with_the_merger():
    assert [centre.code for centre in province.CENTRES] == CODES
    assert {centre.code_valid_until for centre in province.CENTRES} == {date(2026, 6, 30)}
    assert len({centre.name for centre in province.CENTRES} | {centre.name_en for centre in province.CENTRES}) == 44
    for centre in province.CENTRES:
        assert 33.9 < centre.lat < 35.6
        assert 125.9 < centre.lon < 128.0


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (province.AGENCIES, "key"),
        (province.AGENCIES, "name"),
        (province.UNITS, "key"),
        (province.UNITS, "call_sign"),
        (province.OFFICERS, "username"),
        (province.OFFICERS, "name"),
        (province.CLIENTS, "key"),
        (province.CAMERAS, "id"),
        (province.CAMERAS, "name"),
    ],
)
def test_no_two_rows_share_what_must_differ(rows, name):
    values = [getattr(row, name) for row in rows]
    assert len(set(values)) == len(values)


def test_every_row_refers_to_one_that_exists_and_uses_the_servers_words():
    agencies = {agency.key for agency in province.AGENCIES}
    units = {unit.key for unit in province.UNITS}
    assert {agency.kind for agency in province.AGENCIES} == {kind.value for kind in AgencyKind}
    assert {unit.kind for unit in province.UNITS} == {kind.value for kind in UnitKind}
    assert {officer.role for officer in province.OFFICERS} == {role.value for role in Role}
    assert {row.agency for row in (*province.UNITS, *province.OFFICERS, *province.CLIENTS)} <= agencies
    assert {officer.unit for officer in province.OFFICERS} - {None} <= units
    assert {service for client in province.CLIENTS for service in client.services} <= {s.value for s in Service}
    assert {camera.centre_code for camera in province.CAMERAS} == set(CODES)
    assert {agency.centre_code for agency in province.AGENCIES} == {*CODES, None}


def test_an_officer_rides_in_a_unit_of_the_own_agency():
    units = {unit.key: unit for unit in province.UNITS}
    riding = {officer.key: units[officer.unit] for officer in province.OFFICERS if officer.unit}
    assert set(riding) == {"officer", "other_officer", "firefighter", "probation_officer"}
    assert len({unit.key for unit in riding.values()}) == 4
    for officer in province.OFFICERS:
        assert officer.unit is None or units[officer.unit].agency == officer.agency
    assert riding["firefighter"].kind == "fire_engine"


def test_the_accounts_and_machines_are_those_that_scripts_expect():
    people = (
        "officer other_officer firefighter probation_officer location_dispatcher supervisor dispatcher operator "
        "auditor admin"
    )
    assert " ".join(officer.key for officer in province.OFFICERS) == people
    assert (
        " ".join(client.key for client in province.CLIENTS)
        == "police_112 fire_119 disaster moj lpr readers_46110 safety_46110"
    )


def test_eight_live_cameras_stand_around_the_scene_and_no_other_is_near():
    live = [camera for camera in province.CAMERAS if camera.live]
    assert [camera.id for camera in live] == [f"46110-{n:04}" for n in range(1, 9)]
    assert max(distance_m(province.SCENE, camera) for camera in live) < 500
    others = [camera for camera in province.CAMERAS if not camera.live]
    assert min(distance_m(province.SCENE, camera) for camera in others) > 700
    assert len(others) > 250


def test_three_live_cameras_see_the_scene():
    def sees(camera):
        reach = distance_m(camera, province.SCENE)
        east = (province.SCENE.lon - camera.lon) * math.cos(math.radians(camera.lat))
        towards = math.degrees(math.atan2(east, province.SCENE.lat - camera.lat))
        off = abs((towards - (camera.bearing_deg or towards) + 180) % 360 - 180)
        return reach <= camera.range_m and off <= camera.fov_deg / 2

    assert [camera.name for camera in province.CAMERAS if sees(camera)] == [
        "목포역 광장",
        "목포역 택시승강장",
        "영산로 역앞 교차로",
    ]


def test_a_camera_looks_somewhere_it_can():
    for camera in province.CAMERAS:
        assert camera.bearing_deg is None or 0 <= camera.bearing_deg < 360
        assert 1 <= camera.fov_deg <= 360
        assert camera.range_m > 0
        assert (camera.bearing_deg is None) == (camera.fov_deg == 360)


def test_a_camera_stands_in_its_own_city():
    centres = {centre.code: centre for centre in province.CENTRES}
    for camera in province.CAMERAS:
        assert distance_m(centres[camera.centre_code], camera) < 3500


def test_the_province_is_the_same_every_time():
    before = province.CAMERAS
    assert [repr(camera) for camera in importlib.reload(province).CAMERAS] == [repr(camera) for camera in before]


def test_the_call_is_for_a_unit_and_from_a_machine_that_may_raise_it():
    assert province.CALL.unit in {unit.key for unit in province.UNITS}
    assert any(province.CALL.service in client.services for client in province.CLIENTS)
    assert (province.CALL.lat, province.CALL.lon) == (province.SCENE.lat, province.SCENE.lon)
    assert province.CALL.priority == 0
