"""이첩·공조·공동대응: how one room has another take over, help with or work on its incident too."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.incident import Incident, LegalBasis


class Verb(StrEnum):
    """What becomes of the rooms: the other takes over, helps, or works on it beside the one that asks."""

    TRANSFER = "transfer"
    MUTUAL_AID = "mutual_aid"
    JOINT_RESPONSE = "joint_response"


class SharingStatus(StrEnum):
    """Offered until the other room answers, or the one that asks takes it back."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Sharing(Base):
    """What one room asked of another. It gives nothing by itself: the rows of ``incident_rooms`` do."""

    __tablename__ = "sharings"
    __table_args__ = (
        Index("ix_sharings_incident_id", "incident_id"),
        Index("ix_sharings_from_agency_id", "from_agency_id"),
        Index("ix_sharings_to_agency_id", "to_agency_id"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    verb: Mapped[Verb] = mapped_column(choice(Verb))
    from_agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    to_agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    units: Mapped[list[str]] = mapped_column(JSON)  # sent when it is accepted
    reason: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[LegalBasis] = mapped_column(choice(LegalBasis))
    status: Mapped[SharingStatus] = mapped_column(choice(SharingStatus), default=SharingStatus.OFFERED)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    incident: Mapped[Incident] = relationship()
