"""차량번호 인식: what a centre's readers saw, each read taken or refused by itself; the same again changes nothing.

A read of no wanted vehicle is gone at ``keep_until``: queries refuse it by the clock, a job deletes it; the picture of
its plate is kept nowhere, that of a hit is kept, sealed, as long as the hit. The centre is never told which of its
reads was a hit: one that came after its ``keep_until`` is ``accepted`` however often it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.access.viewer import Caller
from server.errors import CameraUnknown, CentreNotYours, PlateReadFromFuture, PlateReadTooOld, Refusal
from server.models import Agency, Camera, PlateRead, WantedVehicle
from server.models.base import new_id
from server.plates import hits, matcher, plate, travel
from server.plates.confusion import variants
from server.plates.matcher import Match, Matcher
from server.plates.travel import Direction

AHEAD = timedelta(seconds=5)  # as far as a reader's clock may be wrong
OLDEST = timedelta(days=1)  # a reader that was cut off sends what it has kept
DROPPED = 20_000  # in one transaction; a later one goes on
RETURNS = 200  # reads of the past that a new entry may find


@dataclass(frozen=True, slots=True)
class Seen:
    """One read as the reader sent it; the picture of its plate a sealed JPEG."""

    camera_id: str
    plate: str
    read_at: datetime
    confidence: float
    direction: Direction | None
    heading_deg: float | None
    crop_ref: str | None
    crop_sealed: bytes | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one read: ``accepted``, ``repeated``, or why it was refused."""

    status: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """What a process knows when it takes reads: which plates are wanted, and for how long other reads are kept."""

    watched: Matcher = field(default_factory=Matcher)
    kept: timedelta = timedelta(minutes=10)


def accept(
    session: Session, caller: Caller, readers: Readers, batch: Sequence[Seen | Refusal], *, now: datetime
) -> list[Outcome]:
    """Take what can be taken of a batch, and say of each what became of it, in its order.

    Raises CentreNotYours when the caller's agency runs no centre.
    """
    cameras = _cameras(session, _centre_of(session, caller), batch)
    readers.watched.refresh(session)
    rows = [seen if isinstance(seen, Refusal) else _row(seen, cameras, now) for seen in batch]
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        if not isinstance(row, Refusal):
            first.setdefault(_same(row), row)
    matches = {row["id"]: readers.watched.match(plate.read(row["plate"])) for row in first.values()}
    for row in first.values():
        row["keep_until"] = row["read_at"] + readers.kept
    new = _insert(session, [row for row in first.values() if matches[row["id"]] or row["keep_until"] > now])
    pictures = {
        row["id"]: seen.crop_sealed
        for seen, row in zip(batch, rows, strict=True)
        if isinstance(seen, Seen) and not isinstance(row, Refusal)
    }
    for row in sorted(first.values(), key=lambda one: one["read_at"]):
        if row["id"] in new and matches[row["id"]]:
            stored = session.get_one(PlateRead, row["id"])
            taken = [hits.take(session, caller, stored, match, now=now) for match in matches[row["id"]]]
            if any(taken):
                stored.crop_sealed = pictures[row["id"]]
    # Also a hit that is stored already: its answer would otherwise tell that the plate is wanted.
    late = {row["id"] for row in first.values() if row["keep_until"] <= now}
    return [_outcome(row, new | late) for row in rows]


def of_the_past(session: Session, caller: Caller, vehicle: WantedVehicle, *, now: datetime) -> None:
    """Make hits of the kept reads of a vehicle that has just been entered, the oldest first."""
    wanted = plate.read(vehicle.plate)
    texts = {wanted.text, wanted.body, *(variants(wanted.text) if vehicle.near else ())}
    found = select(PlateRead).where(PlateRead.plate.in_(texts), is_kept(now)).order_by(PlateRead.read_at)
    for row in session.scalars(found.limit(RETURNS)).all():
        reasons = matcher.reasons(plate.read(row.plate), wanted, near=vehicle.near)
        if reasons is not None:
            hits.take(session, caller, row, Match(vehicle.id, reasons), now=now)


def is_kept(now: datetime) -> ColumnElement[bool]:
    """Whether a read is still there for those who ask, whether or not the job ran."""
    return or_(PlateRead.keep_until.is_(None), PlateRead.keep_until > now)


def drop(session: Session, *, now: datetime) -> None:
    """Delete reads that were of no wanted vehicle and whose time is over."""
    old = select(PlateRead.id).where(PlateRead.keep_until <= now).limit(DROPPED)
    session.execute(delete(PlateRead).where(PlateRead.id.in_(old)).execution_options(synchronize_session=False))


def _centre_of(session: Session, caller: Caller) -> str:
    agency = session.get_one(Agency, caller.viewer.agency_id)
    if agency.centre_id is None:
        raise CentreNotYours("plates are read by a centre's own cameras")
    return agency.centre_id


def _cameras(session: Session, centre_id: str, batch: Sequence[Seen | Refusal]) -> dict[str, float | None]:
    """The bearings of the centre's cameras in service that the batch names."""
    named = {seen.camera_id for seen in batch if isinstance(seen, Seen)}
    found = select(Camera.id, Camera.bearing_deg).where(
        Camera.id.in_(named), Camera.centre_id == centre_id, Camera.enabled
    )
    return {row.id: row.bearing_deg for row in session.execute(found)}


def _row(seen: Seen, cameras: dict[str, float | None], now: datetime) -> dict[str, Any] | Refusal:
    """The columns of a read but for how long it is kept, or why it is refused."""
    if seen.camera_id not in cameras:
        return CameraUnknown("the centre has no such camera in service", field="camera_id")
    if seen.read_at > now + AHEAD:
        return PlateReadFromFuture("set the reader's clock", field="read_at")
    if seen.read_at < now - OLDEST:
        return PlateReadTooOld("a read is of use for a day", field="read_at")
    try:
        known = plate.read(seen.plate)
    except Refusal as refusal:
        return refusal
    return {
        "id": new_id(),
        "camera_id": seen.camera_id,
        "plate": known.text,
        "last_four": known.last_four,
        "raw": seen.plate,
        "confidence": seen.confidence,
        "heading_deg": travel.said(seen.heading_deg, seen.direction, cameras[seen.camera_id]),
        "crop_ref": seen.crop_ref,
        "read_at": seen.read_at,
        "received_at": now,
    }


def _insert(session: Session, rows: list[dict[str, Any]]) -> set[str]:
    """Store the reads that are not stored yet; their ids."""
    if not rows:
        return set()
    insert: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(
        PlateRead.__table__
    )
    same = [PlateRead.camera_id, PlateRead.read_at, PlateRead.plate]
    return set(session.scalars(insert.on_conflict_do_nothing(index_elements=same).returning(PlateRead.id), rows))


def _same(row: dict[str, Any]) -> tuple[Any, ...]:
    """What two reads have in common that are one."""
    return row["camera_id"], row["read_at"], row["plate"]


def _outcome(row: dict[str, Any] | Refusal, taken: set[str]) -> Outcome:
    if isinstance(row, Refusal):
        return Outcome("refused", row)
    return Outcome("accepted" if row["id"] in taken else "repeated")
