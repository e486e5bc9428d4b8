"""임시 권한 부여: a supervisor lets somebody watch who was not sent, for some hours and for a stated reason."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.camera import Camera
from server.models.incident import LegalBasis


class GrantTo(StrEnum):
    """Who receives it: the crew of a unit, one officer, or everybody of an agency who works on incidents."""

    UNIT = "unit"
    OFFICER = "officer"
    AGENCY = "agency"


class GrantCovers(StrEnum):
    """Which cameras: some by name, an incident's set as it is now, or those that stood in an area when it was given."""

    CAMERAS = "cameras"
    INCIDENT = "incident"
    AREA = "area"


class Grant(Base):
    """One permission. It is only ever approved, renewed, explained and ended: more cameras are a new grant.

    Kept three years after its end (안전성 확보조치 기준 제5조 제3항); then server.audit.retention deletes it.
    """

    __tablename__ = "grants"
    __table_args__ = (
        Index("ix_grants_to_id", "to_id"),
        Index("ix_grants_agency_id", "agency_id"),
        Index("ix_grants_incident_id", "incident_id"),
        Index("ix_grants_ended_at", "ended_at", "until"),
        Index("ix_grants_created_at", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    to_kind: Mapped[GrantTo] = mapped_column(choice(GrantTo))
    to_id: Mapped[str] = mapped_column(String(22))
    covers: Mapped[GrantCovers] = mapped_column(choice(GrantCovers))
    incident_id: Mapped[str | None] = mapped_column(ForeignKey("incidents.id"))  # whose closing ends it
    area: Mapped[list[Any] | None] = mapped_column(JSON)  # closed ring of [lat, lon]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[LegalBasis] = mapped_column(choice(LegalBasis))
    conditions: Mapped[str] = mapped_column(String(500), default="", server_default="")  # what the recipient accepts
    given_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # of the giver
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())  # the glass was broken
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    confirm_by: Mapped[datetime | None] = mapped_column(UTCDateTime)  # until then it holds without approval
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(22))
    explanation: Mapped[str | None] = mapped_column(String(2000))
    explained_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))

    cameras: Mapped[list["GrantCamera"]] = relationship(order_by="GrantCamera.camera_id")


class GrantCamera(Base):
    """One camera of a grant that covers cameras or an area; an incident's are in ``incident_cameras``."""

    __tablename__ = "grant_cameras"

    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)

    camera: Mapped[Camera] = relationship(lazy="joined")


class GrantAcceptance(Base):
    """One recipient who has seen the conditions and accepted them."""

    __tablename__ = "grant_acceptances"

    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    viewer_kind: Mapped[str] = mapped_column(String(16), primary_key=True)  # officer | client
    viewer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
