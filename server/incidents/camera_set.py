"""Which cameras an incident has, by its service's policy. Access follows this set, and nothing else about cameras.

Around the place are the best that show it, or in an area the best of each part; at the most urgent codes there is one
for each way out; there are those that the units under way come to; and those around the caller, for the room alone. A
camera has one role in the set, the first of these four; which units will pass it is noted whatever its role.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, load_only
from sqlalchemy.orm.attributes import set_committed_value

from server import streams
from server.access import playback
from server.cameras import ahead, coverage, daylight, escape, near, rank
from server.cameras.region import Region
from server.incidents import caller, on_the_way, selection
from server.incidents.on_the_way import Passed
from server.incidents.services import POLICIES, is_urgent
from server.models import Camera, CameraRole, Grant, GrantCovers, Incident, IncidentCamera, PlaybackSession

ON_THE_WAY = "on_the_way"
SHOWN = (
    select(Camera)
    .where(Camera.id.in_(bindparam("ids", expanding=True)))
    .options(
        load_only(
            Camera.name, Camera.lat, Camera.lon, Camera.health, Camera.bearing_deg, Camera.fov_deg, Camera.range_m
        )
    )
)


def choose(session: Session, incident: Incident, *, now: datetime, heading_deg: float | None = None) -> None:
    """Set the incident's cameras as it stands now; who moves has half of those around it ahead."""
    outlook = looked_for(incident, now=now, heading_deg=heading_deg)
    around, fleeing = _found(session, incident, outlook)
    roles = [(one, CameraRole.AROUND) for one in around] + [(one, CameraRole.ESCAPE) for one in fleeing]
    if is_urgent(incident.service, incident.priority):
        others = {one.camera_id for one, _ in roles}
        roles += [(one, CameraRole.CALLER) for one in caller.around(session, incident, others, outlook=outlook)]
    known = {row.camera_id: row for row in incident.cameras}
    rows = [_row(known.pop(one.camera_id, None), one, role) for one, role in roles]
    incident.cameras = rows + [row for row in known.values() if row.role is CameraRole.CORRIDOR]
    lay(incident, on_the_way.found(session, incident, outlook, now=now))
    with_cameras(session, incident)
    session.flush()


def again(session: Session, incident: Incident, *, now: datetime) -> list[str]:
    """Choose anew for the same place, and end what is watched on cameras that are lost; the ids of the sessions."""
    before = shown(incident)
    choose(session, incident, now=now)
    lost = lost_of(before, incident)
    return lose(session, incident, lost, playback.INCIDENT_MOVED, now=now) if lost else []


def shown(incident: Incident) -> dict[str, bool]:
    """The cameras of the set now, and whether each is for the units too."""
    return {row.camera_id: row.role is not CameraRole.CALLER for row in incident.cameras}


def recorded(incident: Incident) -> list[str]:
    """The cameras that the record, kept for years, may tell: those around a caller would tell where the caller was."""
    return [row.camera_id for row in incident.cameras if row.role is not CameraRole.CALLER]


def lost_of(before: Mapping[str, bool], incident: Incident) -> set[str]:
    """Those of them that somebody who saw them does not see any more."""
    after = shown(incident)
    return {id_ for id_, to_units in before.items() if id_ not in after or to_units > after[id_]}


def with_cameras(session: Session, incident: Incident) -> None:
    """Read the cameras of new rows at once: whoever shows the set would read them one by one."""
    new = {row.camera_id: row for row in incident.cameras if "camera" not in row.__dict__}
    if new:
        for camera in session.scalars(SHOWN, {"ids": list(new)}):
            set_committed_value(new[camera.id], "camera", camera)


def put(session: Session, incident: Incident, chosen: Sequence[rank.Ranked]) -> None:
    """Set the incident's cameras to these, in their order."""
    known = {row.camera_id: row for row in incident.cameras}
    incident.cameras = [_row(known.get(one.camera_id), one, CameraRole.AROUND) for one in chosen]
    with_cameras(session, incident)
    session.flush()


def looked_for(incident: Incident, *, now: datetime, heading_deg: float | None = None) -> rank.Outlook:
    """What the ranking must know beside the place."""
    dark = daylight.is_dark(incident.lat, incident.lon, now)
    return rank.Outlook(dark, POLICIES[incident.service].purposes, heading_deg)


