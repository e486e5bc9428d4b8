"""검색 일치: a read of a wanted vehicle becomes an incident of its room, or moves the one that is open.

A machine reads badly, so every hit waits for a person to look (확인 필요), nobody is sent by it, and a read that may be
another vehicle's never moves an incident.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import outbox
from server.access.keys import Keys
from server.access.viewer import Caller, Viewer
from server.audit import log
from server.errors import PlateHitUnknown
from server.incidents import changes, dispatches, intake
from server.incidents.changes import Place
from server.incidents.intake import Finding, Report
from server.models import Incident, IncidentStatus, PlateHit, PlateRead, Service, Verification, WantedVehicle
from server.plates import travel, watch
from server.plates.matcher import EXACT, Match
from server.plates.travel import Sighting

AGAIN = timedelta(seconds=60)  # the same camera seeing it on is one alert


@dataclass(frozen=True, slots=True)
class _Case:
    """A read of a vehicle that is wanted, and the hit before it."""

    wanted: WantedVehicle
    read: PlateRead
    reasons: list[str]
    last: PlateHit | None

    @property
    def heading_deg(self) -> float | None:
        if self.read.heading_deg is not None:
            return self.read.heading_deg
        return travel.between(_sighting(self.last.read) if self.last else None, _sighting(self.read))

    @property
    def is_news(self) -> bool:
        """Whether it is more than the same camera seeing it on."""
        last = self.last.read if self.last else None
        return last is None or last.camera_id != self.read.camera_id or self.read.read_at - last.read_at >= AGAIN

    @property
    def moves(self) -> bool:
        """Whether the vehicle surely is somewhere else now."""
        last = self.last.read if self.last else None
        newer = last is None or (self.read.read_at > last.read_at and self.read.camera_id != last.camera_id)
        return newer and self.reasons == [EXACT]


def take(session: Session, caller: Caller, read: PlateRead, match: Match, *, now: datetime) -> PlateHit | None:
    """Make the read a hit of the vehicle, if that is still wanted. ``read`` is stored."""
    wanted = session.get(WantedVehicle, match.wanted_vehicle_id, with_for_update=True, populate_existing=True)
    if wanted is None or watch.is_over(wanted, now):
        return None
    case = _Case(wanted, read, match.reasons, _last(session, wanted))
    incident, is_new = _incident(session, caller, case, now=now)
    read.keep_until = None
    hit = PlateHit(wanted=wanted, read=read, incident_id=incident.id, reasons=match.reasons, at=now)
    session.add(hit)
    session.flush()
    known = {"hit": hit.id, "wanted_vehicle": wanted.id, "incident": incident.id, "camera": read.camera_id}
    log.record(session, log.Tag.PLATE_HIT, caller.actor, now=now, **known, reasons=match.reasons)
    if is_new or case.is_news:
        _tell(session, hit, now=now)
    return hit


def verify(session: Session, caller: Caller, hit: PlateHit, seen: Verification, *, now: datetime) -> None:
    """A person has looked at the picture of the plate. Saying the same again changes nothing."""
    if hit.verification != seen:
        hit.verification, hit.verified_by, hit.verified_at = seen, caller.viewer.id, now
        known = {"hit": hit.id, "incident": hit.incident_id, "verification": seen.value}
        log.record(session, log.Tag.HIT_VERIFIED, caller.actor, now=now, **known)
        _tell(session, hit, now=now)


def crop(session: Session, caller: Caller, keys: Keys, hit: PlateHit, *, now: datetime) -> bytes:
    """The picture of the plate, a JPEG; each look is recorded. Raises PlateHitUnknown when there is none."""
    sealed = hit.read.crop_sealed
    if sealed is None:
        raise PlateHitUnknown("the hit has no picture", plate_hit_id=hit.id)
    log.record(session, log.Tag.CROP_READ, caller.actor, now=now, hit=hit.id, incident=hit.incident_id)
    return keys.open(sealed)


def of_room(session: Session, viewer: Viewer, hit_id: str, *, hold: bool = False) -> PlateHit:
    """A hit of a vehicle that the viewer's room looks for. Raises PlateHitUnknown."""
    found = select(PlateHit).where(PlateHit.id == hit_id)
    hit = session.scalar(found.with_for_update(of=PlateHit) if hold else found)
    if hit is None or hit.wanted.agency_id != viewer.agency_id or not watch.reads_list(viewer):
        raise PlateHitUnknown("there is no such hit for this caller", plate_hit_id=hit_id)
    return hit


def _last(session: Session, wanted: WantedVehicle) -> PlateHit | None:
    """The newest hit by the readers' clocks that nobody has found to be wrong."""
    return session.scalar(
        select(PlateHit)
        .join(PlateHit.read)
        .where(PlateHit.wanted_vehicle_id == wanted.id, PlateHit.verification != Verification.WRONG)
        .order_by(PlateRead.read_at.desc(), PlateHit.number.desc())
        .limit(1)
    )


def _incident(session: Session, caller: Caller, case: _Case, *, now: datetime) -> tuple[Incident, bool]:
    """The open incident of the vehicle, moved to where it is now; or a new one.

    A read from before the last incident was closed belongs to that one.
    """
    known = session.get(Incident, case.last.incident_id, with_for_update=True) if case.last else None
    if known is None or (known.closed_at is not None and case.read.read_at > known.closed_at):
        return _open(session, caller, case, now=now), True
    if case.moves and known.status == IncidentStatus.OPEN:
        camera = case.read.camera
        place = Place(camera.lat, camera.lon, None, camera.name, case.heading_deg)
        changes.move(session, caller, known, place, now=now)
        dispatches.warm(session, known, now=now)
    return known, False


def _open(session: Session, caller: Caller, case: _Case, *, now: datetime) -> Incident:
    wanted, read = case.wanted, case.read
    report = Report(
        service=Service.WANTED_VEHICLE,
        external_id=f"plate-{wanted.id}-{read.id}",
        type="wanted_vehicle",
        priority=wanted.priority,
        lat=read.camera.lat,
        lon=read.camera.lon,
        accuracy_m=None,
        address=read.camera.name,
        polygon=None,
        summary=f"수배차량 {wanted.plate} 확인 필요: {read.camera.name}에서 {read.plate}로 인식",
        legal_basis=wanted.legal_basis,
        reported_at=read.read_at,
        units=[],
    )
    incident, _ = intake.enter(session, caller, Finding(report, wanted.agency_id, case.heading_deg), now=now)
    dispatches.warm(session, incident, now=now)
    return incident


def _tell(session: Session, hit: PlateHit, *, now: datetime) -> None:
    data = {"hit_id": hit.id, "incident_id": hit.incident_id, "verification": hit.verification.value}
    outbox.append(session, f"agency:{hit.wanted.agency_id}", "hit", data, now=now)


def _sighting(read: PlateRead) -> Sighting:
    return Sighting((read.camera.lat, read.camera.lon), read.read_at)
