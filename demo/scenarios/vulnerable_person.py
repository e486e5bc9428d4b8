"""A child presses for help: the centre sees who and where, a person escalates it to 112, the room sends a car.

Who it is about, and the guardian's number, are of nobody.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.pictures import portrait
from demo.places import step
from demo.province import SCENE
from demo.scenarios.call_112 import close_call
from demo.scenarios.stage import Scene, Speaks, Stage

ALERTS = "/v1/vulnerable-persons/alerts"
DEVICE = "demo-watch-7"
WALKED_M = 60


def play(stage: Stage) -> Scene:
    """Have the alert told, moved, looked at and escalated, and the unit sent; the room ends it with the incident."""
    room, operator = stage.client("police_112"), stage.officer("operator")
    alert = press(stage.client("safety_46110"), operator)
    escalated = operator.call("POST", f"{ALERTS}/{alert['id']}/escalation", {"to": "112"})
    incident_id = escalated["incident_id"]
    room.call("POST", f"/v1/incidents/{incident_id}/dispatches", {"unit": stage.unit_ids["patrol_11"]})
    incident = room.call("GET", f"/v1/incidents/{incident_id}")
    person = f"사회적 약자 비상호출: {alert['person']['name']}, 보호자 {alert['guardian']['name']}"
    return Scene(
        told=f"{person}\n     {len(alert['cameras'])} cameras around, looked at by the centre, 112 sent a unit.",
        incident_id=incident_id,
        camera_id=incident["cameras"][0]["camera_id"],
        end=lambda: close_call(room, incident_id),
    )


def press(machine: Speaks, operator: Speaks) -> dict[str, Any]:
    """Tell of the alert, with a photo, and of the way the child walks; the alert as somebody at the centre reads it."""
    end_leftovers(operator)
    now = datetime.now(UTC)
    places = [step(SCENE, azimuth_deg=90, distance_m=metres) for metres in (WALKED_M, 0)]
    fixes = [
        {"position": {"lat": place.lat, "lon": place.lon, "accuracy_m": 12.0}, "at": at.isoformat()}
        for place, at in zip(places, (now - timedelta(seconds=40), now), strict=True)
    ]
    told = {
        "external_id": f"demo-{now:%Y%m%d%H%M%S%f}",
        "kind": "panic",
        "device_id": DEVICE,
        "person": {"name": "콩쥐", "description": "7세, 노란 우산, 분홍 장화"},
        "guardian": {"name": "팥쥐", "phone": "010-0000-0000"},
    }
    alert_id = machine.call("POST", ALERTS, told | fixes[0])["id"]
    machine.call("PUT", f"{ALERTS}/{alert_id}/photo", portrait.png())
    machine.call("POST", f"{ALERTS}/{alert_id}/positions", fixes[1])
    alert: dict[str, Any] = operator.call("GET", f"{ALERTS}/{alert_id}")
    return alert


def end_leftovers(operator: Speaks) -> None:
    """End what an earlier, interrupted demo left with the centre."""
    for one in operator.call("GET", ALERTS)["items"]:
        if one["status"] == "open":
            operator.call("PATCH", f"{ALERTS}/{one['id']}", {"outcome": "false_alarm"})
