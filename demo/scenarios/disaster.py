"""A flood alert (CAP) over the station square: police and fire rooms join, a fire engine and a patrol car are sent."""

import uuid
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from demo import places
from demo.province import ALERTS_OF, SCENE
from demo.scenarios.stage import Scene, Speaks, Stage

UNITS = ("engine_11", "patrol_11")
ROOMS = ("police_112", "fire_119")
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
HALF_M = 350
LASTS = timedelta(minutes=30)
EVENT, HEADLINE, AREA = "홍수", "집중호우로 역 앞 도로 침수", "목포시 호남동 목포역 일대"


def play(stage: Stage) -> Scene:
    """Send the alert, have two rooms join and two units sent; a Cancel ends it for all of them."""
    room, now = stage.client("disaster"), datetime.now(UTC).replace(microsecond=0)
    identifier = f"demo-{uuid.uuid4()}"
    taken = room.call("POST", "/v1/cap", message(identifier, now, "Alert"))
    incident_id = taken["incident"]["id"]
    for name in ROOMS:
        _join(stage.client(name), incident_id)
    for unit in UNITS:
        room.call("POST", f"/v1/incidents/{incident_id}/dispatches", {"unit": stage.unit_ids[unit]})
    incident = room.call("GET", f"/v1/incidents/{incident_id}")
    about = f"{ALERTS_OF},{identifier},{_time(now)}"

    def end() -> None:
        later = datetime.now(UTC).replace(microsecond=0)
        room.call("POST", "/v1/cap", message(f"{identifier}-end", later, "Cancel", about))

    return Scene(
        told=f"재난경보: {HEADLINE} — {AREA}\n     {len(incident['cameras'])} cameras, two rooms join, two units sent.",
        incident_id=incident_id,
        camera_id=incident["cameras"][0]["camera_id"],
        end=end,
    )


def message(identifier: str, sent: datetime, msg_type: str, references: str | None = None) -> str:
    """The alert as its sender writes it: CAP 1.2, places as lat,lon."""
    corners = [places.step(SCENE, azimuth_deg=turn, distance_m=HALF_M * 2**0.5) for turn in (45, 135, 225, 315)]
    pairs = " ".join(f"{at.lat:.5f},{at.lon:.5f}" for at in [*corners, corners[0]])
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="{NAMESPACE}"><identifier>{identifier}</identifier><sender>{ALERTS_OF}</sender>
<sent>{_time(sent)}</sent><status>Actual</status><msgType>{msg_type}</msgType><scope>Public</scope>
{f"<references>{references}</references>" if references else ""}
<info><language>ko-KR</language><category>Met</category><event>{EVENT}</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Observed</certainty><expires>{_time(sent + LASTS)}</expires>
<headline>{escape(HEADLINE)}</headline>
<area><areaDesc>{escape(AREA)}</areaDesc><polygon>{pairs}</polygon></area></info></alert>"""


def _join(room: Speaks, incident_id: str) -> None:
    for asked in room.call("GET", "/v1/sharings?limit=200")["items"]:
        if asked["status"] == "offered" and asked["incident"]["id"] == incident_id:
            room.call("POST", f"/v1/sharings/{asked['id']}/acceptance")


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "-00:00")
