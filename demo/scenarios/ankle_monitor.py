"""A wearer enters a banned zone and walks past three cameras: the picture of the unit that is sent goes with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.places import Point, step
from demo.province import SCENE
from demo.scenarios.stage import Scene, Speaks, Stage

BEGINS = step(SCENE, azimuth_deg=60, distance_m=60)  # the taxi rank of the station
COURSE_DEG, PACE_M, PACE_S = 210.0, 26.0, 12  # at a trot, towards the market
PACES = 8
SENT_AFTER = 5  # paces; by then the second camera has them


def play(stage: Stage) -> Scene:
    """Report the violation, walk on, send the unit and walk on; the location centre ends it."""
    centre, unit = stage.client("moj"), stage.unit_ids["probation_11"]
    violation_id, shown = walk(centre, unit_id=unit)
    path = f"/v1/ankle-monitor/violations/{violation_id}"
    return Scene(
        told=f"전자발찌: 출입금지구역 진입 — {len(set(shown))} cameras followed, probation unit sent.",
        incident_id=violation_id,
        camera_id=shown[-1],
        end=lambda: _end(centre, path),
    )


def walk(centre: Speaks, *, unit_id: str) -> tuple[str, list[str]]:
    """The violation, and which camera showed the wearer after each pace. The paces are of the last minutes."""
    now = datetime.now(UTC)
    begun = now - timedelta(seconds=PACES * PACE_S)
    found = {
        "external_id": f"demo-{now:%Y%m%d%H%M%S%f}",
        "wearer_ref": "W-0042",
        "kind": "zone_entry",
        "location": {"lat": BEGINS.lat, "lon": BEGINS.lon, "accuracy_m": 8, "address": "전라남도 목포시 목포역 앞"},
        "at": begun.isoformat(),
    }
    violation = centre.call("POST", "/v1/ankle-monitor/violations", found)
    shown = [violation["cameras"][0]["camera_id"]]
    for pace in range(1, PACES + 1):
        if pace == SENT_AFTER:
            centre.call("POST", f"/v1/incidents/{violation['id']}/dispatches", {"unit": unit_id})
        at = begun + timedelta(seconds=pace * PACE_S)
        place = step(BEGINS, azimuth_deg=COURSE_DEG, distance_m=pace * PACE_M)
        taken = centre.call("POST", f"/v1/ankle-monitor/violations/{violation['id']}/positions", _fix(place, at))
        shown.append(taken["cameras"][0])
    return violation["id"], shown


def _fix(place: Point, at: datetime) -> dict[str, Any]:
    return {"positions": [{"lat": place.lat, "lon": place.lon, "accuracy_m": 5, "at": at.isoformat()}]}


def _end(centre: Speaks, path: str) -> None:
    centre.call("PATCH", path, {"status": "ended", "reason": "구역 이탈 확인"})
