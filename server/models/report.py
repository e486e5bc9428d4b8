"""최초·수시·종결 보고: what a unit, or a room, says of its incident as it goes on."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.incident import ClosingCode


class ReportKind(StrEnum):
    """On arrival, whenever there is something new, and at the end."""

    FIRST = "first"
    UPDATE = "update"
    FINAL = "final"


class IncidentReport(Base):
    """One report. ``unit_id`` is none when a room makes it."""

    __tablename__ = "incident_reports"
    __table_args__ = (Index("ix_incident_reports_incident_id", "incident_id"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind))
    text: Mapped[str] = mapped_column(String(2000))
    outcome: Mapped[ClosingCode | None] = mapped_column(choice(ClosingCode))
    made_by: Mapped[str] = mapped_column(String(90))  # kind:id
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
