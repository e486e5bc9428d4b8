"""Which incidents other control rooms' systems speak of, by the name that EIDO gives them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class EidoIncident(Base):
    """An incident that came, or changed, by EIDO. What was said before ``updated_at`` is late and changes nothing."""

    __tablename__ = "eido_incidents"
    __table_args__ = (UniqueConstraint("urn", name="uq_eido_incidents_urn"),)

    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    urn: Mapped[str] = mapped_column(String(300))  # $id of its incidentComponent
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)  # lastUpdateTimeStamp of the newest that was taken
