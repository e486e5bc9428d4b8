"""Tablets: enrolled by an agency, known by the key they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, new_id


class Device(Base):
    """One tablet of an agency. Until it is enrolled it is only a code; once it was lost its key is good for nothing."""

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_agency_id", "agency_id"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))  # the car it is fixed in
    label: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    code_name: Mapped[str | None] = mapped_column(
        String(4), unique=True
    )  # finds the row; the rest of the code is derived
    code_until: Mapped[datetime] = mapped_column(UTCDateTime)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    jkt: Mapped[str | None] = mapped_column(String(43), unique=True)  # RFC 7638 thumbprint of its key
    jwk: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    enrolled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lost_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lost_by: Mapped[str | None] = mapped_column(String(22))
