"""What centres' analytics say they see, by camera and kind, and which of it becomes an incident by itself."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import SERIAL, Base, UTCDateTime, choice, new_id
from server.models.camera import Camera
from server.models.incident import LegalBasis, Service


class SensorKind(StrEnum):
    """What was sensed."""

    SIGNAL_LOSS = "signal_loss"
    TAMPER = "tamper"  # covered, turned away, out of focus
    IMAGE_POOR = "image_poor"  # too dark, too bright, blurred
    MOTION = "motion"
    INTRUSION = "intrusion"
    LINE_CROSSED = "line_crossed"
    LOITERING = "loitering"
    FIGHT = "fight"
    FALL = "fall"
    CROWD = "crowd"
    FIRE = "fire"
    TRAFFIC = "traffic"


class SensorEvent(Base):
    """One thing at one camera, however often reported. Past ``keep_until`` it is not there; none: until it ends."""

    __tablename__ = "sensor_events"
    __table_args__ = (
        UniqueConstraint("id", name="uq_sensor_events_id"),
        Index("ix_sensor_events_centre_id", "centre_id", "number"),
        Index("ix_sensor_events_camera_id", "camera_id", "kind", "last_at"),
        Index("ix_sensor_events_keep_until", "keep_until"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(22), default=new_id)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"))
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"))
    kind: Mapped[SensorKind] = mapped_column(choice(SensorKind))
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)  # by the sensor's clock, as the next two
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    count: Mapped[int]
    confidence: Mapped[float | None]  # 0..1, the highest that was said
    box: Mapped[list[Any] | None] = mapped_column(JSON)  # [x, y, width, height] of the newest, fractions of the picture
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    keep_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    raised_by: Mapped[str | None] = mapped_column(String(90))  # rule, or kind:id of who looked at it

    camera: Mapped[Camera] = relationship(lazy="joined")


class SensorReport(Base):
    """A message that was taken, by the centre's name for it: the same one again changes nothing."""

    __tablename__ = "sensor_reports"
    __table_args__ = (Index("ix_sensor_reports_keep_until", "keep_until"),)

    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    keep_until: Mapped[datetime] = mapped_column(UTCDateTime)


class SensorRule(Base):
    """Events of this kind in this centre become incidents of a room without a person having looked."""

    __tablename__ = "sensor_rules"

    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    kind: Mapped[SensorKind] = mapped_column(choice(SensorKind), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # the room
    service: Mapped[Service] = mapped_column(choice(Service))
    priority: Mapped[int]  # of the incident, 0 most urgent .. 4
    legal_basis: Mapped[LegalBasis] = mapped_column(choice(LegalBasis))
    least_confidence: Mapped[float]  # 0..1; what says nothing of its confidence has none
