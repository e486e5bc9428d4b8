"""What a crew should know of the place before it is there: hydrants, the building, what is dangerous in it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, choice, new_id


class AttachmentKind(StrEnum):
    """What it is about; decides what its ``facts`` are (``server.incidents.attachments``)."""

    HYDRANT = "hydrant"  # 소화전
    BUILDING = "building"  # 대상물
    HAZMAT = "hazmat"  # 위험물
    PHOTO_REF = "photo_ref"
    NOTE = "note"


class Attachment(Base):
    """One of an incident's. ``content_hash`` tells that a room sends the same again."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("incident_id", "agency_id", "content_hash", name="uq_attachments_incident_id"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # the room that added it
    kind: Mapped[AttachmentKind] = mapped_column(choice(AttachmentKind))
    content_hash: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_by: Mapped[str] = mapped_column(String(90))  # kind:id
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
