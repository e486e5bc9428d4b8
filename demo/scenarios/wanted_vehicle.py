"""A wanted car passes two plate readers: the room enters it, the readers see it, a person sends the nearest unit."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.pictures import plate
from demo.scenarios.call_112 import close_call
from demo.scenarios.stage import Scene, Speaks, Stage

PLATE = "123가4568"
SEEN_AT = ("46110-0006", "46110-0001")  # the shops of 호남동, then the square in front of the station
APART_S = 45
TIMES = (timedelta(seconds=APART_S), timedelta(0))  # before now


def play(stage: Stage) -> Scene:
    """Have the car found and the unit sent; the room ends the search."""
    room = stage.client("lpr")
    hit = pass_by(room, stage.client("readers_46110"), unit_id=stage.unit_ids["patrol_11"])
    read, incident = hit["read"], room.call("GET", f"/v1/incidents/{hit['incident_id']}")
    seen = f"수배차량 {hit['wanted_plate']} ({hit['notice']}): {read['camera_name']}에서 인식"
    return Scene(
        told=f"{seen}\n     tracked, unit sent.",
        incident_id=incident["id"],
        camera_id=incident["cameras"][0]["camera_id"],
        end=lambda: _found(room, incident["id"]),
    )


def pass_by(room: Speaks, readers: Speaks, *, unit_id: str) -> dict[str, Any]:
    """Enter the car, let it be read twice, and send the unit to its incident; the last hit as the API shows it."""
    end_leftovers(room)
    now = datetime.now(UTC)
    wanted = room.call(
        "POST",
        "/v1/wanted-vehicles",
        {
            "plate": PLATE,
            "reason": "편의점 강도 용의 차량",
            "legal_basis": "PIPA_18_2_7",
            "priority": 0,
            "expires_at": (now + timedelta(days=1)).isoformat(),
        },
    )
    crop = base64.b64encode(plate.drawn(PLATE)).decode()
    reads = [
        {
            "camera_id": camera_id,
            "plate": f"{PLATE[:3]} {PLATE[3:]}",
            "read_at": (now - before).isoformat(),
            "confidence": 0.97,
            "crop_ref": f"demo/{camera_id}",
            "crop": crop,
        }
        for camera_id, before in zip(SEEN_AT, TIMES, strict=True)
    ]
    readers.call("POST", "/v1/plate-reads", {"reads": reads})
    hit: dict[str, Any] = room.call("GET", f"/v1/wanted-vehicles/{wanted['id']}/track")["items"][-1]
    room.call("POST", f"/v1/incidents/{hit['incident_id']}/dispatches", {"unit": unit_id})
    return hit


def _found(room: Speaks, incident_id: str) -> None:
    end_leftovers(room)
    close_call(room, incident_id)


def end_leftovers(room: Speaks) -> None:
    """End what an earlier demo looked for."""
    for one in room.call("GET", "/v1/wanted-vehicles")["items"]:
        room.call("DELETE", f"/v1/wanted-vehicles/{one['id']}")
