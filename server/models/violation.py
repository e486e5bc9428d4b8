"""전자장치 위반: an incident of the location centre, and where its wearer is while it is open."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice


class ViolationKind(StrEnum):
    """What set it off."""

    DEVICE_DAMAGE = "device_damage"
    CURFEW = "curfew"
    ZONE_ENTRY = "zone_entry"
    APPROACH = "approach"


class Violation(Base):
    """What an incident of this service has beside others. ``wearer_ref`` is a pseudonym, and goes when it ends."""

    __tablename__ = "violations"

    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    kind: Mapped[ViolationKind] = mapped_column(choice(ViolationKind))
    wearer_ref: Mapped[str | None] = mapped_column(String(40))
    lat: Mapped[float]  # where it was found; the incident goes back there when it ends
    lon: Mapped[float]


class WearerPosition(Base):
    """Where the wearer was last, and where the cameras were last chosen for. Deleted when the violation ends."""

    __tablename__ = "wearer_positions"

    incident_id: Mapped[str] = mapped_column(ForeignKey("violations.incident_id"), primary_key=True)
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)  # by the device's clock
    followed_lat: Mapped[float]
    followed_lon: Mapped[float]
    followed_at: Mapped[datetime] = mapped_column(UTCDateTime)
