"""Which vehicles are wanted, which plates were read where, which reads were hits, and who looked plates up."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from server.models.base import SERIAL, Base, UTCDateTime, choice, new_id
from server.models.camera import Camera
from server.models.incident import LegalBasis


class Verification(StrEnum):
    """What a person saw in the picture of the plate."""

    NEEDED = "needed"  # 확인 필요: nobody has looked yet
    CONFIRMED = "confirmed"
    WRONG = "wrong"  # the reader misread it


class LookupKind(StrEnum):
    """How much of the plate was known."""

    EXACT = "exact"
    PARTIAL = "partial"
    LAST_FOUR = "last_four"


class WatchHead(Base):
    """The version of the list, one row: writers lock it, so that versions are committed in their order."""

    __tablename__ = "watch_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(SERIAL)


class WantedVehicle(Base):
    """수배차량: wanted by a room until ``expires_at`` or until it is ended. ``version`` grows with each change."""

    __tablename__ = "wanted_vehicles"
    __table_args__ = (
        Index("ix_wanted_vehicles_plate", "plate"),
        Index("ix_wanted_vehicles_agency_id", "agency_id"),
        Index("ix_wanted_vehicles_version", "version"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    plate: Mapped[str] = mapped_column(String(16))  # server.plates.plate.Plate.text
    near: Mapped[bool]  # reads that differ in one easily confused character are hits as well
    reason: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[LegalBasis] = mapped_column(choice(LegalBasis))
    priority: Mapped[int]  # of the incident, 0 most urgent .. 4
    entered_by: Mapped[str] = mapped_column(String(90))  # kind:id
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(SERIAL)


class PlateRead(Base):
    """차량번호 인식: one plate at one camera. Past ``keep_until`` it is not there; a read that was a hit has none.

    Only a hit has a crop, the picture of the plate.
    """

    __tablename__ = "plate_reads"
    __table_args__ = (
        UniqueConstraint("camera_id", "read_at", "plate", name="uq_plate_reads_camera_id"),
        Index("ix_plate_reads_plate", "plate"),
        Index("ix_plate_reads_last_four", "last_four"),
        Index("ix_plate_reads_keep_until", "keep_until"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"))
    plate: Mapped[str] = mapped_column(String(16))
    last_four: Mapped[str] = mapped_column(String(4))
    raw: Mapped[str] = mapped_column(String(32))  # as the reader wrote it
    confidence: Mapped[float]  # 0..1, by the reader
    heading_deg: Mapped[float | None]  # where the vehicle goes, 0..360 clockwise from north
    crop_ref: Mapped[str | None] = mapped_column(String(200))  # the centre's name for the picture of the plate
    crop_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    keep_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    camera: Mapped[Camera] = relationship(lazy="joined")
    has_crop: Mapped[bool] = column_property(crop_sealed.is_not(None))


class PlateHit(Base):
    """검색 일치: a read of a wanted vehicle, in the order of ``number``. All hits of a vehicle are its track."""

    __tablename__ = "plate_hits"
    __table_args__ = (
        UniqueConstraint("id", name="uq_plate_hits_id"),
        UniqueConstraint("wanted_vehicle_id", "read_id", name="uq_plate_hits_wanted_vehicle_id"),
        Index("ix_plate_hits_incident_id", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(22), default=new_id)
    wanted_vehicle_id: Mapped[str] = mapped_column(ForeignKey("wanted_vehicles.id"))
    read_id: Mapped[str] = mapped_column(ForeignKey("plate_reads.id"))
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    reasons: Mapped[list[Any]] = mapped_column(JSON)  # exact, or why it may be another vehicle
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    verification: Mapped[Verification] = mapped_column(choice(Verification), default=Verification.NEEDED)
    verified_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    wanted: Mapped[WantedVehicle] = relationship(lazy="joined")
    read: Mapped[PlateRead] = relationship(lazy="joined")


class PlateLookup(Base):
    """차량 조회: who asked for which plate, and why. Kept as long as the record of views."""

    __tablename__ = "plate_lookups"
    __table_args__ = (
        UniqueConstraint("id", name="uq_plate_lookups_id"),
        Index("ix_plate_lookups_at", "at"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(22), default=new_id)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    asked_by: Mapped[str] = mapped_column(String(90))  # kind:id
    kind: Mapped[LookupKind] = mapped_column(choice(LookupKind))
    asked: Mapped[str] = mapped_column(String(32))
    near: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[LegalBasis] = mapped_column(choice(LegalBasis))
    wanted_found: Mapped[int]
    reads_found: Mapped[int]
