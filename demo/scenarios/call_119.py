"""A 119 call: a fire in the shops by the station; engine, ambulance and rescue are sent, and told of the building."""

from datetime import UTC, datetime

from demo.places import Point, step
from demo.province import SCENE, Call
from demo.scenarios.call_112 import close_call, report
from demo.scenarios.stage import Scene, Stage

UNITS = ("engine_11", "ambulance_11", "rescue_11")
CALL = Call(
    service="fire_119",
    type="BUILDING_FIRE",
    priority=0,
    lat=SCENE.lat,
    lon=SCENE.lon,
    accuracy_m=15.0,
    address="전라남도 목포시 호남로 52 (호남동)",
    summary="목포역 앞 상가 3층에서 연기. 두 명이 못 나왔다고 함.",
    legal_basis="FIRE119_11_2_1",
    unit=UNITS[0],
)


def _at(azimuth_deg: float, distance_m: float) -> dict[str, float]:
    spot: Point = step(SCENE, azimuth_deg=azimuth_deg, distance_m=distance_m)
    return {"lat": round(spot.lat, 6), "lon": round(spot.lon, 6)}


ATTACHED = (
    {
        "label": "목포역 광장 소화전",
        "position": _at(310, 60),
        "hydrant": {"type": "above_ground", "flow_l_min": 1000},
    },
    {
        "label": "호남동 상가 앞 소화전",
        "position": _at(110, 90),
        "hydrant": {"type": "underground", "flow_l_min": 800},
    },
    {
        "label": "호남상가",
        "position": _at(80, 20),
        "building": {
            "use": "판매시설·근린생활시설",
            "structure": "철근콘크리트",
            "floors_above": 5,
            "floors_below": 1,
            "occupants": 60,
            "hazardous_goods": ["LPG 20 kg 용기 4"],
            "access": "북쪽 골목에 옥외계단. 사다리차는 광장 쪽.",
        },
    },
    {
        "label": "1층 음식점 뒤 가스 보관",
        "hazmat": {"substance": "LPG", "un_number": "1075", "quantity": 80, "unit": "kg", "where": "1층 뒤뜰"},
    },
    {"label": "신고자", "note": {"text": "3층 미용실에 두 명이 남아 있다고 함."}},
)


def play(stage: Stage) -> Scene:
    """Report the fire, send the units and attach what the room knows; the room closes it."""
    room, now = stage.client("fire_119"), datetime.now(UTC)
    body = report(CALL, unit_id=stage.unit_ids[CALL.unit], external_id=f"demo-119-{now:%Y%m%d%H%M%S%f}", now=now)
    body["units"] = [stage.unit_ids[unit] for unit in UNITS]
    incident = room.call("POST", "/v1/incidents", body)
    for one in ATTACHED:
        room.call("POST", f"/v1/incidents/{incident['id']}/attachments", one)
    cameras = incident["cameras"]
    told = f"119: {CALL.address} — {CALL.summary}"
    return Scene(
        told=f"{told}\n     {len(cameras)} nearest cameras, {len(UNITS)} units sent, {len(ATTACHED)} notes attached.",
        incident_id=incident["id"],
        camera_id=cameras[0]["camera_id"],
        end=lambda: close_call(room, incident["id"]),
    )