def lay(incident: Incident, passed: Mapping[str, Passed]) -> None:
    """Have these cameras be the ones that units under way come to; the others of the set stay as they are."""
    incident.cameras = [
        row for row in incident.cameras if row.role is not CameraRole.CORRIDOR or row.camera_id in passed
    ]
    rows = {row.camera_id: row for row in incident.cameras}
    for row in incident.cameras:
        row.on_the_way = dict(passed[row.camera_id].units) if row.camera_id in passed else None
        others = [reason for reason in row.reasons if reason != ON_THE_WAY]
        row.reasons = [*others, *([ON_THE_WAY] if row.camera_id in passed else [])]
    for camera_id, one in passed.items():
        if camera_id not in rows or rows[camera_id].role in {CameraRole.CORRIDOR, CameraRole.CALLER}:
            row = _row(rows.get(camera_id), one.camera, CameraRole.CORRIDOR)
            row.on_the_way = dict(one.units)
            if camera_id not in rows:
                incident.cameras.append(row)
    order = {camera_id: position for position, camera_id in enumerate(passed)}
    incident.cameras.sort(key=lambda row: order.get(row.camera_id, -1) if row.role is CameraRole.CORRIDOR else -1)
    for position, row in enumerate(incident.cameras, start=1):
        row.rank = position


def along(incident: Incident, unit_id: str) -> list[IncidentCamera]:
    """The cameras on the way of a unit, its next one first."""
    passed = [
        (row.on_the_way[unit_id], row) for row in incident.cameras if row.on_the_way and unit_id in row.on_the_way
    ]
    return [row for _, row in sorted(passed, key=lambda one: one[0])]


def lose(session: Session, incident: Incident, camera_ids: Collection[str], reason: str, *, now: datetime) -> list[str]:
    """End what is watched by the set on cameras that are in it no more; the ids of the sessions."""
    by_set = or_(
        PlaybackSession.grant_id.is_(None),
        PlaybackSession.grant_id.in_(select(Grant.id).where(Grant.covers == GrantCovers.INCIDENT)),
    )
    lost = and_(PlaybackSession.incident_id == incident.id, PlaybackSession.camera_id.in_(camera_ids), by_set)
    ended = playback.end(session, lost, reason, now=now)
    streams.release(session, camera_ids, now=now)
    return ended


def _found(session: Session, incident: Incident, outlook: rank.Outlook) -> tuple[list[rank.Ranked], list[rank.Ranked]]:
    """Those around the place or in the area, and those on ways out not among them; none where it is not urgent."""
    if not is_urgent(incident.service, incident.priority):
        return [], []
    if incident.area is not None and (most := POLICIES[incident.service].area_count):
        region = Region.of(incident.area)
        return coverage.best(region, near.inside(session, region.outlines), count=most, outlook=outlook), []
    policy, bounds = POLICIES[incident.service], selection.of(session, incident.service)
    place, flees = (incident.lat, incident.lon), policy.escape > 0 and incident.priority <= policy.escape_up_to
    radius_m = max(bounds.radius_m, escape.REACH_M) if flees else bounds.radius_m
    candidates = near.around(session, *place, radius_m=radius_m)
    around = rank.rank(place, candidates, radius_m=bounds.radius_m, count=bounds.most, outlook=outlook)
    if outlook.heading_deg is not None:
        further = near.around(session, *place, radius_m=ahead.REACH_M)
        first = ahead.ahead(place, outlook.heading_deg, further, count=bounds.most // 2)
        listed = {one.camera_id for one in first}
        both = [*first, *(one for one in around if one.camera_id not in listed)][: bounds.most]
        around = [replace(one, rank=position) for position, one in enumerate(both, start=1)]
    listed = {one.camera_id for one in around}
    others = [one for one in candidates if one.id not in listed] if flees else []
    return around, escape.ways_out(place, others, count=policy.escape, outlook=outlook)


def _row(row: IncidentCamera | None, one: rank.Ranked, role: CameraRole) -> IncidentCamera:
    row = row or IncidentCamera(camera_id=one.camera_id)
    row.rank, row.distance_m, row.bearing_deg, row.reasons = one.rank, one.distance_m, one.bearing_deg, one.reasons
    row.role = role
    return row
