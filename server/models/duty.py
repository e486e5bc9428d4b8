"""의무: what an agency must still do because of an incident, until when, and that a person has done it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.incident import Incident


class DutyKind(StrEnum):
    """What has to be done."""

    VIEWING_NOTICE = "viewing_notice"  # 열람사실 통지: tell a wearer that cameras were looked at
    NOTIFY_SUBJECTS = "notify_subjects"  # 정보주체 통지: tell the people whose data a disaster room had
    DESTROY = "destroy"  # 파기: erase what was kept for work that is over


class DutyMeans(StrEnum):
    """How it was done."""

    SMS = "sms"
    EMAIL = "email"
    FAX = "fax"
    PHONE = "phone"
    POST = "post"
    ERASED = "erased"
    NOTHING_KEPT = "nothing_kept"


class DutyStatus(StrEnum):
    """How it stands; by the clock, so in no column."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


class Duty(Base):
    """One of a kind for each incident and agency. Only ``told_overdue_at`` and what closes it change.

    ``subject`` is who has to be told, as the agency's own system calls them; it goes when the duty is done.
    """

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("incident_id", "agency_id", "kind", name="uq_duties_incident_id"),
        Index("ix_duties_agency_id", "agency_id", "closed_at", "due_at"),
        Index("ix_duties_due_at", "closed_at", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    kind: Mapped[DutyKind] = mapped_column(choice(DutyKind))
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    subject: Mapped[str | None] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_overdue_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    means: Mapped[DutyMeans | None] = mapped_column(choice(DutyMeans))
    note: Mapped[str | None] = mapped_column(String(500))

    incident: Mapped[Incident] = relationship(lazy="joined")
