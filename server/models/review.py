"""점검: what the record shows that somebody should explain, and the monthly inspection of it by an auditor."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice, new_id


class AnomalyKind(StrEnum):
    """What is odd."""

    STOOD_STILL = "watching_without_moving"
    NIGHT = "night_without_dispatch"
    AFTER_SHIFT = "after_shift"
    SAME_CAMERA = "one_camera_often"
    SAME_PLATE = "one_plate_often"
    REFUSALS = "many_refusals"
    MANY_CAMERAS = "many_cameras"
    GLASS_REPEATED = "break_glass_repeated"
    GLASS_UNEXPLAINED = "break_glass_unexplained"


class Severity(StrEnum):
    """How much it matters when there is no good reason for it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class AnomalyStatus(StrEnum):
    """소명: found, its explanation demanded and given, then accepted or passed on."""

    OPEN = "open"
    DEMANDED = "demanded"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    ESCALATED = "escalated"


class Anomaly(Base):
    """One odd fact about one officer. ``fact`` names it, so that it is found once however often it is looked for."""

    __tablename__ = "anomalies"
    __table_args__ = (
        Index("ix_anomalies_officer_id", "officer_id", "status"),
        Index("ix_anomalies_agency_id", "agency_id", "found_at"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    kind: Mapped[AnomalyKind] = mapped_column(choice(AnomalyKind))
    fact: Mapped[str] = mapped_column(String(160), unique=True)
    severity: Mapped[Severity] = mapped_column(choice(Severity))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    reason: Mapped[str] = mapped_column(String(300))
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # ids, times and numbers; the first fifty
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[AnomalyStatus] = mapped_column(choice(AnomalyStatus), default=AnomalyStatus.OPEN)
    question: Mapped[str | None] = mapped_column(String(1000))
    demanded_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    demanded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    overdue_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when it was recorded that nobody had answered
    explanation: Mapped[str | None] = mapped_column(String(2000))
    explained_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str | None] = mapped_column(String(1000))


class UnitStay(Base):
    """Since when a unit on a dispatch has stood about where it is; gone with the dispatch."""

    __tablename__ = "unit_stays"

    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    lat: Mapped[float]
    lon: Mapped[float]
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the newest position that was still there


class MonthlyReview(Base):
    """월간 접속기록 점검 of one agency: a row for each month, signed by an auditor once the month is over."""

    __tablename__ = "monthly_reviews"
    __table_args__ = (Index("ix_monthly_reviews_due_at", "signed_at", "due_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # <agency>_<year>-<month>
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    month: Mapped[str] = mapped_column(String(7))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)  # Korean midnight
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signed_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str | None] = mapped_column(String(2000))
    digest: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the report that was signed
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # that report
