"""신고자 위치: where who calls 112 is, beside the place of the incident; the room sees the cameras around it.

Only the room: the units it sends are shown the incident's. The position is shown to nobody, as the room's system has
it, and is forgotten with the closing; a camera's distance is that from the incident, so that none can be told from it.
Source: 위치정보의 보호 및 이용 등에 관한 법률 제29조 (for the emergency alone).
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.cameras import near, rank
from server.errors import InvalidRequest
from server.incidents.services import POLICIES
from server.models import CameraRole, Incident, IncidentStatus, Service

NEAR_M = 200.0  # a better fix than that is no reason for fewer cameras
VAGUE_M = 1000.0  # a cell's area: what stands in the middle of it shows anybody


@dataclass(frozen=True, slots=True)
class Position:
    """Where the caller is, and how far off that may be: some metres by GPS, tens by WiFi, hundreds by cell (LBS)."""

    lat: float
    lon: float
    accuracy_m: float


def must_be_known_to(service: Service) -> None:
    """Raises InvalidRequest where nobody may ask where the caller is."""
    if not POLICIES[service].caller:
        raise InvalidRequest("only of a 112 call the caller's own position is taken", field="caller")


def keep(incident: Incident, position: Position) -> None:
    """Remember it while the incident is open."""
    incident.caller_lat, incident.caller_lon = position.lat, position.lon
    incident.caller_accuracy_m = position.accuracy_m


def differs(incident: Incident, position: Position | None) -> bool:
    """Whether another position is known; of one that is forgotten nobody can tell."""
    known = incident.caller_lat, incident.caller_lon, incident.caller_accuracy_m
    said = (position.lat, position.lon, position.accuracy_m) if position else (None, None, None)
    return incident.status == IncidentStatus.OPEN and known != said


def forget(incident: Incident) -> None:
    """Forget it, and which cameras were around it."""
    incident.cameras = [row for row in incident.cameras if row.role is not CameraRole.CALLER]
    incident.caller_lat = incident.caller_lon = incident.caller_accuracy_m = None


def around(
    session: Session, incident: Incident, others: Collection[str], *, outlook: rank.Outlook
) -> list[rank.Ranked]:
    """The cameras around the caller that are not among the ``others``, best first; none when the position is vague."""
    lat, lon, accuracy_m = incident.caller_lat, incident.caller_lon, incident.caller_accuracy_m
    count = POLICIES[incident.service].caller
    if not count or lat is None or lon is None or accuracy_m is None or accuracy_m > VAGUE_M:
        return []
    radius_m = max(NEAR_M, accuracy_m)
    found = {one.id: one for one in near.around(session, lat, lon, radius_m=radius_m) if one.id not in others}
    best = rank.rank((lat, lon), list(found.values()), radius_m=radius_m, count=count, outlook=outlook)
    place = incident.lat, incident.lon
    return [
        rank.ranked(place, camera, one.rank, rank.distance_m(place, (camera.lat, camera.lon)), one.reasons)
        for one, camera in ((one, found[one.camera_id]) for one in best)
    ]
