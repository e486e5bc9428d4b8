"""A 112 call, played through the public API as the rooms and units would."""

from datetime import UTC, datetime
from typing import Any

from demo.province import CALL, Call
from demo.scenarios.stage import Scene, Speaks, Stage


def play(stage: Stage) -> Scene:
    """Report the call and send the unit; the room closes it."""
    room = stage.client("police_112")
    incident = raise_call(room, unit_id=stage.unit_ids[CALL.unit])
    cameras = incident["cameras"]
    return Scene(
        told=f"112: {CALL.address} — {CALL.summary}\n     {len(cameras)} cameras chosen, unit sent.",
        incident_id=incident["id"],
        camera_id=cameras[0]["camera_id"],
        end=lambda: close_call(room, incident["id"]),
    )


def report(call: Call, *, unit_id: str, external_id: str, now: datetime) -> dict[str, Any]:
    """The body of ``POST /v1/incidents`` for a call."""
    return {
        "service": call.service,
        "external_id": external_id,
        "type": call.type,
        "priority": call.priority,
        "location": {"lat": call.lat, "lon": call.lon, "accuracy_m": call.accuracy_m, "address": call.address},
        "summary": call.summary,
        "legal_basis": call.legal_basis,
        "reported_at": now.isoformat(),
        "units": [unit_id],
    }


def raise_call(room: Speaks, *, unit_id: str) -> dict[str, Any]:
    """Report the sample call and send one unit; the incident as the API returns it."""
    now = datetime.now(UTC)
    external_id = f"demo-{now:%Y%m%d%H%M%S%f}"
    incident: dict[str, Any] = room.call(
        "POST", "/v1/incidents", report(CALL, unit_id=unit_id, external_id=external_id, now=now)
    )
    return incident


def close_call(room: Speaks, incident_id: str) -> None:
    """Close it, which ends every access it gave."""
    room.call("PATCH", f"/v1/incidents/{incident_id}", {"status": "closed", "closing_reason": "현장 종결"})
