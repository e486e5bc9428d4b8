"""사회적 약자: who pressed for help or left the safe zone, as the device told, and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.incident import Incident, IncidentStatus


class AlertKind(StrEnum):
    """What the device told."""

    PANIC = "panic"
    ZONE_EXIT = "zone_exit"


class AlertOutcome(StrEnum):
    """How it ended, by a person."""

    FOUND = "found"
    FALSE_ALARM = "false_alarm"
    RESOLVED = "resolved"


class PersonAlert(Base):
    """One alert of one device. It is over when a person ends it, or when its incident is closed.

    What is personal (device, place, guardian, photo) is null once it is forgotten; the photo and the people are sealed.
    """

    __tablename__ = "person_alerts"
    __table_args__ = (
        UniqueConstraint("agency_id", "external_id", name="uq_person_alerts_agency_id"),
        Index("ix_person_alerts_incident_id", "incident_id"),
        Index(
            "uq_person_alerts_open",  # a device has one alert at a time
            "agency_id",
            "device_hash",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # the centre or police room it is for
    external_id: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))  # keyed: nobody guesses a phone number from it
    device_hash: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[AlertKind] = mapped_column(choice(AlertKind))
    at: Mapped[datetime] = mapped_column(UTCDateTime)  # by the device's clock
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    position_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    people_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    photo_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    photo_type: Mapped[str | None] = mapped_column(String(20))
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))
    escalated_to: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    escalated_by: Mapped[str | None] = mapped_column(String(90))  # kind:id
    escalated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(90))
    outcome: Mapped[AlertOutcome | None] = mapped_column(choice(AlertOutcome))
    forgotten_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    incident: Mapped[Incident | None] = relationship(lazy="joined")

    @property
    def over_at(self) -> datetime | None:
        """When it ended; None while it goes on."""
        closed = self.incident is not None and self.incident.status is IncidentStatus.CLOSED
        return self.ended_at or (self.incident.closed_at if closed and self.incident else None)
