"""A fight before a camera: the centre's analytics tell, a person there looks and reports it, a patrol car is sent."""

from datetime import UTC, datetime
from typing import Any

from demo.scenarios.call_112 import close_call
from demo.scenarios.stage import Scene, Speaks, Stage

CAMERA = "46110-0006"  # the shops of 호남동
REPORT = {
    "agency_id": "police_112",
    "service": "police_112",
    "priority": 1,
    "legal_basis": "POLICE112_9_1",
    "summary": "두 사람이 몸싸움, 한 사람이 쓰러져 있음.",
}


def play(stage: Stage) -> Scene:
    """Have the fight seen, looked at and reported, and the unit sent; the room closes it."""
    room = stage.client("police_112")
    event = see(stage.client("readers_46110"), stage.officer("operator"))
    incident = report(room, stage.officer("operator"), event, unit_id=stage.unit_ids["patrol_11"])
    seen = f"{event['label']} {event['notice']}: {event['camera_name']} — {event['kind']} ({event['count']}회)"
    return Scene(
        told=f"{seen}\n     looked at by the centre, reported to the 112 room, unit sent.",
        incident_id=incident["id"],
        camera_id=incident["cameras"][0]["camera_id"],
        end=lambda: close_call(room, incident["id"]),
    )


def see(analytics: Speaks, operator: Speaks) -> dict[str, Any]:
    """Three messages of one fight; the event as the person at the centre has it on the screen."""
    now = datetime.now(UTC)
    messages = [
        {
            "camera_id": CAMERA,
            "kind": "fight",
            "at": now.isoformat(),
            "external_id": f"demo-{now:%Y%m%d%H%M%S%f}-{number}",
            "confidence": 0.8 + number / 20,
            "box": {"x": 0.4, "y": 0.35, "width": 0.2, "height": 0.4},
        }
        for number in range(3)
    ]
    told = analytics.call("POST", "/v1/sensor-events", {"events": messages})
    event_id = told["results"][0]["event_id"]
    seen: list[dict[str, Any]] = operator.call("GET", f"/v1/sensor-events?camera_id={CAMERA}&kind=fight&limit=200")[
        "items"
    ]
    return next(one for one in seen if one["id"] == event_id)


def report(room: Speaks, operator: Speaks, event: dict[str, Any], *, unit_id: str) -> dict[str, Any]:
    """The person reports what they saw, and the room sends the unit; the incident as the room reads it."""
    raised = operator.call("POST", f"/v1/sensor-events/{event['id']}/incident", REPORT)
    room.call("POST", f"/v1/incidents/{raised['incident_id']}/dispatches", {"unit": unit_id})
    incident: dict[str, Any] = room.call("GET", f"/v1/incidents/{raised['incident_id']}")
    return incident
